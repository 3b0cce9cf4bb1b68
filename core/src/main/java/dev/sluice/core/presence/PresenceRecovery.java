package dev.sluice.core.presence;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Place;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.ChannelState;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.LogReader;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Start;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// Reads the members of all channels from the log, as they were when the server ended. Blocks: for the start only.
final class PresenceRecovery {
    private static final int PAGE = 1_000;
    private static final long PAGE_BYTES = 1 << 20;

    private final LogReader log;

    private PresenceRecovery(LogReader log) {
        this.log = log;
    }

    /// @param present receives the event of each member, shadow by shadow
    static void recover(LogReader log, Consumer<Event> present, PresenceListener listener) {
        PresenceRecovery recovery = new PresenceRecovery(log);
        ChannelName after = null;
        List<ChannelState> page;
        do {
            page = log.reserved(after, PAGE);
            for (ChannelState state : page) {
                after = state.name();
                Optional<ChannelName> channel = Shadow.channelOf(state.name());
                if (channel.isEmpty()) continue;
                try {
                    recovery.read(state.name(), present);
                } catch (RuntimeException unreadable) { // One channel must not keep the hub from starting.
                    listener.onUnreadable(channel.get(), unreadable);
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
            if (read instanceof Read.Pending(var later))
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
                case Read.Pending _ ->
                    throw new IllegalStateException("a pending read completed with another pending read");
            }
        }
    }
}
