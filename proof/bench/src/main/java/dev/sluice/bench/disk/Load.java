package dev.sluice.bench.disk;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventType;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Publication;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;

/// Appends events with a fixed number in flight.
final class Load {
    private Load() {}

    /// @param perSecond    events per second
    /// @param acknowledged the time from each append to its acknowledgement
    record Result(double perSecond, Times acknowledged) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%,.0f events/s, acknowledged in %s", perSecond, acknowledged);
        }
    }

    static Publication publication(String channel, String data) {
        Content content = new Content(ContentKind.TEXT, "text/plain", data.getBytes(StandardCharsets.UTF_8));
        return new Publication(Draft.event(new ChannelName(channel), EventType.MESSAGE, content), Conditions.NONE);
    }

    /// Waits until each append is due; returns false when the time is over.
    static LongPredicate perSecond(int rate, Duration time) {
        long beganNs = System.nanoTime();
        return index -> {
            long dueNs = index * 1_000_000_000L / rate;
            while (System.nanoTime() - beganNs < dueNs) LockSupport.parkNanos(100_000); // Several may be due then.
            return dueNs < time.toNanos();
        };
    }

    /// Appends as fast as possible.
    static Result append(Log log, long count, int inFlight, LongFunction<String> channels, String data) {
        return append(log, index -> index < count, inFlight, channels, data);
    }

    static Result append(Log log, LongPredicate isMore, int inFlight, LongFunction<String> channels, String data) {
        return run(isMore, inFlight, 1, index -> log.append(publication(channels.apply(index), data)));
    }

    /// Appends batches, each to one channel.
    static Result appendAll(Log log, long batches, int inFlight, int size, LongFunction<String> channels, String data) {
        return run(index -> index < batches, inFlight, size, index -> {
            return log.appendAll(Collections.nCopies(size, publication(channels.apply(index), data)));
        });
    }

    private static Result run(LongPredicate isMore, int inFlight, int size, LongFunction<CompletionStage<?>> append) {
        Semaphore permits = new Semaphore(inFlight);
        Times times = new Times();
        long beganNs = System.nanoTime();
        long count = 0;
        for (; isMore.test(count); count++) {
            permits.acquireUninterruptibly();
            long sentNs = System.nanoTime();
            append.apply(count).whenComplete((outcome, failed) -> {
                if (isPlaced(outcome)) times.add(System.nanoTime() - sentNs); // On the log's writer thread.
                else fail(outcome, failed);
                permits.release();
            });
        }
        permits.acquireUninterruptibly(inFlight);
        return new Result(size * count * 1e9 / (System.nanoTime() - beganNs), times);
    }

    private static boolean isPlaced(Object outcome) {
        return outcome instanceof AppendResult.Placed || outcome instanceof AppendResult.Batch.All;
    }

    /// Ends the program: a measurement without the append would be wrong.
    private static void fail(Object outcome, Throwable failed) {
        System.err.println("an append was not placed: " + outcome + " " + failed);
        Runtime.getRuntime().halt(1);
    }
}
