package dev.sluice.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// Access to the statistics of a hub with keys.
final class StatisticsAccessTest {
    @AutoClose
    private final AuthTestHub hub = new AuthTestHub();

    private int read(String credential, String channel) {
        return hub.as(credential, "GET", "/channels/" + channel + "?as=json", "")
                .statusCode();
    }

    @Test
    void areReadableByOperatorsButNotByReadersOfEverything() {
        for (String channel : List.of("$stats", "$stats/channels", "$stats/channels/news")) {
            assertThat(read(hub.admin, channel)).isEqualTo(200);
            assertThat(read(hub.token("alice"), channel)).isEqualTo(403);
            assertThat(hub.send("GET", "/channels/" + channel + "?as=json", "").statusCode())
                    .isEqualTo(401);
            assertThat(hub.as(hub.token("alice"), "HEAD", "/channels/" + channel, "")
                            .statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void aGrantOnExactlyOneOfThemPermitsThatOne() {
        String token = hub.token("alice", "sluice", Map.of("subscribe", List.of("$stats")));
        assertThat(read(token, "$stats")).isEqualTo(200);
        assertThat(read(token, "$stats/channels")).isEqualTo(403);
    }
}
