package dev.sluice.server.auth;

import static dev.sluice.server.auth.TestPermissions.on;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.core.access.Verb;
import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import dev.sluice.server.auth.GrantRules.Rule;
import dev.sluice.server.http.Security;
import dev.sluice.server.limit.FailureLimit;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// An application that decides what callers may do, over real sockets.
final class HookTest {
    private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");
    private static final TestIssuer SHOP = TestIssuer.hs256("shop");

    private record Reply(int status, String body) {}

    private static final Reply ROOMS = new Reply(200, """
            {"sub":"carol","sluice":{"subscribe":["rooms/*"],"publish":["rooms/*"]}}""");

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final AtomicReference<Reply> reply = new AtomicReference<>(ROOMS);
    private final BlockingQueue<String> questions = new LinkedBlockingQueue<>();
    private volatile CountDownLatch held = new CountDownLatch(0);

    private final String backend = StaticKeys.generate("backend", new SecureRandom());
    private final String ops = StaticKeys.generate("ops", new SecureRandom());
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private HttpServer application;
    private Hook hook;
    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        application = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        application.setExecutor(threads);
        application.createContext("/sluice", this::answer);
        application.start();
        start(Duration.ofSeconds(30), 4, 4);
    }

    private void answer(HttpExchange exchange) {
        try (exchange) {
            questions.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            held.await();
            byte[] body = reply.get().body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(reply.get().status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        } catch (Exception gone) {
            questions.add("gone");
        }
    }

    private void start(Duration timeout, int concurrentMax, int waitingMax) {
        URI url = URI.create("http://127.0.0.1:" + application.getAddress().getPort() + "/sluice");
        var settings = new HookSettings(
                url,
                timeout,
                Duration.ofMinutes(1),
                Duration.ofMinutes(10),
                concurrentMax,
                waitingMax,
                List.of("X-Tenant"),
                List.of("sid"));
        List<VerificationKey> keys = List.of(
                new VerificationKey.StaticKey("backend", StaticKeys.hash(backend), Set.of(), on("**", Verb.PUBLISH)),
                new VerificationKey.StaticKey("ops", StaticKeys.hash(ops), Set.of(), on("**", Verb.ADMIN)),
                SHOP.key());
        List<Rule> rules = List.of(
                new Rule(new Whom.Anyone(), on("news/**", Verb.SUBSCRIBE), false),
                new Rule(new Whom.Anyone(), on("rooms/secret", Verb.SUBSCRIBE), true));
        Security security = new Security(false, false, Set.of(), Set.of("https://shop.example"));
        GrantRules grants = new GrantRules(rules, true, now::get);
        hook = new Hook(settings, now::get);
        server = TestServer.start(
                TestServer.settings(2).toBuilder().security(security).build(),
                new AuthFilter(
                        new BearerToken(BearerToken.COOKIE, security),
                        new Authenticator(keys, Authenticator.ROLES_CLAIM, now::get, () -> 0),
                        grants,
                        FailureLimit.NONE,
                        now::get,
                        "",
                        new HookAccess(hook, grants, security)));
    }

    @AfterEach
    void close() {
        held.countDown();
        server.close();
        http.close();
        application.stop(0);
        threads.close();
    }

    private CompletableFuture<HttpResponse<String>> sendLater(
            String method, String path, String body, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.uri(path)).method(method, HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) request.headers(headers);
        return http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path, String... headers) {
        return sendLater("GET", path, "", headers)
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    private void revoke(String user) {
        HttpResponse<String> answer = sendLater(
                        "POST", "/revocations", "{\"sub\":\"" + user + "\"}", "Authorization", "Bearer " + ops)
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    private static void assertProblem(HttpResponse<String> response, int status, String type) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.body()).contains("/problems/" + type);
    }

    private String asked() throws InterruptedException {
        String question = questions.poll(60, TimeUnit.SECONDS);
        assertThat(question).isNotNull();
        return question;
    }

    @Test
    void letsInWhomTheApplicationLetsInAndTellsItWhoAsks() throws Exception {
        String[] headers = {
            "X-Tenant", "blue", "X-Other", "secret", "Cookie", "sid=abc; theme=dark", "Sec-Fetch-Site", "same-origin"
        };
        assertThat(get("/channels/rooms/1?as=json&presence=false", headers).statusCode())
                .isEqualTo(200);
        assertThat(asked())
                .isEqualTo(
                        "{\"action\":\"subscribe\",\"verbs\":[\"subscribe\"],\"channels\":[\"rooms/1\"],"
                                + "\"address\":\"127.0.0.1\",\"headers\":{\"X-Tenant\":\"blue\"},\"cookies\":{\"sid\":\"abc\"}}");
        assertProblem(get("/channels/other?as=json", headers), 403, "forbidden");
    }

    /// Such a page could otherwise read in its visitor's name.
    @Test
    void tellsNoCookieOfAPageThatMayNotUseIt() throws Exception {
        get("/channels/rooms/1?as=json", "Cookie", "sid=abc");
        assertThat(asked()).contains("\"cookies\":{}");
    }

    @Test
    void tellsTheNameOfAVerifiedCallerAndTakesNoOther() throws Exception {
        String token = SHOP.token(Map.of("sub", "alice", "exp", START.getEpochSecond() + 600));
        String[] alice = {"Authorization", "Bearer " + token};
        assertProblem(get("/channels/rooms/1?as=json", alice), 503, "not-ready");
        assertThat(asked()).contains("\"sub\":\"alice\",\"kid\":\"shop\"").doesNotContain(token);
        hook.forget();
        reply.set(new Reply(200, "{\"sluice\":{\"subscribe\":[\"rooms/*\"]}}"));
        assertThat(get("/channels/rooms/1?as=json", alice).statusCode()).isEqualTo(200);
        assertProblem(get("/channels/rooms/1?as=json", "Authorization", "Bearer junk"), 401, "bad-token");
    }

    @Test
    void asksNothingWhereTheRulesPermitOrForPublishes() {
        assertThat(get("/channels/news/a?as=json").statusCode()).isEqualTo(200);
        HttpResponse<String> published = sendLater(
                        "POST", "/channels/rooms/1", "hi", "Authorization", "Bearer " + backend)
                .join();
        assertThat(published.statusCode()).isEqualTo(201);
        assertProblem(sendLater("POST", "/channels/rooms/1", "hi").join(), 401, "unauthorized");
        assertThat(questions).isEmpty();
    }

    @Test
    void deniesWhatARuleDeniesWhateverTheApplicationSays() {
        assertProblem(get("/channels/rooms/secret?as=json"), 403, "forbidden");
    }

    @Test
    void refusesWhatTheApplicationRefuses() {
        reply.set(new Reply(403, ""));
        assertProblem(get("/channels/rooms/1?as=json"), 403, "forbidden");
        reply.set(new Reply(401, ""));
        assertProblem(get("/channels/rooms/1?as=json"), 401, "unauthorized");
    }

    @Test
    void asksAgainOnlyAfterTheAnswerIsTooOld() throws Exception {
        for (int i = 0; i < 3; i++)
            assertThat(get("/channels/rooms/1?as=json").statusCode()).isEqualTo(200);
        asked();
        assertThat(questions).isEmpty();
        now.set(START.plusSeconds(60));
        reply.set(new Reply(403, ""));
        assertProblem(get("/channels/rooms/1?as=json"), 403, "forbidden");
    }

    @Test
    void forgetsAnswersWhenARevocationComes() {
        assertThat(get("/channels/rooms/1?as=json").statusCode()).isEqualTo(200);
        reply.set(new Reply(403, ""));
        revoke("somebody");
        assertProblem(get("/channels/rooms/1?as=json"), 403, "forbidden");
    }

    @Test
    void letsOnlyThoseResumeWhomItKnowsWhileTheApplicationIsDown() {
        assertThat(get("/channels/rooms/1?as=json").statusCode()).isEqualTo(200);
        reply.set(new Reply(500, ""));
        now.set(START.plusSeconds(300));
        String[] resume = {"Last-Event-ID", "anything-0"};
        assertThat(get("/channels/rooms/1?as=json", resume).statusCode()).isEqualTo(200);
        HttpResponse<String> fresh = get("/channels/rooms/1?as=json");
        assertProblem(fresh, 503, "not-ready");
        assertThat(fresh.headers().firstValue("Retry-After")).isPresent();
        assertProblem(get("/channels/rooms/2?as=json", resume), 503, "not-ready");
        now.set(START.plusSeconds(11 * 60));
        assertProblem(get("/channels/rooms/1?as=json", resume), 503, "not-ready");
    }

    @Test
    void takesNoAnswerForLongerThanItSays() {
        reply.set(new Reply(200, """
                {"expires":"2026-11-22T12:00:30Z","sluice":{"subscribe":["rooms/*"]}}"""));
        assertThat(get("/channels/rooms/1?as=json").statusCode()).isEqualTo(200);
        reply.set(new Reply(500, ""));
        now.set(START.plusSeconds(30));
        assertProblem(get("/channels/rooms/1?as=json", "Last-Event-ID", "x-0"), 503, "not-ready");
    }

    @Test
    void failsClosedOnAnswersThatItDoesNotUnderstand() {
        String large = "{\"sub\":\"" + "x".repeat(HookClient.ANSWER_BYTES_MAX) + "\"}";
        for (String body : List.of(
                "no json",
                "{\"sluice\":{\"subscrib\":[]}}",
                "{\"sub\":\"\"}",
                "{\"expires\":\"soon\"}",
                "{\"x\":1}",
                large)) {
            reply.set(new Reply(200, body));
            assertProblem(get("/channels/rooms/1?as=json"), 503, "not-ready");
        }
    }

    @Test
    void refusesRequestsBeyondThoseThatMayWait() throws Exception {
        held = new CountDownLatch(1);
        List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
        for (int i = 0; i < 4; i++) waiting.add(sendLater("GET", "/channels/rooms/" + i + "?as=json", ""));
        for (int i = 0; i < 4; i++) asked();
        List<CompletableFuture<HttpResponse<String>>> further = new ArrayList<>();
        for (int i = 4; i < 9; i++) further.add(sendLater("GET", "/channels/rooms/" + i + "?as=json", ""));
        var first = CompletableFuture.anyOf(further.toArray(new CompletableFuture<?>[0]));
        var full = (HttpResponse<?>) first.get(60, TimeUnit.SECONDS);
        assertThat(full.statusCode()).isEqualTo(503);
        assertThat(String.valueOf(full.body())).contains("hook.waiting_max");
        // Others are served meanwhile.
        assertThat(get("/channels/news/a?as=json").statusCode()).isEqualTo(200);
        held.countDown();
        for (var each : waiting)
            assertThat(each.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }

    @Test
    void givesUpAnAnswerThatTakesTooLong() {
        server.close();
        start(Duration.ofMillis(200), 4, 4);
        held = new CountDownLatch(1);
        assertProblem(get("/channels/rooms/1?as=json"), 503, "not-ready");
    }

    @Test
    void opensASessionWithTheGrantOfTheApplication() throws Exception {
        try (RawClient stream = new RawClient(server)) {
            stream.get("/session?client=carol", "Accept: text/event-stream");
            String head = stream.until("heartbeat");
            assertThat(head).startsWith("HTTP/1.1 200 ").contains("\"client\":\"carol\"");
            String session = head.replaceAll("(?s).*\"session\":\"([0-9a-f]+)\".*", "$1");
            String publish = "{\"op\":\"publish\",\"ref\":1,\"channel\":\"rooms/1\",\"data\":\"hi\"}";
            reply.set(new Reply(500, ""));
            HttpResponse<String> taken = sendLater(
                            "POST", "/session/" + session, publish, "Content-Type", "application/x-ndjson")
                    .get(60, TimeUnit.SECONDS);
            assertThat(taken.statusCode()).as(taken.body()).isEqualTo(204);
            stream.until("\"ok\",\"ref\":1,\"id\"");
        }
        assertThat(asked()).startsWith("{\"action\":\"connect\",\"address\":\"127.0.0.1\"");
    }

    // --- subscriptions in a session

    private static final Reply NAME_ONLY = new Reply(200, "{\"sub\":\"carol\"}");
    private static final Reply ROOM_1 = new Reply(200, "{\"sluice\":{\"subscribe\":[\"rooms/1\"]}}");

    /// Opens a session whose caller the application names, and permits nothing.
    private Socket open() throws Exception {
        reply.set(NAME_ONLY);
        Socket socket = new Socket("?client=carol");
        socket.send("{\"op\":\"hello\"}");
        assertThat(socket.next()).contains("\"welcome\"", "\"client\":\"carol\"");
        assertThat(asked()).startsWith("{\"action\":\"connect\"");
        return socket;
    }

    private final class Socket implements WebSocket.Listener, AutoCloseable {
        private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
        private final StringBuilder partial = new StringBuilder();
        private final WebSocket socket;

        Socket(String query) {
            URI address =
                    URI.create("ws" + server.uri("/session" + query).toString().substring(4));
            socket = http.newWebSocketBuilder()
                    .subprotocols("sluice.v1.json")
                    .buildAsync(address, this)
                    .orTimeout(60, TimeUnit.SECONDS)
                    .join();
        }

        void send(String message) {
            socket.sendText(message, true).orTimeout(60, TimeUnit.SECONDS).join();
        }

        void subscribe(int ref, String channel, String more) {
            send("{\"op\":\"subscribe\",\"ref\":" + ref + ",\"channels\":[\"" + channel + "\"]" + more + "}");
        }

        /// The next message, except heartbeats.
        String next() throws InterruptedException {
            String next = received.poll(60, TimeUnit.SECONDS);
            assertThat(next).isNotNull();
            return next.contains("\"heartbeat\",") ? next() : next;
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean isLast) {
            partial.append(text);
            if (isLast) {
                received.add(partial.toString());
                partial.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public void close() {
            socket.abort();
        }
    }

    @Test
    void isAskedAboutASubscriptionThatTheSessionDoesNotPermit() throws Exception {
        try (Socket session = open()) {
            reply.set(ROOM_1);
            session.subscribe(1, "rooms/1", ",\"join\":false");
            assertThat(session.next()).contains("\"op\":\"ok\",\"ref\":1");
            assertThat(asked())
                    .isEqualTo("{\"action\":\"subscribe\",\"verbs\":[\"subscribe\"],\"channels\":[\"rooms/1\"],"
                            + "\"address\":\"127.0.0.1\",\"sub\":\"carol\",\"headers\":{},\"cookies\":{}}");
            session.subscribe(2, "news/a", "");
            assertThat(session.next()).as("the rules permit it").contains("\"op\":\"ok\",\"ref\":2");
            session.subscribe(3, "rooms/secret", "");
            assertThat(session.next()).as("a rule denies it").contains("\"ref\":3", "/problems/forbidden");
            assertThat(asked()).contains("rooms/secret");
            sendLater("POST", "/channels/rooms/1", "hi", "Authorization", "Bearer " + backend)
                    .join();
            assertThat(session.next()).contains("\"ref\":1", "\"hi\"");
            assertThat(questions).isEmpty();
        }
    }

    @Test
    void handlesTheMessagesOfASessionInOrderWhileItAsks() throws Exception {
        try (Socket session = open()) {
            reply.set(ROOM_1);
            held = new CountDownLatch(1);
            session.subscribe(1, "rooms/1", "");
            session.send("{\"op\":\"ping\",\"ref\":2}");
            asked();
            held.countDown();
            assertThat(session.next()).contains("\"op\":\"ok\",\"ref\":1");
            assertThat(session.next()).contains("\"op\":\"pong\",\"ref\":2");
        }
    }

    @Test
    void refusesASubscriptionThatTheApplicationRefusesAndAsksAgain() throws Exception {
        try (Socket session = open()) {
            for (int ref = 1; ref <= 11; ref++) {
                reply.set(new Reply(403, ""));
                session.subscribe(ref, "rooms/1", "");
                assertThat(session.next()).contains("\"ref\":" + ref, "/problems/forbidden");
                asked();
            }
            reply.set(new Reply(200, "{}"));
            session.subscribe(98, "rooms/1", "");
            assertThat(session.next()).as("it permits nothing").contains("\"ref\":98", "/problems/forbidden");
            hook.forget();
            reply.set(ROOM_1);
            session.subscribe(99, "rooms/1", "");
            assertThat(session.next()).contains("\"op\":\"ok\",\"ref\":99");
        }
    }

    @Test
    void remembersTheAnswerForASubscriptionAsForARequest() throws Exception {
        try (Socket session = open()) {
            reply.set(ROOM_1);
            session.subscribe(1, "rooms/1", "");
            session.next();
            session.subscribe(2, "rooms/1", "");
            session.next();
            asked();
            assertThat(questions).isEmpty();
            now.set(START.plusSeconds(60));
            reply.set(new Reply(403, ""));
            session.subscribe(3, "rooms/1", "");
            assertThat(session.next()).contains("\"ref\":3", "/problems/forbidden");
        }
    }

    @Test
    void letsOnlySubscriptionsResumeThatItKnowsWhileTheApplicationIsDown() throws Exception {
        try (Socket session = open()) {
            reply.set(ROOM_1);
            session.subscribe(1, "rooms/1", "");
            session.next();
            reply.set(new Reply(500, ""));
            now.set(START.plusSeconds(300));
            session.subscribe(2, "rooms/1", ",\"after\":\"anything-0\"");
            assertThat(session.next()).contains("\"op\":\"ok\",\"ref\":2");
            session.next(); // The gap.
            session.subscribe(3, "rooms/1", "");
            assertThat(session.next()).contains("\"ref\":3", "/problems/not-ready", "\"retry\":true");
            session.subscribe(4, "rooms/2", ",\"after\":\"anything-0\"");
            assertThat(session.next()).contains("\"ref\":4", "/problems/not-ready");
        }
    }

    @Test
    void takesNoOtherNameForASubscription() throws Exception {
        try (Socket session = open()) {
            reply.set(new Reply(200, "{\"sub\":\"mallory\",\"sluice\":{\"subscribe\":[\"rooms/1\"]}}"));
            session.subscribe(1, "rooms/1", "");
            assertThat(session.next()).contains("\"ref\":1", "/problems/not-ready");
        }
    }

    @Test
    void asksWithTheTokenOfASubscriptionForWhatThatDoesNotPermit() throws Exception {
        reply.set(new Reply(200, "{}"));
        try (Socket session = new Socket("")) {
            session.send("{\"op\":\"hello\"}");
            session.next();
            asked();
            String token =
                    SHOP.token(Map.of("sub", "alice", "roles", List.of("b", "a"), "exp", START.getEpochSecond() + 600));
            session.subscribe(1, "rooms/1", ",\"token\":\"" + token + "\"");
            assertThat(asked()).startsWith("{\"action\":\"connect\"").contains("\"sub\":\"alice\"");
            assertThat(asked())
                    .startsWith("{\"action\":\"subscribe\"")
                    .contains("\"sub\":\"alice\",\"kid\":\"shop\",\"roles\":[\"a\",\"b\"]");
            assertThat(session.next()).contains("\"ref\":1", "/problems/forbidden");
        }
    }
}
