package dev.sluice.server.stats;

import dev.sluice.core.delivery.metrics.StreamCount;
import dev.sluice.core.event.Content;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Figures of the open streams.
final class StreamStats {
    private StreamStats() {}

    static Content figures(List<StreamCount> counts) {
        Map<String, Long> open = new TreeMap<>();
        for (StreamCount count : counts) open.merge(name(count), count.open(), Long::sum);
        return StatsJson.of(figures -> open.forEach(figures::add));
    }

    /// Names subscribers by their transport, and other streams by their kind.
    private static String name(StreamCount count) {
        return switch (count.kind()) {
            case SUBSCRIBER -> count.transport();
            case SESSION -> "session";
            case SUBSCRIPTION -> "subscription";
            case POLL -> "poll";
        };
    }
}
