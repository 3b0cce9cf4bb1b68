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
        if (mark == null || entry.id().position() > mark.position()) return false;
        if (mark.at() <= moment) return true;
        // It was dropped later, or it was known and its mark gave way to a newer one. Either way this reader is to be
        // told, and will be when it looks at the marks again: which must be behind their publication, a moment away.
        while (store.marks.newest() < mark.at()) Thread.onSpinWait();
        return false;
    }
}
