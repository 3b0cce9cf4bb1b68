package dev.sluice.core.delivery;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.LogReader;
import dev.sluice.core.log.Read;
import java.util.List;
import java.util.function.Consumer;

/// A sample of the newest events of a log, for statistics.
///
/// @param head      the head up to which events were passed on or left out
/// @param upTo      the cursor after which all events were left out
/// @param hasLosses true if some events before that were left out, because they are gone
public record EventSample(Cursor head, Cursor upTo, boolean hasLosses) {
    private static final Selection ALL = new Selection(List.of(Hub.ALL_CHANNELS));
    private static final int PAGE = 512;
    private static final long PAGE_BYTES = 4L << 20;

    /// Passes the events after a cursor to a consumer. Never waits: events that are only on disk are left out.
    static EventSample read(LogReader log, Cursor after, int max, Consumer<Event> events) {
        Cursor head = log.head();
        ReadCursor place = ReadCursor.at(after);
        boolean hasLosses = false;
        int left = max;
        while (place.cursor().isBefore(head)) {
            if (left <= 0) return new EventSample(head, place.cursor(), hasLosses);
            switch (log.read(place, ALL, Filter.NONE, Math.min(left, PAGE), PAGE_BYTES)) {
                case Read.Batch(var entries, var next) -> {
                    for (Entry entry : entries) {
                        if (head.isBefore(entry.id())) return new EventSample(head, head, hasLosses);
                        if (entry instanceof Event event) events.accept(event);
                    }
                    left -= Math.max(1, entries.size());
                    place = place.moved(next);
                }
                case Read.Missing missing -> {
                    hasLosses = true;
                    left--;
                    place = missing.resume();
                }
                case Read.CaughtUp _ -> {
                    return new EventSample(head, head, hasLosses);
                }
                case Read.Pending(var later) -> {
                    later.toCompletableFuture().cancel(false);
                    return new EventSample(head, place.cursor(), hasLosses);
                }
            }
        }
        return new EventSample(head, head, hasLosses);
    }

    static boolean hasLost(LogReader log, ChannelName channel, Cursor after) {
        Read read = log.read(ReadCursor.at(after), Selection.of(channel), Filter.NONE, 1, PAGE_BYTES);
        if (read instanceof Read.Pending(var later)) later.toCompletableFuture().cancel(false);
        return read instanceof Read.Missing;
    }
}
