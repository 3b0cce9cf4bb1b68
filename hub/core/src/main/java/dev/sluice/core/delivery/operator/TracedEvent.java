package dev.sluice.core.delivery.operator;

import dev.sluice.core.cursor.Cursor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// An event of a traced channel. May be used from any thread, because several event loops deliver it at the same
/// time.
public final class TracedEvent {
    /// The delivery that took longest.
    ///
    /// @param afterMs milliseconds since the event was placed in the log
    public record Slowest(long afterMs, StreamStatus stream) {}

    private final Cursor id;
    private final LongAdder deliveries = new LongAdder();
    private final AtomicReference<@Nullable Slowest> slowest = new AtomicReference<>();
    private volatile long publishedMs;
    private volatile long storedMs;
    private volatile long syncedMs;

    TracedEvent(Cursor id) {
        this.id = id;
    }

    public Cursor id() {
        return id;
    }

    /// When the hub received it, in milliseconds since 1970; 0 if it came before the trace, or has not been
    /// acknowledged yet.
    public long publishedMs() {
        return publishedMs;
    }

    /// When the log had stored it as durably as it promises, in milliseconds since 1970; 0 if unknown.
    public long storedMs() {
        return storedMs;
    }

    /// When it was known to be on disk, accurate to a second; 0 if it is not yet.
    public long syncedMs() {
        return syncedMs;
    }

    /// The number of streams, subscriptions and polls that have received all of it.
    public long deliveries() {
        return deliveries.sum();
    }

    /// The slowest delivery; null if no reader has received the event.
    public @Nullable Slowest slowest() {
        return slowest.get();
    }

    void stored(long atMs, long nowMs) {
        publishedMs = atMs;
        storedMs = nowMs;
    }

    void synced(long nowMs) {
        if (syncedMs == 0) syncedMs = nowMs;
    }

    void delivered(Supplier<StreamStatus> to, long afterMs) {
        deliveries.increment();
        Slowest known = slowest.get();
        if (known != null && known.afterMs >= afterMs) return;
        Slowest slower = new Slowest(Math.max(0, afterMs), to.get());
        slowest.accumulateAndGet(
                slower, (old, next) -> old != null && next != null && old.afterMs >= next.afterMs ? old : next);
    }
}
