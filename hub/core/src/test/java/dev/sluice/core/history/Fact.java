package dev.sluice.core.history;

import dev.sluice.core.event.Entry;
import dev.sluice.core.log.Publication;

/// An entry that was appended, and its later fate. Moments count the writes of its log.
public final class Fact {
    public final Entry entry;
    public final Publication publication;
    public final long placed;
    long dropped;
    boolean deleted;
    long forgotten;

    Fact(Entry entry, Publication publication, long placed) {
        this.entry = entry;
        this.publication = publication;
        this.placed = placed;
    }

    /// Whether it was gone by a moment.
    boolean isGone(long moment) {
        return dropped != 0 && dropped <= moment;
    }
}
