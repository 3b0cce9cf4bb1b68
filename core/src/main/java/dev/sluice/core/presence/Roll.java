package dev.sluice.core.presence;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Place;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.ChannelState;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Start;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// Reads from the log who was where when the server ended, however it ended. Blocks: for the start only.
final class Roll {
    private static final int PAGE = 1_000;
    private static final long PAGE_BYTES = 1 << 20;

    private final Log log;

    private Roll(Log log) {
        this.log = log;
    }

    /// @param present is given each member's event, shadow by shadow
    static void call(Log log, Consumer<Event> present, Trouble trouble) {
        Roll roll = new Roll(log);
        ChannelName after = null;
        List<ChannelState> page;
        do {
            page = log.reserved(after, PAGE);
            for (ChannelState state : page) {
                after = state.name();
                Optional<ChannelName> channel = Shadow.caster(state.name());
                if (channel.isEmpty()) continue;
                try {
                    roll.read(state.name(), present);
                } catch (RuntimeException unreadable) { // One channel must not keep the hub from starting.
                    trouble.isUnreadable(channel.get(), unreadable);
                }
            }
        } while (page.size() == PAGE);
    }

    private void read(ChannelName shadow, Consumer<Event> present) {
        Selection selection = Selection.of(shadow);
        Filter newest = new Filter(Set.of(Shadow.TYPE), false, log.head());
        Place place = log.locate(new Start.Earliest(), selection, Filter.NONE)
                .toCompletableFuture()
                .join();
        while (true) {
            Read read = log.read(place, selection, newest, PAGE, PAGE_BYTES);
            if (read instanceof Read.Elsewhere(var later))
                read = later.toCompletableFuture().join();
            switch (read) {
                case Read.Batch(List<Entry> entries, var next) -> {
                    for (Entry entry : entries) {
                        if (entry instanceof Event event && event.key() != null) present.accept(event);
                    }
                    place = place.moved(next);
                }
                case Read.Missing missing -> place = missing.resume();
                case Read.CaughtUp _ -> {
                    return;
                }
                case Read.Elsewhere _ -> throw new IllegalStateException("a log that came back with nothing");
            }
        }
    }
}
