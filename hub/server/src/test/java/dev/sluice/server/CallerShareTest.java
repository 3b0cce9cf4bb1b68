package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Principal;
import dev.sluice.core.presence.PresenceSettings;
import dev.sluice.server.http.AccessFilter;
import dev.sluice.server.subscribe.SubscribeSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Callers take all that they can of a sum which all share, and a bystander is served. Over real sockets; callers are
/// names, or else addresses of the loopback network.
final class CallerShareTest {
    private static final int SUBSCRIPTIONS = 40;
    private static final int PATTERNS = 120;
    private static final int MEMBERS = 20;
    private static final String OK = "HTTP/1.1 200";
    private static final String TOO_MANY = "HTTP/1.1 429";
    private static final String[] UPGRADE = {
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    };

    private static final AccessFilter BY_NAME = (exchange, route) -> {
        String address = exchange.remoteAddress().getAddress().getHostAddress();
        String name = exchange.request().header("x-user").orElse("");
        exchange.setGrant(Grant.of(new Principal(name, address), Permissions.ALL));
        route.handle(exchange);
    };

    private static TestServer server() {
        SubscribeSettings defaults = SubscribeSettings.DEFAULTS;
        return TestServer.start(
                TestServer.settings(2).toBuilder()
                        .subscribe(new SubscribeSettings(
                                defaults.limitDefault(),
                                defaults.limitMax(),
                                defaults.lastMax(),
                                defaults.heartbeat(),
                                defaults.heartbeatMin(),
                                defaults.heartbeatMax(),
                                defaults.sseRetry(),
                                defaults.waitMax(),
                                defaults.ageMax(),
                                defaults.memberAgeMax(),
                                defaults.paddingBytesMax(),
                                defaults.sessionSubscriptionsMax(),
                                defaults.sessionPatternsMax(),
                                SUBSCRIPTIONS,
                                PATTERNS))
                        .presence(new PresenceSettings(Duration.ZERO, MEMBERS))
                        .build(),
                BY_NAME);
    }

    /// One caller, with all of its connections.
    private static final class Caller implements AutoCloseable {
        private final TestServer server;
        private final String address;
        private final String name;
        private final List<RawClient> clients = new ArrayList<>();

        Caller(TestServer server, String address, String name) {
            this.server = server;
            this.address = address;
            this.name = name;
        }

        /// Opens a stream, and returns the head and the beginning of the body of its answer.
        String subscribe(String query) {
            RawClient client = get("/channels?as=ndjson&" + query);
            String head = client.until("\r\n\r\n");
            return head.startsWith(OK) ? head : head + client.until("}");
        }

        RawClient get(String path, String... headerLines) {
            RawClient client = new RawClient(server.server().uri().getPort(), address);
            clients.add(client);
            List<String> lines = new ArrayList<>(List.of(headerLines));
            lines.add("x-user: " + name);
            return client.get(path, lines.toArray(String[]::new));
        }

        /// Becomes a member of one channel after the other until that is refused.
        Refused exhaustMembers() {
            for (int count = 0; count <= MEMBERS; count++) {
                String answer = subscribe("join=true&name=room-" + count);
                if (!answer.startsWith(OK)) return new Refused(count, answer);
            }
            throw new AssertionError("nothing was refused");
        }

        /// Opens streams until one is refused, and returns their number and that refusal.
        Refused exhaust(String query) {
            for (int count = 0; count <= SUBSCRIPTIONS; count++) {
                String answer = subscribe(query);
                if (!answer.startsWith(OK)) return new Refused(count, answer);
            }
            throw new AssertionError("nothing was refused");
        }

        void endOne() {
            clients.removeFirst().close();
        }

        @Override
        public void close() {
            clients.forEach(RawClient::close);
        }
    }

    private record Refused(int served, String answer) {}

    @Test
    void leavesSubscriptionsForOtherCallers() {
        try (TestServer server = server();
                Caller greedy = new Caller(server, "127.0.0.1", "");
                Caller bystander = new Caller(server, "127.0.0.2", "")) {
            Refused refused = greedy.exhaust("name=a");
            assertThat(refused.served()).isEqualTo(SUBSCRIPTIONS / 4);
            assertThat(refused.answer())
                    .startsWith(TOO_MANY)
                    .contains("Retry-After: 5", "/problems/too-many", "10 subscriptions", "limits.caller_share");
            for (int i = 0; i < 5; i++)
                assertThat(bystander.subscribe("name=a")).startsWith(OK);
            assertThat(greedy.subscribe("name=a")).startsWith(TOO_MANY);
        }
    }

