package dev.sluice.server.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.Retention;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.core.presence.PresenceSettings;
import dev.sluice.server.RawClient;
import dev.sluice.server.ServerSettings;
import dev.sluice.server.TestServer;
import dev.sluice.server.proxy.KeepingProxy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Tests presence as clients see it.
final class PresenceOverHttpTest {
    private static final Duration PACE = Duration.ofMillis(5);

    private static final String UPGRADE =
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==";

    /// Retains one event per channel, except for channels with their own retention.
    private final TestServer server = TestServer.start(MemoryLog.builder(InstantSource.system())
            .retention(_ -> Retention.events(1))
            .open());

    private final List<RawClient> clients = new ArrayList<>();

    @AfterEach
    void close() {
        clients.forEach(RawClient::close); // Otherwise the server would wait for them when it stops.
        server.close();
    }

    private RawClient watcher() {
        RawClient watcher = new RawClient(server).get("/channels/$presence/chat/7?as=ndjson&after=earliest");
        watcher.until("{\"cursor\":");
        return watcher;
    }

    private RawClient join(String client) {
        return join("as=ndjson", client);
    }

    private RawClient join(String query, String client) {
        RawClient rawClient = new RawClient(server);
        clients.add(rawClient);
        String headers = query.isEmpty() ? UPGRADE : "Accept: application/json";
        rawClient.get("/channels/chat/7?join=true&client=" + client + "&" + query, headers);
        return rawClient;
    }

    private static String joined(String client) {
        return "\"key\":\"" + client + "\",\"data\":{\"client\":\"" + client + "\"}}\n";
    }

    private static String left(String client) {
        return "\"key\":\"" + client + "\",\"removed\":true}\n";
    }

    private List<String> names() {
        return Pattern.compile("\"client\":\"([^\"]*)\"")
                .matcher(server.get("/presence/chat/7").body())
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }

