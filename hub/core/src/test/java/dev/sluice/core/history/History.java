package dev.sluice.core.history;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Publication;
import java.util.List;

/// Every entry ever appended, searchable by cursor, and every deletion of a channel.
///
/// @param all in order
public record History(List<Fact> all, List<Deletion> deletions) {
    /// The deletion of a channel.
    public record Deletion(ChannelName channel, Cursor at, long moment) {}

    /// The history of a log in which everything is still there.
    public static History of(List<Event> log) {
        return new History(log.stream().map(History::fact).toList(), List.of());
    }

    private static Fact fact(Event event) {
        Draft draft = Draft.event(event.channel(), event.type(), event, event.content());
        return new Fact(event, new Publication(draft, Conditions.NONE), 1);
    }

    Fact at(Cursor id) {
        int found = firstAfter(id) - 1;
        boolean isFound = found >= 0 && all.get(found).entry.id().equals(id);
        if (!isFound) throw new Violation(Violation.Kind.SEEN_BUT_NOT_IN_LOG, id + " was never appended");
        return all.get(found);
    }

    List<Fact> upTo(Cursor cursor) {
        return all.subList(0, firstAfter(cursor));
    }

    List<Fact> after(Cursor cursor) {
        return all.subList(firstAfter(cursor), all.size());
    }

    /// After one cursor and up to another.
    List<Fact> between(Cursor from, Cursor to) {
        return to.isBefore(from) ? List.of() : all.subList(firstAfter(from), firstAfter(to));
    }

    private int firstAfter(Cursor cursor) {
        int low = 0;
        int high = all.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (cursor.isBefore(all.get(middle).entry.id())) high = middle;
            else low = middle + 1;
        }
        return low;
    }
}
