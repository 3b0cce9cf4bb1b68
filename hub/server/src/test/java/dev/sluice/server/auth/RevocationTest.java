package dev.sluice.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.server.Await;
import dev.sluice.server.RawClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Tokens end before they expire, over real sockets.
final class RevocationTest {
    @AutoClose
    private final AuthTestHub hub = new AuthTestHub();

    private void pass(Duration time) {
        hub.now.set(hub.now.get().plus(time));
    }

    private RawClient follow(String token) {
        RawClient client = hub.raw().get("/channels/news?as=sse", "Authorization: Bearer " + token);
        client.until("\r\n\r\n");
        return client;
    }

    private static void assertRefused(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(401);
        assertThat(answer.body()).contains("was revoked");
    }

    @Test
    void refusesTheTokensOfAUserAndEndsItsStreamsAtOnce() {
        String alice = hub.token("alice");
        String bob = hub.token("bob");
        assertThat(hub.read(alice).statusCode()).as("remembered from now on").isEqualTo(200);
        try (RawClient stream = follow(alice);
                RawClient other = follow(bob)) {
            Await.that(() -> hub.server().hub().readers().readers() == 2);
            HttpResponse<String> answer = hub.revoke("{\"sub\": \"alice\", \"reason\": \"left\"}");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
            assertThat(answer.body())
                    .contains("\"sub\":\"alice\"", "\"reason\":\"left\"", "\"ended\":1")
                    .contains("\"at\":\"2026-11-22T12:00:00.000Z\"", "\"until\":\"2026-11-23T12:01:00.000Z\"");
            assertThat(stream.until("/problems/revoked")).doesNotContain("left");
            assertRefused(hub.read(alice));
            assertThat(hub.as(bob, "POST", "/channels/news", "still here").statusCode())
                    .isEqualTo(201);
            other.until("still here");
        }
    }

    @Test
    void sparesTokensIssuedLater() {
        String before = hub.token("alice");
        pass(Duration.ofSeconds(10));
        assertThat(hub.revoke("{\"sub\": \"alice\"}").statusCode()).isEqualTo(201);
        assertRefused(hub.read(before));
        pass(Duration.ofSeconds(1));
        assertThat(hub.read(hub.token("alice")).statusCode()).isEqualTo(200);
    }

    @Test
    void treatsATokenWithoutATimeOfIssueAsOld() {
        hub.revoke("{\"sub\": \"alice\"}");
        pass(Duration.ofMinutes(1));
        String token = AuthTestHub.SHOP.token(
                Map.of("sub", "alice", "exp", hub.now.get().getEpochSecond() + 60));
        assertRefused(hub.read(token));
    }

    @Test
    void revokesOneTokenOfSeveral() {
        String one = hub.token("alice", "jti", "1");
        String two = hub.token("alice", "jti", "2");
        assertThat(hub.revoke("{\"jti\": \"1\"}").statusCode()).isEqualTo(201);
        assertRefused(hub.read(one));
        assertThat(hub.read(two).statusCode()).isEqualTo(200);
        assertThat(hub.revoke("{\"jti\": \"1\"}").statusCode())
                .as("it is in force already")
                .isEqualTo(200);
    }

    @Test
    void revokesAllThatAKeySigned() {
        String shop = hub.token(AuthTestHub.SHOP, "alice");
        String other = hub.token(AuthTestHub.OTHER, "alice");
        assertThat(hub.revoke("{\"kid\": \"shop\"}").statusCode()).isEqualTo(201);
        assertRefused(hub.read(shop));
        assertThat(hub.read(other).statusCode()).isEqualTo(200);
    }

