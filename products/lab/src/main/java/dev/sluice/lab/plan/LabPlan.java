package dev.sluice.lab.plan;

import dev.sluice.wire.Payload;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// The load of a run, which is the same for each lane.
///
/// @param lanes     in the order of measurement
/// @param direction the direction of the events
/// @param rate      events per second and direction, of all channels and publishers together
/// @param size      bytes of an event's data
/// @param channels  the number of channels over which the readers are spread
/// @param clients   clients of each lane
/// @param interval  the time between two polls of a polling client
/// @param warmup    the warm-up of each lane, which is not measured
/// @param duration  how long each lane is measured
/// @param cut       how long the line is cut afterwards; zero for no cut
/// @param isBare    whether requests have only the headers that they need, instead of those of a browser
public record LabPlan(
        List<Technique> lanes,
        Direction direction,
        double rate,
        int size,
        int channels,
        int clients,
        Duration interval,
        Duration warmup,
        Duration duration,
        Duration cut,
        boolean isBare) {
    /// An event's data has room for its number and its time.
    public static final int SIZE_MIN = Payload.BYTES_MIN;

    public static final int SIZE_MAX = 64 << 10;
    public static final double RATE_MIN = 0.1;
    public static final double RATE_MAX = 100_000;
    public static final int CLIENTS_MAX = 5_000;
    public static final int CHANNELS_MAX = 1_000;
    public static final Duration INTERVAL_MIN = Duration.ofMillis(10);
    public static final Duration INTERVAL_MAX = Duration.ofMinutes(5);
    public static final Duration DURATION_MIN = Duration.ofMillis(100);
    public static final Duration DURATION_MAX = Duration.ofMinutes(30);

    public static final Duration CUT_MAX = Duration.ofMinutes(1);

    public static final LabPlan DEFAULT = new LabPlan(
            List.of(Technique.values()),
            Direction.DOWN,
            50,
            100,
            1,
            10,
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            Duration.ofSeconds(2),
            false);

    /// @throws IllegalArgumentException if a value is out of its bounds; the message begins with its name
    public LabPlan {
        lanes = lanes.stream().distinct().toList();
        if (lanes.isEmpty()) throw new IllegalArgumentException("lanes must name at least one lane.");
        within("rate", rate, RATE_MIN, RATE_MAX);
        within("size", size, SIZE_MIN, SIZE_MAX);
        within("clients", clients, 1, CLIENTS_MAX);
        within(
                "channels",
                channels,
                1,
                Math.min(clients, CHANNELS_MAX)); // A channel without a reader measures nothing.
        within("interval", interval, INTERVAL_MIN, INTERVAL_MAX);
        within("duration", duration, DURATION_MIN, DURATION_MAX);
        within("warmup", warmup, Duration.ZERO, DURATION_MAX);
        within("cut", cut, Duration.ZERO, CUT_MAX);
    }

    /// Returns the load that drives a lane once before any lane is measured, because a JVM that has just
    /// started runs all code slowly.
    public static LabPlan warming(Technique lane, Duration time) {
        return new LabPlan(
                List.of(lane),
                Direction.BOTH,
                500,
                DEFAULT.size,
                1,
                8,
                INTERVAL_MIN,
                Duration.ZERO,
                time,
                Duration.ZERO,
                false);
    }

    private static void within(String name, Duration time, Duration min, Duration max) {
        if (time.compareTo(min) >= 0 && time.compareTo(max) <= 0) return;
        throw new IllegalArgumentException(
                "%s takes from %s to %s, not %s.".formatted(name, seconds(min), seconds(max), seconds(time)));
    }

    private static String seconds(Duration time) {
        return BigDecimal.valueOf(time.toMillis(), 3).stripTrailingZeros().toPlainString() + " s";
    }

    private static void within(String name, double value, double min, double max) {
        if (value >= min && value <= max) return;
        throw new IllegalArgumentException(
                "%s takes from %s to %s, not %s.".formatted(name, number(min), number(max), number(value)));
    }

    private static String number(double value) {
        return value == Math.rint(value) ? String.format(Locale.ROOT, "%,.0f", value) : Double.toString(value);
    }

    /// Returns the channel of a client; both are counted from 0.
    public int channelOf(int client) {
        return client % channels;
    }
}
