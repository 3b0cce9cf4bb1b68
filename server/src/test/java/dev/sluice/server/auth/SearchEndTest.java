package dev.sluice.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Publication;
import dev.sluice.server.Await;
import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A search through the log ends with what permits it. Its client does not read at first, so it is not done by then.
final class SearchEndTest {
    private static final int EVENTS = 300;

    private final AuthTestHub hub = new AuthTestHub();

    @BeforeEach
    void publish() {
        Draft draft = Draft.event(new ChannelName("news"), "message", TestServer.text("x".repeat(50_000)));
        for (int i = 0; i < EVENTS; i++)
            hub.log
                    .append(new Publication(draft, Conditions.NONE))
                    .toCompletableFuture()
                    .join();
    }

    @AfterEach
    void close() {
        hub.close();
    }

    private RawClient search(String token) {
        RawClient client = hub.raw().get("/search/news?limit=1000", "Authorization: Bearer " + token);
        client.until("\r\n\r\n");
        return client;
    }

    @Test
    void endsWhenItsGrantIsRevoked() {
        String token = hub.token("alice");
        try (RawClient client = search(token)) {
            assertThat(hub.revoke("{\"sub\":\"alice\"}").statusCode()).isBetween(200, 204);
            Await.that(() -> hub.read(token).statusCode() == 401);
            assertThat(client.rest())
                    .contains("{\"error\":{", "/problems/revoked")
                    .doesNotContain("{\"end\":");
        }
    }

    @Test
    void endsWhenItsGrantExpires() {
        try (RawClient client = search(hub.token("alice"))) {
            hub.now.set(AuthTestHub.START.plus(Duration.ofMinutes(11)));
            assertThat(client.rest())
                    .contains("{\"error\":{", "/problems/token-expired")
                    .doesNotContain("{\"end\":");
        }
    }
}
