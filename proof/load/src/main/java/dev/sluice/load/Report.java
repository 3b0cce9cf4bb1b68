package dev.sluice.load;

import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/// The results of a load run.
///
/// @param measured            duration of the measurement, without warm-up
/// @param published           events acknowledged in that time
/// @param delivered           deliveries in that time
/// @param expected            deliveries expected in total, including warm-up
/// @param lost                expected deliveries that did not arrive
/// @param late                events that arrived after a later event of their lane: out of order
/// @param damaged             events that were truncated or arrived at a reader of another channel
/// @param broken              readers' connections that the server closed
/// @param refused             events that the server refused
/// @param refusal             the status line of the first refusal
/// @param latencyUs           latencies from the scheduled sending time of each event, in microseconds
/// @param serverCpuUs         processor time of a local server per delivery; per event if there are no readers
/// @param loadCpuUs           the same for this process
/// @param serverRssBytes      resident memory of a local server at the end
/// @param connectionRssBytes  its growth per connection when all were open and nothing had been published
/// @param connectSeconds      time to open all connections
/// @param resumed             number of reconnects of readers
/// @param catchUpSeconds      time from the first reconnect until the last reader had caught up
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
        double connectSeconds,
        long resumed,
        OptionalDouble catchUpSeconds) {

    public double deliveriesPerSecond() {
        return delivered * 1e9 / measured.toNanos();
    }

    public double publishedPerSecond() {
        return published * 1e9 / measured.toNanos();
    }

    /// Returns true if each reader received each event of its channels once, undamaged and in order.
    public boolean isFaultless() {
        return lost == 0 && repeated == 0 && late == 0 && damaged == 0 && broken == 0 && refused == 0;
    }
}
