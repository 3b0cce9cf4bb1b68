package dev.sluice.core.delivery.metrics;

import dev.sluice.core.delivery.stream.EndCode;
import dev.sluice.core.delivery.stream.StreamKind;
import dev.sluice.core.log.Lag;
import dev.sluice.core.log.LogStatus;
import dev.sluice.core.metrics.AppendCount;
import dev.sluice.core.metrics.Distribution;
import dev.sluice.core.metrics.LoopCount;
import dev.sluice.core.peers.ReplicationStatus;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The counts of a hub, summed over its event loops. The counts are not all of the same moment.
///
/// @param outcomes      of appends, since the log was opened
/// @param counts        since the start
/// @param endedStreams  since the start, by reason
/// @param streams       by kind and transport
/// @param latency       milliseconds from the publish of an event to its write to a socket, of one event of each
///                      write; events that are older than their reader do not count
/// @param readersBehind subscribers that have not received everything, about a second ago
/// @param furthest      the lag of the subscriber with the lowest cursor, about a second ago
/// @param longestMs     how long the subscriber that fell behind first has been behind, about a second ago
/// @param log           about a second ago
/// @param replication   the replication of the log; null if this hub is its only node
public record HubMetrics(
        Map<AppendCount, Long> outcomes,
        Map<LoopCount, Long> counts,
        Map<EndCode, Long> endedStreams,
        List<StreamCount> streams,
        Distribution latency,
        int readersBehind,
        Lag furthest,
        long longestMs,
        LogStatus log,
        @Nullable ReplicationStatus replication) {
    /// The number of client connections: open streams, where a session counts once. Sockets on which nothing
    /// streams do not count.
    public long connections() {
        return streams.stream()
                .filter(each -> each.kind() != StreamKind.SUBSCRIPTION)
                .mapToLong(StreamCount::open)
                .sum();
    }
}
