package dev.sluice.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Principal;
import dev.sluice.server.TestServer;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/// A session ends with its client's grant, after a message that says why.
final class SessionGrantEndTest {
    private static final Instant END = Instant.parse("2026-11-22T12:00:00Z");

    private final AtomicReference<Instant> wall = new AtomicReference<>(END.minusSeconds(60));

    @AutoClose
    private final TestServer server = TestServer.start((exchange, route) -> {
        exchange.setGrant(Grant.of(new Principal("alice", ""), Permissions.ALL).until(END, wall::get));
        route.handle(exchange);
    });

    private SessionClient subscribed(SessionClient.Form form) {
        SessionClient client = SessionClient.open(server, form);
        client.expect("welcome");
        client.send("{'op':'subscribe','ref':'a','channels':'news'}");
        client.expect("ok");
        return client;
    }

    private static void assertEnds(SessionClient client, SessionClient.Form form, String type) {
        JsonNode error = client.next("error");
        assertThat(error.has("ref")).isFalse();
        assertThat(error.at("/problem/type").asString()).isEqualTo(type);
        assertThat(error.at("/problem/status").asInt()).isEqualTo(401);
        JsonNode end = client.expect("end");
        assertThat(end.has("cut")).isFalse();
        if (form == SessionClient.Form.WEBSOCKET)
            assertThat(end.path("code").asInt()).isEqualTo(4401);
    }

    @ParameterizedTest
    @EnumSource
    void endsAfterItsGrantHasExpired(SessionClient.Form form) {
        try (SessionClient client = subscribed(form)) {
            wall.set(END.plusSeconds(30));
            server.pass(Duration.ofSeconds(16));
            server.tick();
            assertEnds(client, form, "/problems/token-expired");
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsWhenItsGrantIsRevoked(SessionClient.Form form) {
        try (SessionClient client = subscribed(form)) {
            int ended = server.server()
                    .hub()
                    .revoke(grant -> grant.principal().name().equals("alice"))
                    .toCompletableFuture()
                    .orTimeout(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .join();
            assertThat(ended).isEqualTo(1);
            assertEnds(client, form, "/problems/revoked");
        }
    }
}
