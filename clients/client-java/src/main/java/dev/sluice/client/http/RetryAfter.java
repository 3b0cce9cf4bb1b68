package dev.sluice.client.http;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** Parses the header {@code Retry-After} (RFC 9110 §10.2.3): seconds or a date. */
public final class RetryAfter {
    /** The limit for the delay: a misconfigured proxy must not stop a client forever. */
    public static final Duration MAX = Duration.ofDays(1);

    private RetryAfter() {}

    /**
     * Returns the delay; zero if the date has passed.
     *
     * @return empty if the value is invalid
     */
    public static Optional<Duration> parse(String value, Instant now) {
        var trimmed = value.strip();
        if (trimmed.matches("[0-9]{1,9}")) return Optional.of(limit(Duration.ofSeconds(Long.parseLong(trimmed))));
        try {
            var date = ZonedDateTime.parse(trimmed, DateTimeFormatter.RFC_1123_DATE_TIME);
            return Optional.of(limit(Duration.between(now, date.toInstant())));
        } catch (DateTimeException reason) {
            return Optional.empty(); // The obsolete date formats of RFC 9110 §5.6.7 are not used in this header.
        }
    }

    private static Duration limit(Duration wait) {
        if (wait.isNegative()) return Duration.ZERO;
        return wait.compareTo(MAX) > 0 ? MAX : wait;
    }
}
