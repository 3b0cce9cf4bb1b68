package dev.sluice.sense.uptime;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The uptime of a check in the last day, week, month and quarter.
///
/// @param created since when the check exists
public record Uptime(Instant created, List<Window> windows) {
    /// A period that ends now, and the sums over it.
    ///
    /// @param name  for example `24h`
    /// @param since the beginning of the window
    /// @param from  the beginning of what is known: that of the window, or of the check if it is younger
    /// @param unknown the time without outcomes, or with unclear ones
    record Window(String name, Instant since, Instant from, Duration unknown, Rollup rollup) {
        Map<String, Object> json() {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("window", name);
            all.put("since", since.toString());
            all.put("from", from.toString());
            long up = rollup.get(RollupColumn.UP_MS);
            long counted = up + rollup.get(RollupColumn.DOWN_MS);
            if (counted > 0) all.put("uptime", (double) up / counted);
            all.put("up_ms", up);
            all.put("down_ms", rollup.get(RollupColumn.DOWN_MS));
            all.put("maintenance_ms", rollup.get(RollupColumn.MAINTENANCE_MS));
            all.put("unknown_ms", unknown.toMillis());
            all.put("passed", rollup.get(RollupColumn.PASSED));
            all.put("slow", rollup.get(RollupColumn.SLOW));
            all.put("failed", rollup.get(RollupColumn.FAILED));
            all.put("unclear", rollup.get(RollupColumn.UNCLEAR));
            all.put("in_maintenance", rollup.get(RollupColumn.IN_MAINTENANCE));
            latency("latency_p50_ms", 0.5, all);
            latency("latency_p95_ms", 0.95, all);
            return all;
        }

        private void latency(String key, double part, Map<String, Object> all) {
            rollup.latencies().percentileMs(part).ifPresent(ms -> all.put(key, Math.round(ms * 10) / 10.0));
        }
    }

    public Uptime {
        windows = List.copyOf(windows);
    }

    /// Returns the uptime as a JSON object. `uptime` is the time that the check was up, divided by the time
    /// that it was up or down.
    public Map<String, Object> json() {
        return Map.of(
                "created",
                created.toString(),
                "windows",
                windows.stream().map(Window::json).toList());
    }
}
