package dev.sluice.core.delivery;

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

/// Reads the newest events of a log for statistics. Never waits: events that are only on disk are left out.
final class EventSample {
    private static final Selection ALL = new Selection(List.of(Hub.ALL_CHANNELS));
    private static final int PAGE = 512;
    private static final long PAGE_BYTES = 4L << 20;

    private EventSample() {}

    /// @return the head up to which events were passed on or left out
    static Cursor read(LogReader log, Cursor after, int max, Consumer<Event> events) {
        Cursor head = log.head();
        ReadCursor place = ReadCursor.at(after);
        for (int left = max; left > 0 && place.cursor().isBefore(head); ) {
            switch (log.read(place, ALL, Filter.NONE, Math.min(left, PAGE), PAGE_BYTES)) {
                case Read.Batch(var entries, var next) -> {
                    for (Entry entry : entries) {
                        if (head.isBefore(entry.id())) return head;
                        if (entry instanceof Event event) events.accept(event);
                    }
                    left -= Math.max(1, entries.size());
                    place = place.moved(next);
                }
                case Read.Missing missing -> {
                    left--;
                    place = missing.resume();
                }
                case Read.CaughtUp _ -> left = 0;
                case Read.Pending(var later) -> {
                    later.toCompletableFuture().cancel(false);
                    left = 0;
                }
            }
        }
        return head;
    }
}
