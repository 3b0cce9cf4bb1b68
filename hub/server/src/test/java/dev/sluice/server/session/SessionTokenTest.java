package dev.sluice.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.access.Credential;
import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Permission;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Principal;
import dev.sluice.core.access.Verb;
import dev.sluice.core.channel.Pattern;
import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import dev.sluice.server.http.AccessFilter;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.TokenGrants;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Problems;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Tokens in the messages of a session. A token is a name, channels and perhaps seconds until it expires:
/// `alice news,rooms/* 60`.
final class SessionTokenTest {
    private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");

    private final AtomicReference<Instant> wall = new AtomicReference<>(START);

    /// Verifications of tokens whose name begins with "slow".
    private final BlockingQueue<CompletableFuture<Grant>> pending = new LinkedBlockingQueue<>();

    /// The token of requests without one: of those that carry the messages of the last session opened.
    private volatile String sender = " news";

    @AutoClose
    private final TestServer server = TestServer.start(new AccessFilter() {
        @Override
        public void filter(Exchange exchange, Route route) {
            String token = exchange.request().parameters().text("token").orElse(sender);
            exchange.conceal("token");
            if (token.startsWith("bad")) {
                route.refuse(exchange, bad().problem());
                return;
            }
            exchange.setGrant(grant(token));
            route.handle(exchange);
        }

        @Override
        public TokenGrants tokens(Exchange exchange) {
            return token -> {
                CompletableFuture<Grant> later = new CompletableFuture<>();
                if (token.startsWith("slow")) pending.add(later);
                else if (token.equals("broken")) throw new IllegalStateException("a broken application");
                else if (token.startsWith("bad")) later.completeExceptionally(bad());
                else later.complete(grant(token));
                return later;
            };
        }
    });

    private static ProblemException bad() {
        return Problems.BAD_TOKEN.refused("It proves nothing.");
    }

    private Grant grant(String token) {
        String[] parts = token.split(" ", -1);
        List<Permission> channels = new ArrayList<>();
        for (String each : parts[1].split(",", -1)) channels.add(Permission.on(Pattern.of(each.replace("+", "*"))));
        Map<Verb, List<Permission>> verbs =
                Map.of(Verb.SUBSCRIBE, channels, Verb.PUBLISH, channels, Verb.PRESENCE, channels, Verb.JOIN, channels);
        if (parts[0].endsWith("-reader")) verbs = Map.of(Verb.SUBSCRIBE, channels);
        String name = parts[0].replace("-reader", "");
        Instant expiry = parts.length > 2 ? START.plusSeconds(Long.parseLong(parts[2])) : null;
        Grant grant = Grant.of(new Principal(name, "192.0.2.7"), Permissions.of(verbs));
        return expiry == null ? grant : grant.by(new Credential("key", "", START, expiry), wall::get);
    }

    private SessionClient open(SessionClient.Form form, String query) {
        sender = query.contains("token=") ? "alice news" : " news";
        SessionClient client = SessionClient.open(server, form, query);
        client.expect("welcome");
        return client;
    }

    private static void assertError(JsonNode error, String ref, String type) {
        assertThat(error.path("ref").asString("")).as(error.toString()).isEqualTo(ref);
        assertThat(error.at("/problem/type").asString()).isEqualTo("/problems/" + type);
        assertThat(error.toString()).doesNotContain("rooms/");
    }

