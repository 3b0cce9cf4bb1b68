package dev.sluice.core.delivery;

import dev.sluice.core.log.Lag;
import dev.sluice.core.metrics.AppendCount;
import dev.sluice.core.metrics.LoopCount;
import java.util.Map;

/// The counts of a hub, summed over its event loops. The counts are not all of the same moment.
///
/// @param outcomes      of appends, since the log was opened
/// @param counts        since the start
/// @param endedStreams  since the start, by reason
/// @param readersBehind subscribers that have not received everything, about a second ago
/// @param furthest      the lag of the subscriber with the lowest cursor, about a second ago
public record HubMetrics(
        Map<AppendCount, Long> outcomes,
        Map<LoopCount, Long> counts,
        Map<EndCode, Long> endedStreams,
        int readersBehind,
        Lag furthest) {}
