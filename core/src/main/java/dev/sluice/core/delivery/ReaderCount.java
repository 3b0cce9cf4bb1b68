package dev.sluice.core.delivery;

import dev.sluice.core.channel.Selection;
import java.util.concurrent.atomic.AtomicLong;

/// How many readers there are on all event loops of a hub, and how many channels and patterns their selections name.
/// Counted when they come and go, never per event. May be read from any thread.
public final class ReaderCount {
    private final AtomicLong readers = new AtomicLong();
    private final AtomicLong patterns = new AtomicLong();

    ReaderCount() {}

    void joined(Selection selection) {
        readers.incrementAndGet();
        patterns.addAndGet(selection.weight());
    }

    void left(Selection selection) {
        readers.decrementAndGet();
        patterns.addAndGet(-selection.weight());
    }

    /// Subscribers, and polls that are being answered or wait.
    public long readers() {
        return readers.get();
    }

    /// Of all of them, each counted as often as it is asked for.
    public long patterns() {
        return patterns.get();
    }
}
