package dev.sluice.bench.disk;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventType;
import dev.sluice.core.log.Appended;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Publication;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;

/// Appends, so many under way at a time.
final class Load {
    private Load() {}

    /// @param perSecond    events
    /// @param acknowledged how long each append took
    record Result(double perSecond, Times acknowledged) {
        @Override
        public String toString() {
            return "%,.0f events/s, acknowledged in %s".formatted(perSecond, acknowledged);
        }
    }

    static Publication publication(String channel, String data) {
        Content content = new Content(Content.Kind.TEXT, "text/plain", data.getBytes(StandardCharsets.UTF_8));
        return new Publication(Draft.event(new ChannelName(channel), EventType.MESSAGE, content), Conditions.NONE);
    }

    /// Waits until each append is due; says no when the time is over.
    static LongPredicate perSecond(int rate, Duration time) {
        long beganNs = System.nanoTime();
        return index -> {
            long dueNs = index * 1_000_000_000L / rate;
            while (System.nanoTime() - beganNs < dueNs) LockSupport.parkNanos(100_000); // Some come at once then.
            return dueNs < time.toNanos();
        };
    }

    /// As fast as it can.
    static Result append(Log log, long count, int underWay, LongFunction<String> channels, String data) {
        return append(log, index -> index < count, underWay, channels, data);
    }

    static Result append(Log log, LongPredicate isMore, int underWay, LongFunction<String> channels, String data) {
        return run(isMore, underWay, 1, index -> log.append(publication(channels.apply(index), data)));
    }

    /// Batches of one channel each.
    static Result appendAll(Log log, long batches, int underWay, int size, LongFunction<String> channels, String data) {
        return run(index -> index < batches, underWay, size, index -> {
            return log.appendAll(Collections.nCopies(size, publication(channels.apply(index), data)));
        });
    }

    private static Result run(LongPredicate isMore, int underWay, int size, LongFunction<CompletionStage<?>> append) {
        Semaphore room = new Semaphore(underWay);
        Times times = new Times();
        long beganNs = System.nanoTime();
        long count = 0;
        for (; isMore.test(count); count++) {
            room.acquireUninterruptibly();
            long sentNs = System.nanoTime();
            append.apply(count).whenComplete((outcome, failed) -> {
                if (isPlaced(outcome)) times.add(System.nanoTime() - sentNs); // On the log's one writing thread.
                else fail(outcome, failed);
                room.release();
            });
        }
        room.acquireUninterruptibly(underWay);
        return new Result(size * count * 1e9 / (System.nanoTime() - beganNs), times);
    }

    private static boolean isPlaced(Object outcome) {
        return outcome instanceof Appended.Placed || outcome instanceof Appended.Batch.All;
    }

    /// A figure without it would be a lie.
    private static void fail(Object outcome, Throwable failed) {
        System.err.println("an append was not placed: " + outcome + " " + failed);
        Runtime.getRuntime().halt(1);
    }
}
