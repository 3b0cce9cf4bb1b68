package dev.sluice.core.log;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import java.util.function.Consumer;

/// Reads all that a channel keeps, from the oldest event to the newest. Blocks, so never call it on an event
/// loop.
public final class ChannelScan {
    private static final int PAGE = 1_000;
    private static final long PAGE_BYTES = 1 << 20;

    private ChannelScan() {}

    /// @param events receives each event that passes the filter
    public static void read(LogReader log, ChannelName channel, Filter filter, Consumer<Event> events) {
        read(log, beginning(log, channel), channel, filter, events);
    }

    /// The place before the oldest event. Blocks.
    public static ReadCursor beginning(LogReader log, ChannelName channel) {
        return log.locate(new Start.Earliest(), Selection.of(channel), Filter.NONE)
                .toCompletableFuture()
                .join();
    }

    /// Reads what a channel keeps after a place. Blocks.
    ///
    /// @return the place after everything that was passed on
    public static ReadCursor read(
            LogReader log, ReadCursor after, ChannelName channel, Filter filter, Consumer<Event> events) {
        Selection selection = Selection.of(channel);
        ReadCursor place = after;
        while (true) {
            Read read = log.read(place, selection, filter, PAGE, PAGE_BYTES);
            if (read instanceof Read.Pending(var later))
                read = later.toCompletableFuture().join();
            switch (read) {
                case Read.Batch(var entries, var next) -> {
                    for (Entry entry : entries) if (entry instanceof Event event) events.accept(event);
                    place = place.moved(next);
                }
                case Read.Missing missing -> place = missing.resume();
                case Read.CaughtUp _ -> {
                    return place;
                }
                case Read.Pending _ ->
                    throw new IllegalStateException("a pending read completed with another pending read");
            }
        }
    }
}
