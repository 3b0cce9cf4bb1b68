package dev.sluice.server.stats;

import dev.sluice.core.channel.ChannelName;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the hub knows of its channels before anybody asks, as of the last seconds. Nobody changes its contents.
///
/// @param rates   events a second of the busiest, averaged over about a minute
/// @param isWhole whether the rate of all other channels is 0
/// @param trends  events a second in each step of a quarter of an hour, the oldest first; NaN: not known
/// @param others  the trend of channels without one
/// @param groups  the channels with the same first segment, where there are several
/// @param count   of all channels; -1: not known
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record ChannelFigures(
        Map<ChannelName, Double> rates,
        boolean isWhole,
        Map<ChannelName, float[]> trends,
        float[] others,
        Map<String, Group> groups,
        long count) {
    /// Nothing is known.
    public static final ChannelFigures NONE = new ChannelFigures(Map.of(), false, Map.of(), unknown(), Map.of(), -1);

    /// Sums of all channels with the same first segment.
    ///
    /// @param timeMs of the newest event
    public record Group(long channels, long events, long bytes, long timeMs) {}

    private static float[] unknown() {
        float[] trend = new float[Trends.STEPS];
        Arrays.fill(trend, Float.NaN);
        return trend;
    }

    /// The rate of a channel; null: not known.
    public @Nullable Double rate(ChannelName name) {
        Double rate = rates.get(name);
        return rate != null || !isWhole ? rate : Double.valueOf(0);
    }

    public float[] trend(ChannelName name) {
        return trends.getOrDefault(name, others);
    }
}
