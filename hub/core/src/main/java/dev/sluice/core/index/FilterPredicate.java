package dev.sluice.core.index;

import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Filter;

/// Decides which entries of a source pass a reader's filter.
record FilterPredicate(Index index, EntrySource source) {
    boolean passes(Entry entry, Filter filter) {
        return switch (entry) {
            case End end -> true;
            case Event event -> passes(event, filter);
        };
    }

    private boolean passes(Event event, Filter filter) {
        if (!filter.types().isEmpty() && !filter.types().contains(event.type())) return false;
        boolean snapshot = filter.snapshotTo() != null && !filter.snapshotTo().isBefore(event.id());
        if (!filter.conflate() && !snapshot) return true;
        if (event.key() == null) return !snapshot; // An event without a key is not state.
        long position = event.position();
        ChannelIndex channel = index.channel(event.channel().value());
        if (channel == null) return true; // Removed during this read: the reader will find its mark.
        if (snapshot && (event.isKeyEnd() || source.newestPosition(channel, event) != position)) return false;
        return !filter.conflate() || source.newestPosition(channel, event) <= position;
    }
}
