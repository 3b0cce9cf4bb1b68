package dev.sluice.server.auth;

import static dev.sluice.server.auth.TestPermissions.on;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.core.access.Verb;
import dev.sluice.server.TestServer;
import dev.sluice.server.TestWebSocket;
import dev.sluice.server.auth.GrantRules.Rule;
import dev.sluice.server.auth.hook.Hook;
import dev.sluice.server.auth.hook.HookSettings;
import dev.sluice.server.auth.identity.GrantSubject;
import dev.sluice.server.auth.identity.PasswordHash;
import dev.sluice.server.auth.identity.StaticKeys;
import dev.sluice.server.auth.identity.VerificationKey;
import dev.sluice.server.auth.token.TokenRevocations;
import dev.sluice.server.http.policy.OriginSettings;
import dev.sluice.server.limit.FailureLimit;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/// An application that a hub asks what callers may do, and the hub. It answers what a test tells it to.
public final class HookApplication implements AutoCloseable {
    public static final Instant START = Instant.parse("2026-11-22T12:00:00Z");
    public static final TestIssuer SHOP = TestIssuer.hs256("shop");

    /// The password of dora, who may read the news.
    public static final String PASSWORD = "correct horse battery";

    private static final PasswordHash PASSWORD_HASH = PasswordHash.of(PASSWORD, new SecureRandom());

    public record Reply(int status, String body) {}

    static final Reply ROOMS = new Reply(200, """
            {"sub":"carol","sluice":{"subscribe":["rooms/*"],"publish":["rooms/*"]}}""");

    public final AtomicReference<Instant> now = new AtomicReference<>(START);
    public final AtomicReference<Reply> reply = new AtomicReference<>(ROOMS);
    public final BlockingQueue<String> questions = new LinkedBlockingQueue<>();
    private volatile CountDownLatch held = new CountDownLatch(0);
    private List<VerificationKey> issuers = List.of(
            SHOP.key(),
            new VerificationKey.PasswordKey(
                    "dora", PASSWORD_HASH, Set.of(), on("news/**", Verb.SUBSCRIBE), Duration.ofHours(12)));

    public final String backend = StaticKeys.generate("backend", new SecureRandom());
    private final String ops = StaticKeys.generate("ops", new SecureRandom());
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final HttpServer application;
    public Hook hook;
    public TestServer server;

    public HookApplication() throws IOException {
        application = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        application.setExecutor(threads);
        application.createContext("/sluice", this::answer);
        application.start();
        start(Duration.ofSeconds(30));
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

    /// Starts the hub, which asks four questions at a time while four wait.
    ///
    /// @param timeout for an answer
    private void start(Duration timeout) {
        URI url = URI.create("http://127.0.0.1:" + application.getAddress().getPort() + "/sluice");
        var settings = new HookSettings(
                url, timeout, Duration.ofMinutes(1), Duration.ofMinutes(10), 4, 4, List.of("X-Tenant"), List.of("sid"));
        List<VerificationKey> keys = new ArrayList<>(issuers);
        keys.add(new VerificationKey.StaticKey("backend", StaticKeys.hash(backend), Set.of(), on("**", Verb.PUBLISH)));
        keys.add(new VerificationKey.StaticKey("ops", StaticKeys.hash(ops), Set.of(), on("**", Verb.ADMIN)));
        List<Rule> rules = List.of(
                new Rule(new GrantSubject.Anyone(), on("news/**", Verb.SUBSCRIBE), false),
                new Rule(new GrantSubject.Anyone(), on("rooms/secret", Verb.SUBSCRIBE), true));
        OriginSettings security = new OriginSettings(false, false, Set.of(), Set.of("https://shop.example"));
        Authenticator authenticator = TestAuth.authenticator(keys, now::get, TokenRevocations.COUNT_MAX);
        GrantRules grants = new GrantRules(rules, true, now::get, authenticator.revocations());
        hook = new Hook(settings, now::get);
        server = TestServer.start(
                TestServer.settings(2).toBuilder().security(security).build(),
                new AuthFilter(
                        new BearerToken(BearerToken.COOKIE, security),
                        authenticator,
                        grants,
                        FailureLimit.NONE,
                        now::get,
                        "",
                        new HookAccess(hook, grants, security)));
    }

    /// Starts the hub anew.
    public void restart(Duration timeout) {
        server.close();
        start(timeout);
    }

    /// Starts the hub anew without issuers of tokens, and without people.
    public void restartWithStaticKeysOnly() {
        issuers = List.of();
        restart(Duration.ofSeconds(30));
    }

    @Override
    public void close() {
        held.countDown();
        server.close();
        http.close();
        application.stop(0);
        threads.close();
    }

    public CompletableFuture<HttpResponse<String>> sendLater(
            String method, String path, String body, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.uri(path)).method(method, HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) request.headers(headers);
        return http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    public HttpResponse<String> get(String path, String... headers) {
        return sendLater("GET", path, "", headers)
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    /// @return the answer
    public String revoke(String user) {
        HttpResponse<String> answer = sendLater(
                        "POST", "/revocations", "{\"sub\":\"" + user + "\"}", "Authorization", "Bearer " + ops)
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return answer.body();
    }

    public String asked() throws InterruptedException {
        String question = questions.poll(60, TimeUnit.SECONDS);
        assertThat(question).isNotNull();
        return question;
    }

    /// Answers nothing until [#release].
    public void hold() {
        held = new CountDownLatch(1);
    }

    public void release() {
        held.countDown();
    }

    TestWebSocket session(String query) {
        return new TestWebSocket(http, server.uri("/session" + query), "sluice.v1.json");
    }
}