    private CompletableFuture<Grant> nextPending() throws InterruptedException {
        CompletableFuture<Grant> next = pending.poll(60, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    // --- the handshake

    @Test
    void opensARefusedWebSocketToReportTheReasonToBrowsers() {
        for (String query : List.of("?token=bad", "?oops=1")) {
            try (SessionClient client =
                    SessionClient.open(server, SessionClient.Form.WEBSOCKET, query + "&errors=event")) {
                String type = query.contains("bad") ? "bad-token" : "unknown-parameter";
                JsonNode error = client.expect("error");
                assertError(error, "", type);
                int status = error.at("/problem/status").asInt();
                assertThat(client.expect("end").path("code").asInt()).isEqualTo(4000 + status);
            }
            try (SessionClient client = SessionClient.open(server, SessionClient.Form.WEBSOCKET, query)) {
                assertThat(client.expect("end").path("status").asInt()).isIn(400, 401);
            }
        }
    }

    @Test
    void refusesAHandshakeForAnotherProtocolAndAnEventStreamByTheirStatus() {
        try (RawClient socket = new RawClient(server)) {
            socket.get(
                    "/session?token=bad&errors=event",
                    "Upgrade: websocket",
                    "Connection: Upgrade",
                    "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==");
            assertThat(socket.until("\r\n\r\n")).startsWith("HTTP/1.1 401 ");
        }
        assertThat(server.get("/session?errors=event", "Accept", "text/event-stream")
                        .body())
                .contains("'errors' is not for Server-Sent Events");
    }

    // --- hello

    @ParameterizedTest
    @EnumSource
    void takesTheTokenOfHelloForClientsThatCanSetNoHeader(SessionClient.Form form) {
        try (SessionClient client = open(form, "")) {
            client.send("{'op':'hello','token':'alice rooms/+ 60'}");
            JsonNode welcome = client.expect("welcome");
            assertThat(welcome.path("client").asString()).isEqualTo("alice");
            assertThat(welcome.path("expires").asString()).isEqualTo("2026-11-22T12:01:00.000Z");
            assertThat(welcome.path("expiresInMs").asInt()).isEqualTo(60_000);
            client.send(
                    "{'op':'subscribe','ref':'a','channels':'rooms/1','join':true}",
                    "{'op':'publish','ref':'p','channel':'rooms/1','data':'hi'}");
            client.next(each -> each.path("ref").asString().equals("a"));
            assertThat(client.next("event").path("data").asString()).isEqualTo("hi");
            client.send("{'op':'presence','ref':'w','channel':'rooms/1'}");
            assertThat(client.next(each -> each.path("ref").asString().equals("w"))
                            .toString())
                    .contains("\"client\":\"alice\"");
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsASessionWhoseHelloHasABadToken(SessionClient.Form form) {
        String hello = "{'op':'hello','token':'bad'}";
        String late = "{'op':'publish','channel':'news','data':'late'}";
        sender = " news";
        try (SessionClient client = SessionClient.open(server, form, "")) {
            String session = client.expect("welcome").path("session").asString();
            if (form == SessionClient.Form.WEBSOCKET) client.send(hello, late);
            else
                assertThat(statusOf(session, (hello + "\n" + late).replace('\'', '"')))
                        .isEqualTo(404);
            assertError(client.expect("error"), "", "bad-token");
            JsonNode end = client.expect("end");
            if (form == SessionClient.Form.WEBSOCKET)
                assertThat(end.path("code").asInt()).isEqualTo(4401);
        }
        assertThat(server.get("/channels/news?as=json&after=earliest").body()).doesNotContain("late");
    }

    @Test
    void endsASessionWhoseHelloHasATokenOfAnotherCaller() {
        for (String query : List.of("?token=bob%20news", "?client=bob")) {
            try (SessionClient client = open(SessionClient.Form.WEBSOCKET, query)) {
                client.send("{'op':'hello','token':'alice news'}");
                assertError(client.expect("error"), "", "forbidden");
                assertThat(client.expect("end").path("code").asInt()).isEqualTo(4403);
            }
        }
    }

    @Test
    void takesTheTokenOfTheClientThatTheSessionClaims() {
        try (SessionClient client = open(SessionClient.Form.WEBSOCKET, "?client=alice")) {
            client.send("{'op':'hello','token':'alice news'}");
            assertThat(client.expect("welcome").path("client").asString()).isEqualTo("alice");
        }
    }

    /// Its subscriptions would change their owner.
    @Test
    void identifiesNoSessionThatHasSubscriptions() {
        try (SessionClient client = open(SessionClient.Form.WEBSOCKET, "")) {
            client.send("{'op':'subscribe','ref':'a','channels':'news'}", "{'op':'hello','token':'alice news'}");
            client.expect("ok");
            assertError(client.expect("error"), "", "forbidden");
            client.expect("end");
        }
    }

    @ParameterizedTest
    @EnumSource
    void handlesMessagesInOrderWhileATokenIsVerified(SessionClient.Form form) throws Exception {
        try (SessionClient client = open(form, "")) {
            Thread sending = Thread.ofVirtual()
                    .start(() -> client.send(
                            "{'op':'hello','token':'slow'}",
                            "{'op':'subscribe','ref':'a','channels':'rooms/1'}",
                            "{'op':'publish','ref':'p','channel':'rooms/1','data':'hi'}",
                            "{'op':'ping','ref':'z'}"));
            CompletableFuture<Grant> verification = nextPending();
            assertThat(client.received).isEmpty();
            verification.complete(grant("alice rooms/+"));
            client.expect("welcome");
            List<String> answers = List.of(client.next(), client.next(), client.next(), client.next()).stream()
                    .map(each ->
                            each.path("op").asString() + " " + each.path("ref").asString())
                    .toList();
            assertThat(answers).containsExactlyInAnyOrder("ok a", "event a", "ok p", "pong z");
            sending.join();
        }
    }

    @ParameterizedTest
    @EnumSource
    void handlesAnyNumberOfMessagesAfterAToken(SessionClient.Form form) throws Exception {
        int count = 3_000;
        try (SessionClient client = open(form, "")) {
            List<String> messages = new ArrayList<>(List.of("{'op':'refresh','ref':'r','token':'slow'}"));
            for (int i = 0; i < count; i++) messages.add("{'op':'ping','ref':" + i + "}");
            Thread sending = Thread.ofVirtual().start(() -> client.send(messages.toArray(new String[0])));
            CompletableFuture<Grant> verification = nextPending();
            assertThat(client.received).isEmpty();
            verification.complete(grant(" news"));
            assertThat(client.expect("ok").path("ref").asString()).isEqualTo("r");
            for (int i = 0; i < count; i++)
                assertThat(client.expect("pong").path("ref").asInt()).isEqualTo(i);
            sending.join();
        }
    }

    @Test
    void answersARequestWithAMessageThatTheServerFailsToHandle() {
        try (SessionClient client = SessionClient.open(server, SessionClient.Form.SSE)) {
            String session = client.expect("welcome").path("session").asString();
            var failed = server.post("/session/" + session, "{\"op\":\"refresh\",\"token\":\"broken\"}");
            assertThat(failed.statusCode()).isEqualTo(500);
            client.send("{'op':'ping'}");
            client.expect("pong");
        }
    }

    @Test
    void cancelsAVerificationWithItsSession() throws Exception {
        CompletableFuture<Grant> verification;
        try (SessionClient client = open(SessionClient.Form.WEBSOCKET, "")) {
            client.send("{'op':'refresh','token':'slow'}");
            verification = nextPending();
        }
        CompletableFuture<Void> cancelled = new CompletableFuture<>();
        verification.whenComplete((_, _) -> cancelled.complete(null));
        cancelled.get(60, TimeUnit.SECONDS);
        assertThat(verification).isCancelled();
    }

    // --- refresh

    @ParameterizedTest
    @EnumSource
    void continuesWithARenewedToken(SessionClient.Form form) {
        try (SessionClient client = open(form, "?token=alice%20news%2010")) {
            client.send("{'op':'subscribe','ref':'a','channels':'news'}");
            client.expect("ok");
            client.send("{'op':'refresh','ref':1,'token':'alice news,more 600'}");
            JsonNode ok = client.expect("ok");
            assertThat(ok.path("ref").asInt()).isEqualTo(1);
            assertThat(ok.path("expires").asString()).isEqualTo("2026-11-22T12:10:00.000Z");
            assertThat(ok.path("expiresInMs").asInt()).isEqualTo(600_000);
            assertThat(ok.has("token")).isFalse();
            wall.set(START.plusSeconds(100));
            server.pass(Duration.ofMinutes(1));
            server.tick();
            client.send("{'op':'publish','ref':'p','channel':'more','data':1}");
            assertThat(client.next("ok").has("id")).isTrue();
            server.publish("news", "still here");
            assertThat(client.next("event").path("data").asString()).isEqualTo("still here");
        }
    }

    @Test
    void endsJustTheSubscriptionsThatARenewedTokenDoesNotPermit() {
        try (SessionClient client = open(SessionClient.Form.WEBSOCKET, "?token=alice%20news,rooms/1")) {
            client.send(
                    "{'op':'subscribe','ref':'a','channels':'news'}",
                    "{'op':'subscribe','ref':'b','channels':'rooms/1'}");
            client.expect("ok");
            client.expect("ok");
            client.send(
                    "{'op':'refresh','ref':'r','token':'alice news'}",
                    "{'op':'publish','ref':'p','channel':'rooms/1','data':1}");
            List<String> answers = List.of(client.next(), client.next(), client.next()).stream()
                    .map(each ->
                            each.path("op").asString() + " " + each.path("ref").asString() + " "
                                    + each.at("/problem/type").asString(""))
                    .sorted()
                    .toList();
            assertThat(answers).containsExactly("error b /problems/revoked", "error p /problems/forbidden", "ok r ");
            server.publish("news", "still here");
            assertThat(client.expect("event").path("data").asString()).isEqualTo("still here");
        }
    }

    @Test
    void endsAMembershipThatARenewedTokenDoesNotPermit() {
        try (SessionClient client = open(SessionClient.Form.WEBSOCKET, "?token=alice%20news")) {
            client.send("{'op':'subscribe','ref':'a','channels':'news','join':true}");
            client.expect("ok");
            client.send("{'op':'refresh','token':'alice-reader news'}");
            assertError(client.next("error"), "a", "revoked");
        }
    }

    @Test
    void continuesUnderItsOldGrantAfterABadTokenOrOneOfAnotherCaller() {
        try (SessionClient client = open(SessionClient.Form.WEBSOCKET, "?token=alice%20news")) {
            client.send("{'op':'subscribe','ref':'a','channels':'news'}");
            client.expect("ok");
            client.send(
                    "{'op':'refresh','ref':'r1','token':'bad rooms/1'}",
                    "{'op':'refresh','ref':'r2','token':'bob rooms/1'}",
                    "{'op':'publish','ref':'p','channel':'news','data':'mine'}");
            assertError(client.expect("error"), "r1", "bad-token");
            assertError(client.expect("error"), "r2", "forbidden");
            assertThat(client.next("event").path("from").asString()).isEqualTo("alice");
        }
    }

    @Test
    void endsASessionThatSendsOnlyBadTokens() {
        try (SessionClient client = open(SessionClient.Form.WEBSOCKET, "")) {
            for (int i = 0; i < SessionTokens.REFUSED_MAX; i++)
                client.send("{'op':'refresh','ref':" + i + ",'token':'bad'}");
            for (int i = 1; i < SessionTokens.REFUSED_MAX; i++)
                assertThat(client.expect("error").has("ref")).isTrue();
            assertError(client.expect("error"), "", "bad-token");
            assertThat(client.expect("end").path("code").asInt()).isEqualTo(4401);
        }
    }

    @Test
    void tellsWhetherTheEndOfASessionLeftMessagesOut() {
        String refused = "{\"op\":\"refresh\",\"ref\":1,\"token\":\"bad\"}\n".repeat(SessionTokens.REFUSED_MAX);
        String publish = "{\"op\":\"publish\",\"channel\":\"news\",\"data\":\"a\"}";
        assertThat(statusOf(refused)).isEqualTo(204);
        assertThat(statusOf(refused + publish)).isEqualTo(404);
    }

    /// The status of a request with the messages of a session of its own.
    private int statusOf(String messages) {
        try (SessionClient client = SessionClient.open(server, SessionClient.Form.SSE, "")) {
            return statusOf(client.expect("welcome").path("session").asString(), messages);
        }
    }

    private int statusOf(String session, String messages) {
        return server.post("/session/" + session, messages, "Content-Type", "application/x-ndjson")
                .statusCode();
    }

    @Test
    void refusesTokensThatAreMissingOrTooLong() {
        try (SessionClient client = open(SessionClient.Form.WEBSOCKET, "")) {
            for (String token : List.of("''", "7", "'" + "x".repeat(TokenGrants.CHARACTERS_MAX + 1) + "'")) {
                client.send("{'op':'refresh','ref':'r','token':" + token + "}");
                JsonNode error = client.expect("error");
                assertError(error, "r", "bad-message");
                assertThat(error.at("/problem/field").asString()).isEqualTo("token");
                assertThat(error.toString()).doesNotContain("xx");
            }
            client.send("{'op':'refresh','ref':'r'}");
            assertError(client.expect("error"), "r", "bad-message");
        }
    }

    // --- a token per subscription

    @ParameterizedTest
    @EnumSource
    void usesTheTokenOfASubscriptionForThatSubscriptionOnly(SessionClient.Form form) {
        try (SessionClient client = open(form, "?token=alice%20news")) {
            client.send(
                    "{'op':'subscribe','ref':'a','channels':'rooms/7','token':'alice rooms/7'}",
                    "{'op':'subscribe','ref':'b','channels':'rooms/7'}",
                    "{'op':'publish','ref':'p','channel':'rooms/7','data':1}");
            List<String> answers = List.of(client.next(), client.next(), client.next()).stream()
                    .map(each -> each.path("ref").asString() + " "
                            + each.at("/problem/type").asString(""))
                    .sorted()
                    .toList();
            assertThat(answers).containsExactly("a ", "b /problems/forbidden", "p /problems/forbidden");
            server.publish("rooms/7", "private");
            assertThat(client.expect("event").path("data").asString()).isEqualTo("private");
        }
    }

    @Test
    void endsASubscriptionAloneWhenItsTokenExpires() {
        try (SessionClient client = open(SessionClient.Form.WEBSOCKET, "?token=alice%20news")) {
            client.send(
                    "{'op':'subscribe','ref':'a','channels':'rooms/7','token':'alice rooms/7 60'}",
                    "{'op':'subscribe','ref':'b','channels':'rooms/8','token':'alice rooms/8 60'}",
                    "{'op':'subscribe','ref':'c','channels':'news'}",
                    "{'op':'refresh','ref':'r','subscription':'b','token':'alice rooms/8 6000'}");
            client.next(each -> each.path("ref").asString().equals("r"));
            wall.set(START.plusSeconds(120));
            server.pass(Duration.ofMinutes(1));
            server.tick();
            assertError(client.next("error"), "a", "token-expired");
            server.publish("rooms/8", "x");
            server.publish("news", "y");
            assertThat(client.next("event").path("ref").asString()).isEqualTo("b");
            assertThat(client.next("event").path("ref").asString()).isEqualTo("c");
        }
    }

    @Test
    void refusesTokensOfOtherCallersForASubscription() {
        try (SessionClient client = open(SessionClient.Form.WEBSOCKET, "?token=alice%20news")) {
            client.send(
                    "{'op':'subscribe','ref':'a','channels':'rooms/7','token':'bob rooms/7'}",
                    "{'op':'subscribe','ref':'b','channels':'rooms/7','token':'alice rooms/7'}");
            assertThat(client.expect("error").at("/problem/type").asString()).isEqualTo("/problems/forbidden");
            assertThat(client.expect("ok").path("ref").asString()).isEqualTo("b");
            client.send(
                    "{'op':'refresh','ref':'r','subscription':'b','token':'bob rooms/7'}",
                    "{'op':'refresh','ref':'s','subscription':'none','token':'alice rooms/7'}",
                    "{'op':'refresh','ref':'t','subscription':'b','token':'alice news'}");
            assertError(client.expect("error"), "r", "forbidden");
            assertError(client.expect("error"), "s", "bad-message");
            assertError(client.next("error"), "b", "revoked");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?client=alice", "?client=bob"})
    void letsAnAnonymousSessionIntoAPrivateRoomUnderTheNameOfItsToken(String query) {
        try (SessionClient client = open(SessionClient.Form.WEBSOCKET, query)) {
            client.send("{'op':'subscribe','ref':'a','channels':'rooms/7','join':true,'token':'alice rooms/7'}");
            client.expect("ok");
            client.send("{'op':'subscribe','ref':'b','channels':'$presence/rooms/7','last':1,'token':'alice rooms/7'}");
            assertThat(client.next("event").at("/data/client").asString()).isEqualTo("alice");
        }
    }

    @Test
    void revokesASubscriptionByItsOwnGrant() {
        try (SessionClient client = open(SessionClient.Form.WEBSOCKET, "")) {
            client.send("{'op':'subscribe','ref':'a','channels':'rooms/7','token':'alice rooms/7'}");
            client.expect("ok");
            server.server()
                    .hub()
                    .revoke(grant -> grant.principal().name().equals("alice"))
                    .toCompletableFuture()
                    .orTimeout(60, TimeUnit.SECONDS)
                    .join();
            assertError(client.expect("error"), "a", "revoked");
            client.send("{'op':'ping','ref':1}");
            client.expect("pong");
        }
    }
}
