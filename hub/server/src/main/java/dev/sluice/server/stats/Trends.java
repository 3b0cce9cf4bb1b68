package dev.sluice.server.stats;

import dev.sluice.core.channel.ChannelName;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The rates of channels in the last quarter of an hour, in steps. A channel without events in that time has no
/// trend: it shares [#others]. Used by one thread.
final class Trends {
    static final int STEPS = 60;
    static final long STEP_MS = 15_000;

    /// The maximum number of channels with a trend, of about 300 bytes each.
    static final int CHANNELS_MAX = 500;

    private static final class Trend {
        private final float[] rates = new float[STEPS]; // A ring, indexed by the number of the step.
        private final int since;
        private double events;

        /// @param since the first step whose rate is known
        Trend(int since) {
            this.since = since;
        }

        float total() {
            float sum = 0;
            for (float each : rates) sum += each;
            return sum;
        }
    }

    private final Map<ChannelName, Trend> trends = new HashMap<>();
    private int step;

    /// The first step that is known of every channel: trends of earlier steps may have been discarded.
    private int known;

    /// Adds events of the present step.
    void add(ChannelActivity activity) {
        activity.forEach((name, count) -> {
            Trend trend = trends.get(name);
            if (trend == null) {
                if (trends.size() >= 2 * CHANNELS_MAX) {
                    known = step + 1;
                    return;
                }
                trend = new Trend(known);
                trends.put(name, trend);
            }
            trend.events += activity.events(count);
        });
    }

    /// Ends a step.
    void end(double seconds) {
        for (Trend each : trends.values()) {
            each.rates[step % STEPS] = (float) (each.events / seconds);
            each.events = 0;
        }
        step++;
        trends.values().removeIf(each -> each.total() == 0); // A channel without events needs no trend.
        if (trends.size() <= CHANNELS_MAX) return;
        List<ChannelName> quietest = trends.entrySet().stream()
                .sorted(Comparator.comparingDouble(each -> each.getValue().total()))
                .limit(trends.size() - CHANNELS_MAX)
                .map(Map.Entry::getKey)
                .toList();
        quietest.forEach(trends::remove);
        known = step;
    }

    /// The trend of each channel that has one, the oldest step first; NaN if unknown.
    Map<ChannelName, float[]> all() {
        Map<ChannelName, float[]> all = HashMap.newHashMap(trends.size());
        trends.forEach((name, trend) -> all.put(name, inOrder(trend.rates, trend.since)));
        return all;
    }

    /// The trend of the other channels.
    float[] others() {
        return inOrder(new float[STEPS], known);
    }

    private float[] inOrder(float[] ring, int since) {
        float[] rates = new float[STEPS];
        Arrays.fill(rates, Float.NaN);
        int oldest = Math.max(since, step - STEPS); // The hub began with step 0.
        for (int each = oldest; each < step; each++) rates[STEPS - step + each] = ring[each % STEPS];
        return rates;
    }
}
