package dev.sluice.server.stats;

import dev.sluice.core.channel.ChannelName;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The figures of channels that a hub keeps even without readers, as of the last seconds. The contents are never
/// modified.
///
/// @param rates   events a second of the busiest channels, averaged over about a minute
/// @param isWhole whether the rate of all other channels is 0
/// @param trends  events a second in each step of a quarter of an hour, the oldest first; NaN if unknown
/// @param others  the trend of channels without one
/// @param groups  sums of channels with the same first segment, if there are several
/// @param count   the number of all channels; -1 if unknown
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record ChannelFigures(
        Map<ChannelName, Double> rates,
        boolean isWhole,
        Map<ChannelName, float[]> trends,
        float[] others,
        Groups groups,
        long count) {
    /// Nothing is known.
    public static final ChannelFigures NONE = new ChannelFigures(Map.of(), false, Map.of(), unknown(), Groups.NONE, -1);

    /// Sums of all channels with the same first segment.
    ///
    /// @param timeMs the time of the newest event
    public record Group(long channels, long events, long bytes, long timeMs) {}

    /// The groups of at least two channels, by their first segments. Only the groups that a page lists are
    /// sorted, because there may be many others.
    ///
    /// @param newest  the groups with the newest events, the newest first
    /// @param largest the groups with the most channels, the largest first
    public record Groups(Map<String, Group> all, List<String> newest, List<String> largest) {
        static final int LISTED_MAX = 100;

        public static final Groups NONE = new Groups(Map.of(), List.of(), List.of());

        public static Groups of(Map<String, Group> all) {
            return new Groups(
                    all,
                    top(all, Comparator.comparingLong(Group::timeMs)),
                    top(all, Comparator.comparingLong(Group::channels)));
        }

        /// The name of the group that a channel belongs to: its first segment.
        public static String name(ChannelName channel) {
            String name = channel.value();
            int slash = name.indexOf('/');
            return slash < 0 ? name : name.substring(0, slash);
        }

        private static List<String> top(Map<String, Group> all, Comparator<Group> ascending) {
            return all.entrySet().stream()
                    .sorted(Map.Entry.<String, Group>comparingByValue(ascending.reversed())
                            .thenComparing(Map.Entry.comparingByKey()))
                    .limit(LISTED_MAX)
                    .map(Map.Entry::getKey)
                    .toList();
        }
    }

    private static float[] unknown() {
        float[] trend = new float[Trends.STEPS];
        Arrays.fill(trend, Float.NaN);
        return trend;
    }

    /// The rate of a channel; null if unknown.
    public @Nullable Double rate(ChannelName name) {
        Double rate = rates.get(name);
        return rate != null || !isWhole ? rate : Double.valueOf(0);
    }

    public float[] trend(ChannelName name) {
        return trends.getOrDefault(name, others);
    }
}
