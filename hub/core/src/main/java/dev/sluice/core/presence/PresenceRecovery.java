package dev.sluice.core.presence;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.log.ChannelScan;
import dev.sluice.core.log.ChannelState;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.LogReader;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// Reads the members of all channels from a log that one server wrote, as they were when it ended. Blocks, so it
/// is only for the start of a server.
public final class PresenceRecovery {
    private static final int PAGE = 1_000;

    private final LogReader log;

    /// A member, and the event with which it joined.
    ///
    /// @param position the position of the event
    public record Member(MemberKey key, long position, long timeMs) {}

    private PresenceRecovery(LogReader log) {
        this.log = log;
    }

    /// @param present    receives each member, shadow by shadow
    /// @param unreadable receives the channels whose members cannot be read, and why
    public static void recover(
            LogReader log, Consumer<Member> present, BiConsumer<ChannelName, RuntimeException> unreadable) {
        PresenceRecovery recovery = new PresenceRecovery(log);
        ChannelName after = null;
        List<ChannelState> page;
        do {
            page = log.reserved(after, PAGE);
            for (ChannelState state : page) {
                after = state.name();
                Optional<ChannelName> channel = PresenceChannel.channelOf(state.name());
                if (channel.isEmpty()) continue;
                try {
                    recovery.read(state.name(), channel.get(), present);
                } catch (RuntimeException failed) { // One channel must not keep the hub from starting.
                    unreadable.accept(channel.get(), failed);
                }
            }
        } while (page.size() == PAGE);
    }

    private void read(ChannelName shadow, ChannelName channel, Consumer<Member> present) {
        Filter newest = new Filter(Set.of(PresenceChannel.TYPE), false, log.head());
        ChannelScan.read(log, shadow, newest, event -> {
            String client = event.key();
            if (client == null) return;
            present.accept(new Member(new MemberKey(channel, client), event.position(), event.timeMs()));
        });
    }
}
