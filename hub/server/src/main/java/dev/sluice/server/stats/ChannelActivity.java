package dev.sluice.server.stats;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/// The events of one second, counted by channel.
final class ChannelActivity {
    private static final Count NOTHING = new Count(0);

    /// Events of a channel, and the bytes of their data.
    static final class Count {
        private final long first; // The position of the first event.
        private long events;
        private long bytes;
        private double factor = 1;

        private Count(long first) {
            this.first = first;
        }
    }

    private final Map<ChannelName, Count> counts = new HashMap<>();
    private long events;
    private double factor = 1;

    void add(Event event) {
        Count count = counts.computeIfAbsent(event.channel(), _ -> new Count(event.position()));
        count.events++;
        count.bytes += event.dataBytes();
        events++;
    }

    /// Estimates the events that some channels lost before they were counted. It is known how many these are
    /// together: a channel has the more of them, the closer the first event that it still has is to the last.
    ///
    /// @param published all events up to the position `upTo`
    void addLost(double published, long upTo, Predicate<ChannelName> hasLost) {
        List<Count> losers = new ArrayList<>();
        counts.forEach((name, count) -> {
            if (hasLost.test(name)) losers.add(count);
        });
        double all = 0;
        for (Count each : losers) all += each.events / span(each, upTo);
        double lost = Math.max(0, published - events);
        for (Count each : losers) each.factor = 1 + lost / all / span(each, upTo);
    }

    private static double span(Count count, long upTo) {
        return Math.max(1, upTo - count.first + 1);
    }

    /// Extrapolates the counts, because only a part of the second was counted.
    void complete(double part) {
        factor = 1 / part;
    }

    /// The channels that had events.
    void forEach(BiConsumer<ChannelName, Count> action) {
        counts.forEach(action);
    }

    Count of(ChannelName channel) {
        return counts.getOrDefault(channel, NOTHING);
    }

    double events(Count count) {
        return count.events * count.factor * factor;
    }

    double bytes(Count count) {
        return count.bytes * count.factor * factor;
    }
}
