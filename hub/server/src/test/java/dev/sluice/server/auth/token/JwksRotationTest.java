package dev.sluice.server.auth.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.budget.Budget;
import dev.sluice.server.Await;
import dev.sluice.server.TestServer;
import dev.sluice.server.auth.Authenticator;
import dev.sluice.server.auth.BearerToken;
import dev.sluice.server.auth.TestAuth;
import dev.sluice.server.auth.TestIssuer;
import dev.sluice.server.auth.identity.KeyMaterial;
import dev.sluice.server.auth.identity.SigningAlgorithm;
import dev.sluice.server.auth.identity.Verification;
import dev.sluice.server.auth.identity.VerificationKey.TokenKey;
import dev.sluice.server.http.policy.OriginSettings;
import dev.sluice.server.json.Json;
import dev.sluice.server.limit.FailureLimit;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// An issuer that replaces its keys, and callers who make up names of keys, while a hub is in use.
final class JwksRotationTest {
    private static final int CLIENTS = 4;
    private static final int ROUNDS = 10;
    private static final TestIssuer OLD = TestIssuer.es256("old");
    private static final TestIssuer NEW = TestIssuer.es256("new");
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    private final AtomicLong elapsedMs = new AtomicLong();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger tokens = new AtomicInteger();
    private final AtomicReference<CountDownLatch> hold = new AtomicReference<>(new CountDownLatch(0));
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private volatile byte[] body = {};
    private HttpServer issuer;
    private Authenticator authenticator;
    private TestServer server;

    @BeforeEach
    void start() throws IOException {
        publishKeys(OLD);
        issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        issuer.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        issuer.createContext("/keys", exchange -> {
            requests.incrementAndGet();
            awaitRelease();
            byte[] keys = body;
            exchange.sendResponseHeaders(200, keys.length);
            try (var out = exchange.getResponseBody()) {
                out.write(keys);
            }
        });
        issuer.start();
        TokenKey keys = new TokenKey(
                "sets",
                SigningAlgorithm.ES256,
                new KeyMaterial.KeySet(
                        URI.create("http://127.0.0.1:" + issuer.getAddress().getPort() + "/keys")),
                null,
                null,
                Permissions.ALL,
                TokenKey.LIFETIME_MAX);
        authenticator = new Authenticator(
                List.of(keys),
                Authenticator.ROLES_CLAIM,
                () -> NOW,
                elapsedMs::get,
                TokenRevocations.COUNT_MAX,
                Budget.TOKENS.count());
        var bearer = new BearerToken(BearerToken.COOKIE, OriginSettings.LOOPBACK);
        server = TestServer.start(
                TestServer.settings(2),
                TestAuth.filter(bearer, authenticator, List.of(), FailureLimit.NONE, () -> NOW));
    }

    @AfterEach
    void close() {
        hold.get().countDown();
        server.close();
        http.shutdownNow();
        issuer.stop(0);
    }