    /// Lets time pass a hundred times as fast as it does, so that connections have time for what they carry before they
    /// reach their greatest age.
    private <T> T whileTimePasses(Supplier<T> action) {
        Thread clock = Thread.ofVirtual().start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                server.pass(Duration.ofMillis(500));
                server.tick();
                LockSupport.parkNanos(PACE.toNanos());
            }
        });
        try {
            return action.get();
        } finally {
            clock.interrupt();
            joinUninterruptibly(clock);
        }
    }

    private static void joinUninterruptibly(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"as=sse", "as=ndjson", "as=text", "as=json&wait=60", ""})
    void isAMemberAsLongAsItsConnection(String query) {
        RawClient alice = join(query, "alice");
        try (RawClient watcher = watcher()) {
            watcher.until(joined("alice"));
            assertThat(names()).containsExactly("alice");
            alice.close();
            whileTimePasses(() -> watcher.until(left("alice")));
            assertThat(names()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"as=sse", "as=ndjson", "as=text", "session"})
    void leavesAlsoBehindAProxyThatKeepsItsConnection(String query) {
        try (RawClient watcher = watcher();
                KeepingProxy proxy = new KeepingProxy(server.server().uri().getPort())) {
            RawClient alice = new RawClient(proxy.port());
            if (query.equals("session")) openSession(alice);
            else alice.get("/channels/chat/7?join=true&client=alice&" + query).until("\r\n\r\n");
            watcher.until(joined("alice"));
            alice.close();
            whileTimePasses(() -> watcher.until(left("alice")));
            assertThat(names()).isEmpty();
            server.awaitConnections(1); // Of the watcher, which is no member.
        }
    }

    private void openSession(RawClient client) {
        client.get("/session?client=alice", "Accept: text/event-stream");
        client.until("\"session\":\"");
        String session = client.until("\"").replace("\"", "");
        String join = "{\"op\":\"subscribe\",\"ref\":1,\"channels\":[\"chat/7\"],\"join\":true}";
        assertThat(server.post("/session/" + session, join, "Content-Type", "application/json")
                        .statusCode())
                .isEqualTo(204);
    }

    @ParameterizedTest
    @ValueSource(strings = {"as=sse", "as=ndjson"})
    void comesBackAtItsGreatestAgeWithoutLeavingOrMissingAnything(String query) {
        RawClient alice = join(query, "alice");
        try (RawClient watcher = watcher()) {
            watcher.until(joined("alice"));
            Cursor first = server.publish("chat/7", "one");
            alice.until(first.text());
            server.pass(Duration.ofMinutes(4).minusMillis(1));
            server.tick();
            Cursor second = server.publish("chat/7", "two");
            alice.until(second.text());
            server.pass(Duration.ofMinutes(1));
            server.tick();
            assertThat(alice.rest())
                    .contains(query.equals("as=sse") ? "retry: 250\n\n" : "{\"drain\":{\"retryAfterMs\":250}}\n")
                    .endsWith("\r\n0\r\n\r\n");
            server.publish("chat/7", "three");
            RawClient again = join(query + "&after=" + second, "alice");
            assertThat(again.until("three")).doesNotContain("two", "gap");
            server.pass(Duration.ofMinutes(1));
            server.tick();
            join("bob").until("200 OK");
            assertThat(watcher.until(joined("bob"))).doesNotContain("alice");
        }
    }

    @Test
    void staysAMemberBetweenPolls() {
        try (RawClient watcher = watcher();
                RawClient alice = new RawClient(server)) {
            server.publish("chat/7", "there already");
            for (int i = 0; i < 3; i++) {
                alice.get("/channels/chat/7?after=earliest&wait=60&join=true&client=alice");
                assertThat(alice.until("\"more\":false}")).contains("there already");
                if (i == 0) watcher.until(joined("alice")); // Otherwise the batch with bob might wait for the clock.
                server.pass(Duration.ofSeconds(5));
            }
            join("bob").until("200 OK");
            assertThat(watcher.until(joined("bob"))).doesNotContain("alice");
            assertThat(names()).containsExactly("alice", "bob");
        }
    }

    @Test
    void isOneMemberForTwoConnections() {
        RawClient tab = join("alice");
        try (RawClient watcher = watcher();
                RawClient other = join("as=sse", "alice")) {
            tab.until("{\"cursor\":");
            other.until("\nid: ");
            watcher.until(joined("alice"));
            tab.close();
            server.awaitConnections(2); // The watcher and the second connection.
            server.pass(Duration.ofMinutes(1));
            assertThat(names()).containsExactly("alice");
            join("bob").until("200 OK");
            assertThat(watcher.until(joined("bob"))).doesNotContain("alice");
        }
    }

    @Test
    void writesNothingForAQuickReconnect() {
        try (RawClient watcher = watcher()) {
            RawClient alice = join("alice");
            watcher.until(joined("alice"));
            for (int i = 0; i < 3; i++) {
                alice.close();
                server.awaitConnections(1);
                server.pass(Duration.ofSeconds(9));
                server.tick();
                alice = join("alice");
                alice.until("200 OK");
                server.pass(Duration.ofSeconds(9));
                server.tick();
            }
            join("bob").until("200 OK");
            assertThat(watcher.until(joined("bob"))).doesNotContain("alice");
            alice.close();
        }
    }

    @Test
    void isDeliveredWithTheEventsOfAWatchedChannel() {
        try (RawClient watcher = new RawClient(server)) {
            watcher.get("/channels/chat/7?presence=true&type=word&as=ndjson").until("{\"cursor\":");
            server.publish("chat/7", "not wanted");
            join("alice").until("200 OK");
            assertThat(watcher.until(joined("alice")))
                    .contains("\"channel\":\"$presence/chat/7\",\"type\":\"presence\"")
                    .doesNotContain("not wanted");
        }
    }

    @Test
    void isListedWithTheCursorToFollowFrom() {
        try (RawClient watcher = watcher();
                RawClient alice = join("alice")) {
            watcher.until(joined("alice"));
            alice.until("{\"cursor\":");
            String list = server.get("/presence/chat/7").body();
            assertThat(list)
                    .matches("\\{\"channel\":\"chat/7\",\"members\":\\[\\{\"client\":\"alice\",\"time\":\"[^\"]*Z\"}],"
                            + "\"cursor\":\"[^\"]*\"}\n");
            String cursor = list.replaceAll("(?s).*\"cursor\":\"([^\"]*)\".*", "$1");
            join("bob").until("200 OK");
            whileTimePasses(() -> watcher.until(joined("bob")));
            assertThat(server.get("/channels/$presence/chat/7?after=" + cursor).body())
                    .contains("\"bob\"")
                    .doesNotContain("\"alice\"");
            assertThat(server.get("/presence/nobody/here").body())
                    .startsWith("{\"channel\":\"nobody/here\",\"members\":[],\"cursor\":\"");
        }
    }

    @Test
    void doesNotChangeTheChannel() {
        Cursor newest = server.publish("chat/7", "the only one");
        try (RawClient watcher = watcher();
                RawClient reader = new RawClient(server)) {
            reader.get("/channels/chat/7?as=ndjson&after=" + newest).until("{\"cursor\":");
            join("alice").until("200 OK");
            join("bob").until("200 OK");
            whileTimePasses(() -> watcher.until(joined("bob")));
            var state = server.log().channel(new ChannelName("chat/7"));
            assertThat(state.latest()).isEqualTo(newest);
            assertThat(state.events()).isEqualTo(1);
            assertThat(server.log().channel(new ChannelName("$presence/chat/7")).events())
                    .isEqualTo(2);
            assertThat(server.get("/channels").body()).doesNotContain("presence");
            assertThat(server.get("/channels/**?after=earliest").body()).doesNotContain("alice");
            server.publish("chat/7", "marker");
            assertThat(reader.until("marker")).doesNotContain("alice", "bob", "gap");
        }
    }

    @Test
    void isRecoveredAfterARestart() {
        try (RawClient watcher = watcher()) {
            join("alice").until("200 OK");
            join("bob").until("200 OK");
            whileTimePasses(() -> watcher.until(joined("bob")));
        }
        Cursor before = server.log().head();
        server.restart(() -> {});
        assertThat(names()).containsExactly("alice", "bob");
        join("alice").until("200 OK");
        try (RawClient watcher = new RawClient(server)) {
            watcher.get("/channels/$presence/chat/7?as=ndjson&after=" + before);
            assertThat(whileTimePasses(() -> watcher.until(left("bob")))).doesNotContain("alice");
        }
        assertThat(names()).containsExactly("alice");
    }

    @Test
    void isRefusedWithTooManyMembersUnlessItIsOneOfThem() {
        ServerSettings limited = TestServer.settings(1).toBuilder()
                .presence(new PresenceSettings(Duration.ofSeconds(10), 1))
                .build();
        try (TestServer small = TestServer.start(limited);
                RawClient alice = new RawClient(small)) {
            alice.get("/channels/a?as=ndjson&join=true&client=alice").until("200 OK");
            var refused = small.get("/channels/a?as=ndjson&join=true&client=bob");
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertThat(refused.body()).contains("as many members");
            try (RawClient tab = new RawClient(small)) {
                tab.get("/channels/a?as=ndjson&join=true&client=alice").until("200 OK");
            }
        }
    }

    @Test
    void isWrittenOnlyByTheServer() {
        assertThat(server.get("/presence/$presence/chat").statusCode()).isEqualTo(400);
        assertThat(server.get("/presence/chat?limit=3").statusCode()).isEqualTo(400);
        try (RawClient forger = new RawClient(server)) {
            forger.send("POST /channels/$presence/chat/7?type=presence&key=eve HTTP/1.1\r\nHost: localhost\r\n"
                    + "Content-Length: 1\r\n\r\nx");
            assertThat(forger.until("\r\n\r\n")).startsWith("HTTP/1.1 403 ");
        }
    }
}