    @Test
    void countsSubscriptionsOfAllConnectionsOfACaller() {
        try (TestServer server = server();
                Caller one = new Caller(server, "127.0.0.1", "mallory");
                Caller other = new Caller(server, "127.0.0.2", "mallory");
                Caller bystander = new Caller(server, "127.0.0.1", "alice")) {
            one.exhaust("name=a");
            assertThat(other.subscribe("name=a")).startsWith(TOO_MANY);
            assertThat(bystander.subscribe("name=a")).startsWith(OK);
        }
    }

    @Test
    void servesOtherCallersWhileManyCallersUseTheirWholeShare() {
        List<Caller> greedy = new ArrayList<>();
        try (TestServer server = server();
                Caller bystander = new Caller(server, "127.0.0.99", "")) {
            for (int i = 0; i < 8; i++) {
                Caller next = new Caller(server, "127.0.0.1", "mallory" + i);
                greedy.add(next);
                assertThat(next.exhaust("name=a").answer()).startsWith(TOO_MANY);
            }
            assertThat(bystander.subscribe("name=a")).startsWith(OK);
        } finally {
            greedy.forEach(Caller::close);
        }
    }

    @Test
    void leavesPatternsForOtherCallers() {
        String names = "name=a&name=b&name=c&name=d&name=e&name=f";
        try (TestServer server = server();
                Caller greedy = new Caller(server, "127.0.0.1", "");
                Caller bystander = new Caller(server, "127.0.0.2", "")) {
            Refused refused = greedy.exhaust(names);
            assertThat(refused.served()).isEqualTo(PATTERNS / 4 / 6);
            assertThat(refused.answer()).startsWith(TOO_MANY).contains("30 channels and patterns");
            assertThat(bystander.subscribe(names)).startsWith(OK);
        }
    }

    @Test
    void freesTheShareOfACallerWhenItsStreamsEnd() {
        try (TestServer server = server();
                Caller greedy = new Caller(server, "127.0.0.1", "")) {
            greedy.exhaust("name=a");
            greedy.endOne();
            Await.that(() -> server.server().hub().readers().readers() < SUBSCRIPTIONS / 4);
            assertThat(greedy.subscribe("name=a")).startsWith(OK);
        }
    }

    @Test
    void leavesMembersForOtherCallers() {
        try (TestServer server = server();
                Caller greedy = new Caller(server, "127.0.0.1", "mallory");
                Caller bystander = new Caller(server, "127.0.0.1", "alice")) {
            Refused refused = greedy.exhaustMembers();
            assertThat(refused.served()).isEqualTo(MEMBERS / 4);
            assertThat(refused.answer())
                    .startsWith(TOO_MANY)
                    .contains("Retry-After: 5", "/problems/too-many", "5 members", "limits.caller_share");
            String more = "/channels/more?join=true";
            assertThat(greedy.get(more, "Accept: text/event-stream").until("}")).contains("too-many");
            assertThat(greedy.get(more + "&as=json&wait=1&after=latest").until("\r\n\r\n"))
                    .startsWith(TOO_MANY);
            assertThat(greedy.get(more, UPGRADE).until("\r\n\r\n")).startsWith(TOO_MANY);
            for (int i = 0; i < 3; i++)
                assertThat(bystander.subscribe("join=true&name=room-" + i)).startsWith(OK);
            assertThat(greedy.subscribe("name=more")).startsWith(OK); // Without becoming a member.
        }
    }

    @Test
    void servesOtherCallersWhileManyCallersJoinAsManyChannelsAsTheyMay() {
        List<Caller> greedy = new ArrayList<>();
        try (TestServer server = server();
                Caller bystander = new Caller(server, "127.0.0.1", "alice")) {
            for (int i = 0; i < 8; i++) {
                Caller next = new Caller(server, "127.0.0.1", "mallory" + i);
                greedy.add(next);
                assertThat(next.exhaustMembers().answer()).startsWith(TOO_MANY);
            }
            assertThat(bystander.subscribe("join=true&name=room")).startsWith(OK);
        } finally {
            greedy.forEach(Caller::close);
        }
    }
}
