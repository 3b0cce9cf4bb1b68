package dev.sluice.client.http;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** The header {@code Retry-After} (RFC 9110 §10.2.3): seconds, or a date. */
public final class RetryAfter {
    /** What asks for more has this: a slip of a proxy must not stop a client for ever. */
    public static final Duration MAX = Duration.ofDays(1);

    private RetryAfter() {}

    /** How long to wait; not at all if the date has passed. @return empty if the value is neither */
    public static Optional<Duration> parse(String value, Instant now) {
        var trimmed = value.strip();
        if (trimmed.matches("[0-9]{1,9}")) return Optional.of(atMost(Duration.ofSeconds(Long.parseLong(trimmed))));
        try {
            var date = ZonedDateTime.parse(trimmed, DateTimeFormatter.RFC_1123_DATE_TIME);
            return Optional.of(atMost(Duration.between(now, date.toInstant())));
        } catch (DateTimeException reason) {
            return Optional.empty(); // RFC 9110 §5.6.7 has older forms of a date; nobody sends them in this header.
        }
    }

    private static Duration atMost(Duration wait) {
        if (wait.isNegative()) return Duration.ZERO;
        return wait.compareTo(MAX) > 0 ? MAX : wait;
    }
}
