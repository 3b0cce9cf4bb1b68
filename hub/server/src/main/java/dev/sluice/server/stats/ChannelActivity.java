package dev.sluice.server.stats;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Event;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/// The events of one second, counted by channel.
final class ChannelActivity {
    private static final Count NOTHING = new Count();

    /// Events of a channel, and the bytes of their data.
    static final class Count {
        private long events;
        private long bytes;

        private Count() {}
    }

    private final Map<ChannelName, Count> counts = new HashMap<>();
    private long events;
    private double factor = 1;

    void add(Event event) {
        Count count = counts.computeIfAbsent(event.channel(), _ -> new Count());
        count.events++;
        count.bytes += event.dataBytes();
        events++;
    }

    /// Extrapolates the counts, because only some events were counted.
    ///
    /// @param published all events of the second
    void complete(long published) {
        factor = events == 0 ? 1 : Math.max(1, (double) published / events);
    }

    /// The channels that had events.
    void forEach(BiConsumer<ChannelName, Count> action) {
        counts.forEach(action);
    }

    Count of(ChannelName channel) {
        return counts.getOrDefault(channel, NOTHING);
    }

    double events(Count count) {
        return count.events * factor;
    }

    double bytes(Count count) {
        return count.bytes * factor;
    }
}