    private void awaitRelease() {
        try {
            hold.get().await(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private void publishKeys(TestIssuer... issuers) {
        body = Json.write(
                Map.of("keys", Arrays.stream(issuers).map(TestIssuer::jwk).toList()));
    }

    private void pass(Duration time) {
        elapsedMs.addAndGet(time.toMillis());
    }

    /// No two are equal, so that none is remembered.
    private String token(TestIssuer signer) {
        return signer.token(Map.of(
                "sub",
                "alice",
                "exp",
                NOW.getEpochSecond() + 600,
                "jti",
                "t" + tokens.incrementAndGet(),
                "sluice",
                Map.of("subscribe", List.of("**"), "publish", List.of("**"))));
    }

    /// A token with a made-up name of its key; nobody ever verifies its signature.
    static String made(int number) {
        String header = "{\"alg\":\"ES256\",\"kid\":\"made-up-" + number + "\"}";
        return TestIssuer.base64(header.getBytes(StandardCharsets.UTF_8)) + ".e30.AAAA";
    }

    private HttpRequest.Builder request(String path, String token) {
        return HttpRequest.newBuilder(server.uri(path))
                .timeout(TestServer.PATIENCE)
                .header("Authorization", "Bearer " + token);
    }

    private int status(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    private int poll(String token) {
        return status(request("/channels/load/0?as=json", token));
    }

    /// A client that publishes, polls and keeps a stream.
    private final class Client {
        private final AtomicInteger rounds = new AtomicInteger();
        private final String channel;
        private final InputStream stream;

        Client(int number, TestIssuer signer) {
            channel = "/channels/load/" + number;
            try {
                stream = http.send(
                                request(channel + "?as=ndjson", token(signer)).build(),
                                HttpResponse.BodyHandlers.ofInputStream())
                        .body();
            } catch (Exception failed) {
                throw new AssertionError(failed);
            }
        }

        void round(TestIssuer signer) {
            String token = token(signer);
            var publish = request(channel, token).POST(HttpRequest.BodyPublishers.ofString("x"));
            assertThat(status(publish)).isEqualTo(201);
            assertThat(status(request(channel + "?as=json", token)))
                    .as("remembered")
                    .isEqualTo(200);
            rounds.incrementAndGet();
        }

        /// Whether the stream has brought all that was published.
        void expectAll() throws IOException {
            try (var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                for (int events = 0; events < rounds.get(); ) {
                    if (lines.readLine().contains("\"data\":\"x\"")) events++;
                }
            }
        }
    }

    @Test
    void refusesNoGoodTokenWhileKeysAreReplacedUnderLoad() throws Exception {
        AtomicReference<TestIssuer> signer = new AtomicReference<>(OLD);
        AtomicBoolean isOver = new AtomicBoolean();
        List<Client> clients = IntStream.range(0, CLIENTS)
                .mapToObj(number -> new Client(number, OLD))
                .toList();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (Client each : clients) {
                running.add(threads.submit(() -> {
                    while (!isOver.get()) each.round(signer.get());
                }));
            }
            running.add(threads.submit(() -> {
                for (int i = 0; !isOver.get(); i++) assertThat(poll(made(i))).isEqualTo(503);
            }));
            awaitRounds(clients, running);

            publishKeys(OLD, NEW);
            pass(JwksKeySource.PAUSE_MIN);
            signer.set(NEW);
            awaitRounds(clients, running);

            publishKeys(NEW);
            pass(JwksKeySource.AGE_MAX);
            awaitRounds(clients, running);
            Await.that(() -> poll(token(OLD)) == 401);

            isOver.set(true);
            for (Future<?> each : running) each.get(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } finally {
            isOver.set(true);
        }
        assertThat(requests).hasValue(3); // One for each time that the clock was moved on.
        for (Client each : clients) each.expectAll();
    }

    private static void awaitRounds(List<Client> clients, List<Future<?>> running) {
        for (Client each : clients) {
            int from = each.rounds.get();
            Await.that(() -> each.rounds.get() >= from + ROUNDS
                    || running.stream().anyMatch(one -> one.state() == Future.State.FAILED));
        }
        for (Future<?> each : running) {
            if (each.state() == Future.State.FAILED) throw new AssertionError(each.exceptionNow());
        }
    }

    @Test
    void answersOthersWhileAFloodWaitsForTheIssuer() {
        assertThat(poll(token(OLD))).isEqualTo(200);
        hold.set(new CountDownLatch(1));
        pass(JwksKeySource.PAUSE_MIN);
        List<CompletableFuture<HttpResponse<Void>>> flood = IntStream.range(0, 50)
                .mapToObj(number -> http.sendAsync(
                        request("/channels/load/0?as=json", made(number)).build(),
                        HttpResponse.BodyHandlers.discarding()))
                .toList();
        Await.that(() -> requests.get() == 2);
        for (int i = 0; i < 20; i++) assertThat(poll(token(OLD))).isEqualTo(200);
        hold.get().countDown();
        for (CompletableFuture<HttpResponse<Void>> each : flood) {
            assertThat(each.orTimeout(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                            .join()
                            .statusCode())
                    .isEqualTo(503);
        }
        assertThat(requests).hasValue(2);
    }

    @Test
    void sendsRetryAfterForATokenWhoseKeyIsNotPublishedYet() throws Exception {
        assertThat(poll(token(OLD))).isEqualTo(200);
        HttpResponse<String> early = http.send(
                request("/channels/load/0?as=json", token(NEW)).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(early.statusCode()).isEqualTo(503);
        assertThat(early.body()).contains("/problems/not-ready", "'kid'");
        assertThat(Long.parseLong(early.headers().firstValue("Retry-After").orElseThrow()))
                .isBetween(1L, JwksKeySource.PAUSE_MIN.toSeconds() + 1);
        publishKeys(OLD, NEW);
        pass(JwksKeySource.PAUSE_MIN);
        assertThat(poll(token(NEW))).isEqualTo(200);
    }

    @Test
    void remembersABoundedNumberOfUnknownKeyIds() {
        int names = 3 * JwksKeySource.MISSING_MAX;
        assertThat(poll(token(OLD))).isEqualTo(200);
        for (int i = 0; i < names; i++) {
            assertThat(authenticator.verify(made(i))).isInstanceOf(Verification.Undecided.class);
        }
        pass(JwksKeySource.PUBLISH_TIME);
        Await.that(() -> poll(made(-1)) == 503 && requests.get() == 2);
        // Those that are remembered are refused by now, the others are new.
        long remembered = IntStream.range(0, names)
                .filter(number -> authenticator.verify(made(number)) instanceof Verification.BadToken)
                .count();
        assertThat(remembered).isBetween(1L, (long) JwksKeySource.MISSING_MAX);
        assertThat(requests).hasValue(2);
    }
}
