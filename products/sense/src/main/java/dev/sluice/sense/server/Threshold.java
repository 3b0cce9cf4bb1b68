package dev.sluice.sense.server;

import dev.sluice.sense.text.Times;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A condition under which the figures of a server are a failure, as people write it: `disk / > 90 % for 5m`,
/// `full within 24h`.
public sealed interface Threshold {
    /// A metric is above or below a value for some time.
    ///
    /// @param name the name of the disk or sensor; empty for the one nearest to the value, or for the sum of
    ///             all disks
    /// @param held how long the condition must hold; zero if it counts at once
    record Limit(Metric metric, String name, boolean isAbove, double value, Duration held) implements Threshold {
        boolean isBreachedBy(double measured) {
            return isAbove ? measured > value : measured < value;
        }

        /// Returns the expectation without the duration.
        String expectation() {
            return subject() + (isAbove ? " ≤ " : " ≥ ") + metric.text(value);
        }

        String subject() {
            return name.isEmpty() ? metric.word() : metric.word() + " " + name;
        }
    }

    /// A disk grows so fast that it will be full within this time.
    ///
    /// @param mount empty for any disk
    record FullWithin(String mount, Duration time) implements Threshold {}

    /// @throws IllegalArgumentException if the text is not a threshold
    static Threshold parse(String text) {
        String words = text.strip();
        Matcher forecast = Syntax.FORECAST.matcher(words);
        if (forecast.matches()) return new FullWithin(given(forecast.group(1)), Syntax.time(forecast.group(2)));
        Matcher limit = Syntax.LIMIT.matcher(words);
        if (!limit.matches()) throw new IllegalArgumentException(Syntax.takes(words));
        Metric metric = Metric.of(limit.group(1));
        String unit = given(limit.group(5));
        if (limit.group(2) != null && !metric.isNamed())
            throw new IllegalArgumentException("only disks and sensors have names, not " + metric.word());
        if (!unit.isEmpty() && !unit.equals(metric.unit().strip()))
            throw new IllegalArgumentException(metric.word() + " is not in " + unit);
        return new Limit(
                metric,
                given(limit.group(2)),
                limit.group(3).equals(">"),
                Double.parseDouble(limit.group(4)),
                limit.group(6) == null ? Duration.ZERO : Syntax.time(limit.group(6)));
    }

    private static String given(@Nullable String group) {
        return group == null ? "" : group;
    }

    /// The syntax of thresholds.
    final class Syntax {
        private static final String TIME = "(\\d{1,6} ?(?:s|min|m|h|d))";
        private static final Pattern LIMIT = Pattern.compile(
                "(cpu|load|memory|swap|temperature|disk(?:-read|-write|-busy)?)(?: +([^ <>]{1,255}))? *([<>]) *(\\d{1,6}(?:\\.\\d{1,3})?) *(%|°C|MB/s)?(?: +for +"
                        + TIME + ")?");
        private static final Pattern FORECAST =
                Pattern.compile("(?:disk +(?:([^ <>]{1,255}) +)?)?full +within +" + TIME);
        private static final Duration MAX = Duration.ofDays(30);

        private Syntax() {}

        private static Duration time(String text) {
            Duration time = Times.parse(text.replace(" ", "").replace("min", "m"));
            if (time.isZero() || time.compareTo(MAX) > 0)
                throw new IllegalArgumentException("a time must be between 1s and " + Times.text(MAX));
            return time;
        }

        private static String takes(String text) {
            return "'" + text
                    + "' is not a threshold: write 'cpu > 90 % for 5m', 'disk / > 90 %', 'memory', 'swap', 'load', 'temperature', 'disk-read', 'disk-write',"
                    + " 'disk-busy', or 'disk / full within 24h'";
        }
    }
}
