package dev.sluice.core.store;

import dev.sluice.core.event.Entry;
import org.jspecify.annotations.Nullable;

/// A way for a reader that knows of a drop while its entries still vanish, one by one: it passes over those
/// that are left. For the few microseconds that a drop takes.
///
/// @param moment up to which the reader knows of everything dropped
record Unsettled(Way way, Store store, long moment) implements Way {
    @Override
    public @Nullable Entry next() {
        Entry entry = way.next();
        while (entry != null && isDropped(entry)) entry = way.next();
        return entry;
    }

    @Override
    public void close() {
        way.close();
    }

    private boolean isDropped(Entry entry) {
        Channel channel = store.channel(entry.channel().value());
        Mark mark = channel == null ? null : channel.mark;
        // What was dropped later is not known to this reader: it sees it, or is told.
        return mark != null && mark.at() <= moment && entry.id().position() <= mark.position();
    }
}
