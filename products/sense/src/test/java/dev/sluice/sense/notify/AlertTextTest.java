package dev.sluice.sense.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sense.check.Failure;
import dev.sluice.sense.check.Phrase;
import dev.sluice.sense.state.StateEvent.Ending;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AlertTextTest {
    private static Alert closed(Ending ending) {
        Instant since = Instant.parse("2026-01-01T00:00:00Z");
        return new Alert(
                Alert.Kind.CLOSED,
                ending,
                "abc",
                7,
                "shop",
                "Shop",
                new Failure(Phrase.of("status", "2xx"), Phrase.text("503")),
                since,
                since.plusSeconds(75),
                Duration.ZERO,
                null);
    }

    @Test
    void describesThePastFailureWithoutClaimingThatItStillHolds() {
        assertThat(AlertText.EN.whole(closed(Ending.RECOVERED)))
                .isEqualTo("[UP again] Shop\nThe outage lasted 1 min 15 s.\n"
                        + "The outage began with: expected status 2xx, found 503.");
        assertThat(AlertText.ZH.whole(closed(Ending.RECOVERED)))
                .isEqualTo("[已恢复] Shop\n故障持续了 1 分钟 15 秒。\n故障起因：预期状态码 2xx，实际 503。");
    }

    @Test
    void saysThatAWarningIsNoOutage() {
        Instant since = Instant.parse("2026-01-01T00:00:00Z");
        var failure = new Failure(
                Phrase.of("certificate-left", "14 d"),
                Phrase.of("left", "5 d", "shop.example"),
                Failure.Kind.CERTIFICATE);
        for (Alert.Kind kind : new Alert.Kind[] {Alert.Kind.OPENED, Alert.Kind.CLOSED}) {
            Ending ending = kind == Alert.Kind.CLOSED ? Ending.RECOVERED : null;
            var alert = new Alert(
                    kind, ending, "abc", 7, "shop", "Shop", failure, since, since.plusSeconds(75), Duration.ZERO, null);
            assertThat(AlertText.EN.whole(alert))
                    .startsWith(kind == Alert.Kind.OPENED ? "[WARNING] Shop\n" : "[WELL again] Shop\n")
                    .contains("expected a certificate valid for 14 d, found 5 d left of shop.example".substring(1))
                    .doesNotContain("DOWN", "UP", "own since", "outage");
            assertThat(AlertText.ZH.whole(alert)).contains("警告").doesNotContain("故障");
        }
    }

    /// After the check stopped, its state is unknown.
    @Test
    void doesNotCallACheckUpThatIsNoLongerWatched() {
        for (Ending ending : new Ending[] {Ending.PAUSED, Ending.REMOVED}) {
            assertThat(AlertText.EN.whole(closed(ending)))
                    .startsWith("[" + ending + "] Shop\nIt was down for 1 min 15 s and is no longer checked.")
                    .doesNotContain("UP");
            assertThat(AlertText.ZH.whole(closed(ending))).contains("不再检查").doesNotContain("恢复");
        }
    }
}
