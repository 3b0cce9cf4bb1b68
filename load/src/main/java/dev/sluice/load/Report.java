package dev.sluice.load;

import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/// What a load found.
///
/// @param measured            how long the measured part took, without warm-up
/// @param published           events that were acknowledged in that time
/// @param delivered           deliveries in that time
/// @param expected            deliveries that were owed in all, warm-up included
/// @param lost                of these, what did not come
/// @param late                came behind a later event of its lane: out of order
/// @param damaged             were cut, or came to a reader of another channel
/// @param broken              connections of readers that the server ended
/// @param refused             events that the server did not take
/// @param refusal             how it said so first
/// @param latencyUs           from the moment each event was to be sent, in microseconds
/// @param serverCpuUs         processor time of a local server for one delivery; of one event, if nobody read
/// @param loadCpuUs           the same of this process
/// @param serverRssBytes      memory of a local server at the end
/// @param connectionRssBytes  by how much it grew for each connection, when all were open and nothing published yet
/// @param connectSeconds      how long opening all connections took
public record Report(
        Plan plan,
        Duration measured,
        long published,
        long delivered,
        long bytes,
        long expected,
        long lost,
        long repeated,
        long late,
        long damaged,
        long broken,
        long refused,
        @Nullable String refusal,
        Histogram latencyUs,
        OptionalDouble serverCpuUs,
        OptionalDouble loadCpuUs,
        OptionalLong serverRssBytes,
        OptionalDouble connectionRssBytes,
        double connectSeconds) {

    public double deliveriesPerSecond() {
        return delivered * 1e9 / measured.toNanos();
    }

    public double publishedPerSecond() {
        return published * 1e9 / measured.toNanos();
    }

    /// Whether each reader got each event of its channel, once, whole, in order.
    public boolean isFaultless() {
        return lost == 0 && repeated == 0 && late == 0 && damaged == 0 && broken == 0 && refused == 0;
    }
}
