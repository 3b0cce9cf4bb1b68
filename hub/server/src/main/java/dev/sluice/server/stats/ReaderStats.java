package dev.sluice.server.stats;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.delivery.Hub;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The numbers of readers of channels, as counted by the event loops. Never waits for a loop, so the counts are
/// about a second old. Used by one thread.
final class ReaderStats {
    private final Hub hub;
    private volatile Map<ChannelName, Integer> counts = Map.of();

    ReaderStats(Hub hub) {
        this.hub = hub;
    }

    int of(ChannelName channel) {
        return counts.getOrDefault(channel, 0);
    }

    /// Counts the readers of these channels, for the next second.
    void count(List<ChannelName> channels) {
        hub.readersOf(channels).thenAccept(found -> {
            Map<ChannelName, Integer> map = new HashMap<>();
            for (int i = 0; i < channels.size(); i++) map.put(channels.get(i), found.get(i));
            counts = map;
        });
    }
}
