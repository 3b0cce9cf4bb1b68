package dev.sluice.client.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** RFC 9110 §10.2.3. */
final class RetryAfterTest {
    private static final Instant NOW = Instant.parse("2026-11-20T08:15:30Z");

    @Test
    void readsSecondsAndDates() {
        assertThat(RetryAfter.parse("7", NOW)).contains(Duration.ofSeconds(7));
        assertThat(RetryAfter.parse(" 0 ", NOW)).contains(Duration.ZERO);
        assertThat(RetryAfter.parse("Fri, 20 Nov 2026 08:16:00 GMT", NOW)).contains(Duration.ofSeconds(30));
        assertThat(RetryAfter.parse("Fri, 20 Nov 2026 08:00:00 GMT", NOW)).contains(Duration.ZERO);
    }

    @Test
    void limitsTheDelayToOneDay() {
        assertThat(RetryAfter.parse("999999999", NOW)).contains(RetryAfter.MAX);
        assertThat(RetryAfter.parse("Fri, 20 Nov 2099 08:00:00 GMT", NOW)).contains(RetryAfter.MAX);
    }

    @Test
    void ignoresInvalidValues() {
        for (var value : List.of("", "-1", "1.5", "soon", "9999999999999", "Mon, 20 Nov 2026 08:00:00 GMT")) {
            assertThat(RetryAfter.parse(value, NOW)).as(value).isEmpty();
        }
    }
}
