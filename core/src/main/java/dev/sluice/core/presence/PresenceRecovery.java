package dev.sluice.core.presence;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.ChannelScan;
import dev.sluice.core.log.ChannelState;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.LogReader;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// Reads the members of all channels from the log, as they were when the server ended. Blocks: for the start only.
final class PresenceRecovery {
    private static final int PAGE = 1_000;

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
        Filter newest = new Filter(Set.of(Shadow.TYPE), false, log.head());
        ChannelScan.read(log, shadow, newest, event -> {
            if (event.key() != null) present.accept(event);
        });
    }
}
