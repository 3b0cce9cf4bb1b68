package dev.sluice.core.delivery;

import dev.sluice.core.delivery.schedule.TimerWheel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/// Ends the readers of one event loop one after the other, in random order and evenly over a time. Runs on that
/// loop.
final class DrainSchedule {
    /// Ends decided in one task: a last frame takes some µs.
    static final int ENDS_MAX = 128;

    private static final long EVERY_MS = 250;

    private final Dispatcher loop;
    private final List<Reader> readers;
    private final LongSupplier retryAfterMs;
    private final CompletableFuture<Integer> ended;
    private long beginMs;
    private long overMs;
    private int next;

    /// @param ended completed with the number of readers once the end of each is decided
    DrainSchedule(Dispatcher loop, List<Reader> readers, LongSupplier retryAfterMs, CompletableFuture<Integer> ended) {
        this.loop = loop;
        this.readers = new ArrayList<>(readers);
        this.retryAfterMs = retryAfterMs;
        this.ended = ended;
        Collections.shuffle(this.readers, Random.from(loop.hub().random()));
    }

    /// @param beginMs when the first reader ends, by the loop's clock
    /// @param over    the time from the first end to the last
    void begin(long beginMs, Duration over) {
        this.beginMs = beginMs;
        overMs = Math.max(1, over.toMillis());
        loop.at(loop.nowMs(), this::onTimer);
    }

    private long onTimer(long nowMs) {
        endUpTo(due(nowMs));
        boolean isLast = due(nowMs) == readers.size();
        return isLast ? TimerWheel.NEVER : nowMs + EVERY_MS;
    }

    /// The readers that should have ended by now.
    private int due(long nowMs) {
        double part = Math.clamp((double) (nowMs - beginMs) / overMs, 0, 1);
        return (int) Math.ceil(part * readers.size());
    }

    private void endUpTo(int due) {
        for (int i = 0; i < ENDS_MAX && next < due; i++) end(readers.get(next++));
        if (next < due) loop.later(() -> endUpTo(due));
        else if (next == readers.size()) ended.complete(readers.size());
    }

    private void end(Reader reader) {
        if (!reader.isOver()) loop.stop(reader, retryAfterMs.getAsLong());
    }
}