    @Test
    void endsAPublishWhoseBodyIsStillArriving() {
        String alice = hub.token("alice");
        try (RawClient client = hub.raw()) {
            client.send("POST /channels/news HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + alice
                    + "\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
            client.until("100 Continue"); // The request has its grant now.
            assertThat(hub.revoke("{\"sub\": \"alice\"}").statusCode()).isEqualTo(201);
            client.send("hello");
            assertThat(client.until("/problems/")).contains("HTTP/1.1 401 ");
        }
        assertThat(hub.read(hub.token("bob")).body()).doesNotContain("hello");
    }

    @Test
    void isInForceAfterARestart() {
        String alice = hub.token("alice");
        hub.revoke("{\"sub\": \"alice\"}");
        hub.restart();
        assertRefused(hub.read(alice));
        assertThat(hub.as(hub.admin, "GET", "/revocations", "").body()).contains("\"sub\":\"alice\"");
        pass(Duration.ofHours(24).plusMinutes(1));
        hub.restart();
        assertThat(hub.as(hub.admin, "GET", "/revocations", "").body()).contains("\"revocations\":[]");
    }

    @Test
    void isInForceAgainIfTheFirstReloadWithALongerLifetimeCouldNotReadTheLog() {
        String alice = hub.token(
                "alice", "exp", hub.now.get().plus(Duration.ofHours(36)).getEpochSecond());
        assertThat(hub.revoke("{\"sub\": \"alice\"}").statusCode()).isEqualTo(201);
        pass(Duration.ofHours(25));
        assertThat(hub.as(hub.admin, "GET", "/revocations", "").body())
                .as("dropped")
                .contains("[]");
        hub.readFailure = new IllegalStateException("as this test requires");
        assertThatThrownBy(() -> hub.reloadWithLifetime(Duration.ofHours(48))).hasMessageContaining("as this test");
        hub.readFailure = null;
        hub.reloadWithLifetime(Duration.ofHours(48));
        assertRefused(hub.read(alice));
    }

    @Test
    void isInForceOnTheOtherNodes() {
        String alice = hub.token("alice");
        try (AuthTestHub other = hub.besides()) {
            assertThat(other.read(alice).statusCode())
                    .as("remembered from now on")
                    .isEqualTo(200);
            try (RawClient stream = other.raw().get("/channels/news?as=sse", "Authorization: Bearer " + alice)) {
                stream.until("\r\n\r\n");
                Await.that(() -> other.server().hub().readers().readers() == 1);
                assertThat(hub.revoke("{\"sub\": \"alice\"}").statusCode()).isEqualTo(201);
                stream.until("/problems/revoked");
                assertRefused(other.read(alice));
                assertRefused(hub.read(alice));
            }
            assertThat(other.as(hub.admin, "GET", "/revocations", "").body()).containsOnlyOnce("\"sub\":\"alice\"");
        }
    }

    @Test
    void endsStreamsOnANodeThatWasCutOffForLongerThanItIsInForce() {
        try (AuthTestHub other = hub.besides()) {
            other.now.set(other.now.get().plus(Duration.ofDays(2)));
            String alice = AuthTestHub.SHOP.token(
                    Map.of("sub", "alice", "exp", other.now.get().getEpochSecond() + 60));
            try (RawClient stream = other.raw().get("/channels/news?as=sse", "Authorization: Bearer " + alice)) {
                stream.until("\r\n\r\n");
                Await.that(() -> other.server().hub().readers().readers() == 1);
                assertThat(hub.revoke("{\"sub\": \"alice\"}").statusCode()).isEqualTo(201);
                stream.until("/problems/revoked");
            }
        }
    }

    @Test
    void recordsAllRevocationsThatTwoNodesAcceptAtTheSameTime() throws Exception {
        int each = 100;
        try (var one = new AuthTestHub(BearerToken.COOKIE, 4 * each);
                AuthTestHub two = one.besides()) {
            var failures = new ConcurrentLinkedQueue<String>();
            List<Thread> admins = Stream.of(one, two)
                    .map(node -> Thread.ofVirtual().start(() -> {
                        for (int i = 0; i < each; i++) {
                            String body = "{\"sub\": \"%s%d\"}".formatted(node == one ? "a" : "b", i);
                            HttpResponse<String> answer = node.revoke(body);
                            if (answer.statusCode() != 201) failures.add(answer.body());
                        }
                    }))
                    .toList();
            for (Thread admin : admins) admin.join();
            assertThat(failures).isEmpty();
            for (AuthTestHub node : List.of(one, two)) {
                for (String user : List.of("a", "b")) {
                    for (int i = 0; i < each; i++) {
                        String token = node.token(user + i);
                        Await.that(() -> node.read(token).statusCode() == 401);
                    }
                }
            }
            // Each counts once, on both nodes: so many places are left.
            for (int i = 0; i < 2 * each; i++)
                assertThat(one.revoke("{\"sub\": \"c" + i + "\"}").statusCode()).isEqualTo(201);
            assertThat(one.revoke("{\"sub\": \"d\"}").statusCode()).isEqualTo(503);
            Await.that(() -> two.revoke("{\"sub\": \"d\"}").statusCode() == 503);
        }
    }

    @Test
    void revokesTokensUpToTheTimeOfTheNodeWhoseClockIsAhead() {
        try (AuthTestHub other = hub.besides()) {
            other.now.set(other.now.get().plus(Duration.ofMinutes(1)));
            assertThat(other.revoke("{\"sub\": \"alice\"}").statusCode()).isEqualTo(201);
            assertThat(hub.revoke("{\"sub\": \"alice\"}").statusCode()).isEqualTo(201);
            pass(Duration.ofSeconds(30));
            String between = hub.token("alice");
            Await.that(() -> hub.read(between).statusCode() == 401);
            assertRefused(other.read(between));
        }
    }

    @Test
    void isForAdminsOnly() {
        String alice = hub.token("alice");
        assertThat(hub.as(alice, "POST", "/revocations", "{\"sub\": \"bob\"}").statusCode())
                .isEqualTo(403);
        assertThat(hub.as(alice, "GET", "/revocations", "").statusCode()).isEqualTo(403);
        assertThat(hub.send("POST", "/revocations", "{\"sub\": \"bob\"}").statusCode())
                .isEqualTo(401);
        assertThat(hub.as(alice, "GET", "/channels/$revoked?as=json", "").statusCode())
                .isEqualTo(403);
        assertThat(hub.as(alice, "HEAD", "/channels/$revoked", "").statusCode()).isEqualTo(403);
        assertThat(hub.read(hub.token("bob")).statusCode()).isEqualTo(200);
    }

    @Test
    void cantBeUndoneByDeletion() {
        String alice = hub.token("alice");
        hub.revoke("{\"sub\": \"alice\"}");
        assertThat(hub.as(hub.admin, "GET", "/channels/$revoked?as=json&after=earliest", "")
                        .body())
                .contains("\"sub\":\"alice\"");
        assertThat(hub.as(hub.admin, "DELETE", "/channels/$revoked", "").body()).contains("reserved-name");
        assertThat(hub.as(hub.admin, "POST", "/channels/$revoked", "{}").body()).contains("reserved-name");
        hub.restart();
        assertRefused(hub.read(alice));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"kid\": \"ops\"}; remove its [[key]]",
                "{\"sub\": \"ops\"}; remove its [[key]]",
                "{\"kid\": \"nobody\"}; has no key 'nobody'",
                "{}; name them by",
                "{\"sub\": \"a\", \"jti\": \"b\"}; at a time",
                "{\"sub\": 1}; must be a text",
                "{\"sub\": \"\"}; 1 to 255 bytes",
                "{\"sup\": \"a\"}; no member 'sup'",
                "{\"sub\": \"a\", \"at\": \"2030-01-01T00:00:00Z\"}; no member 'at'",
                "[]; not an object",
            })
    void refusesToRevokeWhatItCannot(String json, String advice) {
        HttpResponse<String> refused = hub.revoke(json);
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
        assertThat(refused.body()).contains("/problems/bad-data", advice);
        assertThat(hub.as(hub.admin, "GET", "/revocations", "").body()).contains("\"revocations\":[]");
    }

