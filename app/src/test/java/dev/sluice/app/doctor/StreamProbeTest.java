package dev.sluice.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class StreamProbeTest {
    private static final StreamProbe.Pace PACE = new StreamProbe.Pace(3, 1_000);

    /// The clocks differ by an hour.
    private static List<String> findings(int baselineMs, Integer... lateMs) {
        var delaysMs = Stream.of(lateMs).map(each -> 3_600_000L + each).toList();
        return new StreamProbe("sse", "Server-Sent Events")
                .findings(new StreamProbe.Received(PACE, delaysMs, "", "", baselineMs)).stream()
                        .map(each -> each.severity() + " " + each.code())
                        .toList();
    }

    @Test
    void findsBufferedEventsByTheirDelay() {
        assertThat(findings(20, 5, 30, 700)).isEmpty();
        assertThat(findings(20, 2_000, 1_000, 5)).containsExactly("ERROR stream-buffered");
        assertThat(findings(450, 1_000, 5, 5)).containsExactly("ERROR stream-buffered");
    }

    @Test
    void reportsASlowConnectionWhereEverythingIsLate() {
        assertThat(findings(600, 5, 1_000, 5)).containsExactly("NOTE all-slow");
        assertThat(findings(3_000, 5, 4_000, 5)).containsExactly("NOTE all-slow");
    }
}
