package dev.sluice.sense.notify;

import dev.sluice.sense.json.SenseJson;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The pause that an overloaded service requests.
final class RetryAfter {
    private static final String KEY = "retry_after";

    private RetryAfter() {}

    /// Returns the value of the header (RFC 9110 §10.2.3), or else that in the body: Discord has
    /// `retry_after` there, and Telegram has it in `parameters`.
    ///
    /// @return zero if neither has one
    static Duration of(@Nullable String header, HttpNotifier.Answer body, InstantSource clock) throws IOException {
        if (header != null && !header.isBlank()) return ofHeader(header.strip(), clock);
        try {
            Map<String, Object> object = SenseJson.object(body.text());
            Object seconds =
                    object.get("parameters") instanceof Map<?, ?> parameters ? parameters.get(KEY) : object.get(KEY);
            return seconds instanceof Number number ? seconds(number.doubleValue()) : Duration.ZERO;
        } catch (IllegalArgumentException noObject) {
            return Duration.ZERO;
        }
    }

    private static Duration ofHeader(String header, InstantSource clock) {
        try {
            return seconds(Double.parseDouble(header)); // Some services send fractions.
        } catch (NumberFormatException noNumber) {
            return ofDate(header, clock);
        }
    }

    private static Duration ofDate(String header, InstantSource clock) {
        try {
            var date = ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME);
            return Duration.between(clock.instant(), date);
        } catch (DateTimeException invalid) {
            return Duration.ZERO;
        }
    }

    private static Duration seconds(double seconds) {
        double most = OutboxStore.RETRY_MAX.toSeconds();
        return seconds > 0 ? Duration.ofMillis((long) (1000 * Math.min(seconds, most))) : Duration.ZERO;
    }
}
