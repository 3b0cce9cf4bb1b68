package dev.sluice.server.order;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Filter;
import dev.sluice.core.model.LogModel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the model has for a wish, told by some way.
///
/// @param head the log's
record Due(LogModel model, Wish wish, Way way, Cursor head) {
    /// Everything behind a place that its filters let through.
    List<Entry> rest(Cursor at, @Nullable Cursor snapshotTo) {
        return model.rest(at, wish.selection(), new Filter(wish.types(), false, snapshotTo));
    }

    /// The next thing that must be told; null: nothing.
    @Nullable
    Entry next(Cursor at, @Nullable Cursor snapshotTo) {
        for (Entry entry : rest(at, snapshotTo)) if (!isUnheard(entry)) return entry;
        return null;
    }

    /// A poll does not tell of single ends; a conflated reader may miss what has been superseded.
    boolean isUnheard(Entry entry) {
        if (entry instanceof End) return way.isPoll();
        return wish.conflate()
                && model.rest(entry.id(), Selection.of(entry.channel()), Filter.NONE).stream()
                        .anyMatch(later -> supersedes(later, (Event) entry));
    }

    private static boolean supersedes(Entry later, Event event) {
        return event.key() != null
                && later instanceof Event other
                && event.key().equals(other.key())
                && event.type().equals(other.type());
    }

    /// What must be told to be missing; null: nothing.
    LogModel.@Nullable Missing missing(Cursor at, long known) {
        return model.missing(new LogModel.Reader(at, known), wish.selection());
    }

    /// Whether all channels have ended at or before a place.
    boolean haveEnded(Cursor at) {
        if (!wish.selection().isNamed()) return false;
        for (ChannelName name : wish.selection().names()) {
            Cursor end = model.state(name).end();
            if (end == null || at.isBefore(end)) return false;
        }
        return true;
    }

    /// Whether nothing lies between a place and the entry that it is to lie before; at the head if there is none.
    boolean isJustBefore(Cursor place, @Nullable Entry first) {
        if (first == null) return place.equals(head);
        return place.isBefore(first.id())
                && model.ids().stream().noneMatch(id -> place.isBefore(id) && id.isBefore(first.id()));
    }

    /// The same for the wish: for patterns the log need not look for the first that matches, any place before will do.
    boolean isBeginning(Cursor place, @Nullable Entry first) {
        if (wish.selection().isNamed()) return isJustBefore(place, first);
        List<Entry> behind = model.rest(place, wish.selection(), Filter.NONE);
        if (head.isBefore(place)) return false;
        return first == null
                ? behind.isEmpty()
                : !behind.isEmpty() && behind.getFirst().id().equals(first.id());
    }
}