    @Test
    void refusesOneBeyondTheLimitUntilAnOlderOneExpires() {
        for (int i = 0; i < 3; i++) {
            assertThat(hub.revoke("{\"sub\": \"u" + i + "\"}").statusCode()).isEqualTo(201);
            pass(Duration.ofHours(1));
        }
        HttpResponse<String> refused = hub.revoke("{\"sub\": \"alice\"}");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("auth.revocations_max");
        pass(Duration.ofHours(21).plusMinutes(1));
        assertThat(hub.revoke("{\"sub\": \"alice\"}").statusCode()).isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void listsThemPageByPage(int limit) {
        for (int i = 0; i < 3; i++) hub.revoke("{\"sub\": \"u" + i + "\"}");
        String after = "";
        int pages = 0;
        StringBuilder all = new StringBuilder();
        do {
            String page = hub.as(hub.admin, "GET", "/revocations?limit=" + limit + after, "")
                    .body();
            all.append(page);
            pages++;
            var next = Pattern.compile("\"next\":\"([^\"]+)\"").matcher(page);
            after = next.find() ? "&after=" + next.group(1) : "";
        } while (!after.isEmpty());
        assertThat(pages).isEqualTo((3 + limit - 1) / limit);
        for (int i = 0; i < 3; i++) assertThat(all).containsOnlyOnce("\"u" + i + "\"");
    }
}
