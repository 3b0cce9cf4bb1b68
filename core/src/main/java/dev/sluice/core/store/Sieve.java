package dev.sluice.core.store;

import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Filter;

/// Decides which entries pass a reader's filter.
record Sieve(Filter filter, Store store, Source source) {
    boolean passes(Entry entry) {
        return switch (entry) {
            case End end -> true;
            case Event event -> passes(event);
        };
    }

    private boolean passes(Event event) {
        if (!filter.types().isEmpty() && !filter.types().contains(event.type())) return false;
        boolean snapshot = filter.snapshotTo() != null && !filter.snapshotTo().isBefore(event.id());
        if (!filter.conflate() && !snapshot) return true;
        if (event.key() == null) return !snapshot; // What is about nothing in particular is no state.
        long position = event.id().position();
        Channel channel = store.channel(event.channel().value());
        if (channel == null) return true; // Gone while we look: the reader will be told.
        if (snapshot && (event.isKeyEnd() || source.newestPlace(channel, event) != position)) return false;
        return !filter.conflate() || source.newestPlace(channel, event) <= position;
    }
}
