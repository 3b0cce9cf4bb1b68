package dev.sluice.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class CutProbeTest {
    private static List<String> findings(@Nullable Integer silent, @Nullable Integer busy, @Nullable Integer socket) {
        return new CutProbe(Duration.ofMinutes(1))
                .result(seconds(silent), seconds(busy), seconds(socket)).findings().stream()
                        .map(each -> each.severity() + " " + each.code())
                        .toList();
    }

    private static @Nullable Duration seconds(@Nullable Integer count) {
        return count == null ? null : Duration.ofSeconds(count);
    }

    @Test
    void distinguishesAnIdleTimeoutFromALimitOfTheConnection() {
        assertThat(findings(null, null, null)).isEmpty();
        assertThat(findings(10, 10, 10)).containsExactly("WARNING total-cut");
        assertThat(findings(10, null, null)).containsExactly("ERROR idle-cut");
        assertThat(findings(10, 30, 30)).containsExactly("WARNING total-cut", "ERROR idle-cut");
    }

    @Test
    void notesAnIdleTimeoutThatHeartbeatsPrevent() {
        assertThat(findings(30, null, 30)).containsExactly("NOTE idle-cut", "NOTE idle-cut");
        assertThat(findings(null, null, 19)).containsExactly("ERROR idle-cut");
    }
}
