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

/// The deliveries that the model expects for a subscription over one kind of client.
///
/// @param head the head of the log
record ExpectedDelivery(LogModel model, ReaderSpec spec, ClientKind kind, Cursor head) {
    /// All entries after a cursor that the filters select.
    List<Entry> rest(Cursor after, @Nullable Cursor snapshotTo) {
        return model.rest(after, spec.selection(), new Filter(spec.types(), false, snapshotTo));
    }

    /// The next entry that must be delivered; null if there is none.
    @Nullable
    Entry next(Cursor after, @Nullable Cursor snapshotTo) {
        for (Entry entry : rest(after, snapshotTo)) if (!isOptional(entry)) return entry;
        return null;
    }

    /// Whether an entry may be left out: a poll does not report the end of a single channel, and a conflated reader
    /// may miss superseded events.
    boolean isOptional(Entry entry) {
        if (entry instanceof End) return kind.isPoll();
        return spec.conflate()
                && model.rest(entry.id(), Selection.of(entry.channel()), Filter.NONE).stream()
                        .anyMatch(later -> supersedes(later, (Event) entry));
    }

    private static boolean supersedes(Entry later, Event event) {
        return event.key() != null
                && later instanceof Event other
                && event.key().equals(other.key())
                && event.type().equals(other.type());
    }

    /// The gap that must be reported; null if there is none.
    LogModel.@Nullable Missing missing(Cursor after, long known) {
        return model.missing(new LogModel.Reader(after, known), spec.selection());
    }

    /// Whether all channels have ended at or before a cursor.
    boolean haveEnded(Cursor after) {
        if (!spec.selection().isNamed()) return false;
        for (ChannelName name : spec.selection().names()) {
            Cursor end = model.state(name).end();
            if (end == null || after.isBefore(end)) return false;
        }
        return true;
    }

    /// Whether nothing lies between a cursor and an entry that follows it; without an entry, whether the cursor is
    /// the head.
    boolean isJustBefore(Cursor cursor, @Nullable Entry first) {
        if (first == null) return cursor.equals(head);
        return cursor.isBefore(first.id())
                && model.ids().stream().noneMatch(id -> cursor.isBefore(id) && id.isBefore(first.id()));
    }

    /// Whether a cursor is a valid start: for patterns the log does not search for the first match, so any earlier
    /// cursor without a match in between is valid.
    boolean isStart(Cursor cursor, @Nullable Entry first) {
        if (spec.selection().isNamed()) return isJustBefore(cursor, first);
        List<Entry> selected = model.rest(cursor, spec.selection(), Filter.NONE);
        if (head.isBefore(cursor)) return false;
        return first == null
                ? selected.isEmpty()
                : !selected.isEmpty() && selected.getFirst().id().equals(first.id());
    }
}
