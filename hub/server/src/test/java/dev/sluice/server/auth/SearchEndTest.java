package dev.sluice.server.auth;

import static dev.sluice.server.auth.TestPermissions.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.access.Verb;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Publication;
import dev.sluice.server.Await;
import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import dev.sluice.server.auth.GrantRules.Rule;
import dev.sluice.server.auth.identity.GrantSubject;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A search through the log ends with what permits it. Its client does not read at first, so it is not done by then.
final class SearchEndTest {
    private static final int EVENTS = 300;

    @AutoClose
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
    void endsWhenThePersonLogsOut() {
        String[] page = {"Sec-Fetch-Site", "same-origin", "Content-Type", "application/x-www-form-urlencoded"};
        String form = "name=carol&password=" + AuthTestHub.PASSWORD.replace(' ', '+');
        String cookie = hub.send("POST", "/login", form, page)
                .headers()
                .firstValue("Set-Cookie")
                .orElseThrow()
                .split(";", 2)[0];
        try (RawClient client =
                hub.raw().get("/search/news?limit=1000", "Cookie: " + cookie, "Sec-Fetch-Site: same-origin")) {
            client.until("\r\n\r\n");
            assertThat(hub.send("DELETE", "/login", "", "Cookie", cookie, "Sec-Fetch-Site", "same-origin")
                            .statusCode())
                    .isEqualTo(204);
            assertThat(client.rest())
                    .contains("{\"error\":{", "/problems/revoked")
                    .doesNotContain("{\"end\":");
        }
    }

    static Stream<List<Rule>> rulesWithoutTheChannel() {
        return Stream.of(
                List.of(new Rule(new GrantSubject.Authenticated(), on("other", Verb.SUBSCRIBE), false)),
                List.of(
                        AuthTestHub.READERS_AND_PUBLISHERS,
                        new Rule(new GrantSubject.Authenticated(), on("news", Verb.SUBSCRIBE), true)));
    }

    @ParameterizedTest
    @MethodSource("rulesWithoutTheChannel")
    void endsWhenAReloadRemovesItsGrantOrDeniesTheChannel(List<Rule> rules) {
        try (RawClient client = search(hub.token("alice"))) {
            hub.reload(rules.toArray(Rule[]::new));
            assertThat(client.rest())
                    .contains("{\"error\":{", "/problems/revoked")
                    .doesNotContain("{\"end\":");
        }
    }

    @Test
    void continuesWhenAReloadRemovesOnlyOtherChannels() {
        try (RawClient client = search(hub.token("alice"))) {
            hub.reload(new Rule(new GrantSubject.Authenticated(), on("news", Verb.SUBSCRIBE), false));
            assertThat(client.rest()).contains("{\"end\":");
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
