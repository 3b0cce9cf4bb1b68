package dev.sluice.core.store;

import dev.sluice.core.event.Entry;
import org.jspecify.annotations.Nullable;

/// A way for a reader that knows of a drop while its entries still vanish, one by one: it passes over those
/// that are left. For the few microseconds that a drop takes.
///
/// @param moment up to which the reader knows of everything dropped
/// @param going  what was dropped at that moment, if a mark alone does not say
/// @param ofAll  whether the way shows all channels: what was deleted is then passed over by who goes it
record Unsettled(Way way, Store store, long moment, Going going, boolean ofAll) implements Way {
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
        if (going.has(entry)) return true;
        Channel channel = store.channel(entry.channel().value());
        Mark mark = channel == null ? null : channel.mark;
        if (channel == null || mark == null || entry.id().position() > mark.position()) return false;
        if (mark.at() <= moment) return mark.deletion() ? !ofAll : !channel.isHolding();
        // It was dropped later, or it was known and its mark gave way to a newer one. Either way this reader is to be
        // told, and will be when it looks at the marks again: which must be behind their publication, a moment away.
        store.marks.await(mark.at());
        return false;
    }
}
