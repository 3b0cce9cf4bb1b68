package dev.sluice.sense.text;

import java.time.Duration;
import java.util.regex.Pattern;

/// Durations as people write them: a number with `ms`, `s`, `m`, `h` or `d`.
public final class Times {
    private static final Pattern TIME = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

    private Times() {}

    /// @throws IllegalArgumentException if the text is not a duration
    public static Duration parse(String text) {
        var matcher = TIME.matcher(text);
        if (!matcher.matches())
            throw new IllegalArgumentException("'" + text + "' is not a duration: write 500ms, 10s, 5m, 2h or 7d");
        long count = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }

    /// Formats a duration in the syntax that [#parse] reads.
    public static String text(Duration time) {
        long ms = time.toMillis();
        if (ms == 0) return "0s";
        if (ms % 86_400_000 == 0) return ms / 86_400_000 + "d";
        if (ms % 3_600_000 == 0) return ms / 3_600_000 + "h";
        if (ms % 60_000 == 0) return ms / 60_000 + "m";
        return ms % 1000 == 0 ? ms / 1000 + "s" : ms + "ms";
    }
}
