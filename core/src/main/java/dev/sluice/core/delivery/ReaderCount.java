package dev.sluice.core.delivery;

import dev.sluice.core.channel.Selection;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The number of readers on all event loops of a hub, and of the channels and patterns in their selections.
/// Counted when readers come and go, never per event. May be read from any thread.
public final class ReaderCount {
    private final AtomicLong readers = new AtomicLong();
    private final AtomicLong patterns = new AtomicLong();

    private final @Nullable ReaderCount more;

    /// @param more another hub's, which counts as well; null: there is none
    ReaderCount(@Nullable ReaderCount more) {
        this.more = more;
    }

    void joined(Selection selection) {
        readers.incrementAndGet();
        patterns.addAndGet(selection.weight());
    }

    void left(Selection selection) {
        readers.decrementAndGet();
        patterns.addAndGet(-selection.weight());
    }

    /// Subscribers, and polls that wait or are being answered.
    public long readers() {
        return readers.get() + (more == null ? 0 : more.readers());
    }

    /// The weight of all their selections, duplicates included.
    public long patterns() {
        return patterns.get() + (more == null ? 0 : more.patterns());
    }
}
