package dev.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.RawClient;
import dev.sluice.server.TestWebSocket;
import dev.sluice.server.auth.StaticKeys;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A configuration that changes while the hub runs, over real sockets.
final class ReloadTest {
    private static final String OPS = StaticKeys.generate("ops", new SecureRandom());
    private static final String WEB = StaticKeys.generate("web", new SecureRandom());
    private static final String APP = StaticKeys.generate("app", new SecureRandom());

    private static final String ADMIN = key("ops", OPS, "admin = true\npublish = [\"**\"]\nlist = [\"**\"]");

    @TempDir
    private Path folder;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private Running serve;
    private Terminal there;

    @BeforeEach
    void start() throws IOException {
        configure(
                ADMIN,
                key("web", WEB, "subscribe = [\"news/**\", \"orders/**\"]"),
                key("app", APP, "subscribe = [\"**\"]"));
        serve = new Terminal(folder, Map.of()).start("serve", "--memory");
        there = new Terminal(folder.resolve("none"), Map.of("SLUICE_URL", serve.url(), "SLUICE_TOKEN", OPS));
    }

    @AfterEach
    void stop() {
        serve.close();
        http.close();
    }

    private static String key(String kid, String key, String permissions) {
        return "[[key]]\nkid = \"%s\"\nhash = \"%s\"\n%s\n".formatted(kid, StaticKeys.hash(key), permissions);
    }

    private void configure(String... parts) throws IOException {
        // Replaced at once, so that the hub's own look at the file never finds a half.
        Path next = folder.resolve("next.toml");
        Files.writeString(next, "port = 0\n" + String.join("\n", parts));
        Files.move(next, folder.resolve("sluice.toml"), StandardCopyOption.ATOMIC_MOVE);
    }

    private int port() {
        return URI.create(serve.url()).getPort();
    }

    private RawClient stream(String channel, String key) {
        RawClient client = new RawClient(port());
        client.get("/channels/" + channel + "?as=sse", "Authorization: Bearer " + key)
                .until("\r\n\r\n");
        return client;
    }

    private HttpResponse<String> send(String method, String path, String key, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(serve.url() + path))
                        .header("Authorization", "Bearer " + key)
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private void publish(String text) throws Exception {
        assertThat(send("POST", "/channels/news/a", OPS, text).statusCode()).isEqualTo(201);
    }

    @Test
    void endsOnlyTheStreamsThatAreNotAllowedAnyMore() throws Exception {
        try (RawClient news = stream("news/a", WEB);
                RawClient orders = stream("orders/a", WEB);
                RawClient everything = stream("orders/a", APP);
                TestWebSocket socket = new TestWebSocket(
                        http.newWebSocketBuilder().header("Authorization", "Bearer " + WEB),
                        URI.create(serve.url() + "/channels/news/a"))) {
            assertThat(socket.next()).contains("cursor");
            configure(ADMIN, key("web", WEB, "subscribe = [\"news/**\"]"));

            var reloaded = there.run("reload");

            assertThat(reloaded.err()).isEmpty();
            assertThat(reloaded.out()).isEqualTo("reloaded, ended: 2\n");
            assertThat(orders.rest()).contains("/problems/revoked"); // Narrowed.
            assertThat(everything.rest()).contains("/problems/revoked"); // Its key is gone.
            publish("still here");
            news.until("still here");
            assertThat(socket.next()).contains("still here");
        }
        assertThat(send("GET", "/channels/news/a?as=json", APP, "").statusCode())
                .isEqualTo(401);
        assertThat(send("GET", "/channels/orders/a?as=json", WEB, "").statusCode())
                .isEqualTo(403);
    }

    @Test
    void changesNothingIfAFileHasAMistake() throws Exception {
        try (RawClient stream = stream("news/a", APP)) {
            configure(ADMIN, "[limits]\nrequests_per_second = -1");

            var refused = there.run("reload");

            assertThat(refused.exitCode()).isEqualTo(78);
            assertThat(refused.err()).contains("sluice.toml:", "'limits.requests_per_second' takes");
            assertThat(send("GET", "/settings", OPS, "").body())
                    .contains("\"inForce\":false", "limits.requests_per_second", "\"kid\":\"app\"");
            publish("as before");
            stream.until("as before");
        }
    }

    @Test
    void followsLimitsAndNamesWhatNeedsARestart() throws Exception {
        configure(
                "stop_time = \"7s\"",
                "[limits]\nrequests_per_second = 1",
                ADMIN,
                key("web", WEB, "subscribe = [\"news/**\"]"));

        assertThat(there.run("reload").out()).isEqualTo("reloaded, ended: 0\nneeds a restart: stop_time\n");

        int refused = 0;
        for (int i = 0; i < 20 && refused == 0; i++) {
            if (send("GET", "/channels/news/a?as=json", WEB, "").statusCode() == 429) refused++;
        }
        assertThat(refused).isOne();
    }

    @Test
    void followsAChangedFileByItself() throws Exception {
        try (RawClient stream = stream("news/a", APP)) {
            configure(ADMIN);

            assertThat(stream.rest()).contains("/problems/revoked");
        }
    }

    @Test
    void isForAdminsOnly() throws Exception {
        assertThat(send("POST", "/reload", WEB, "").statusCode()).isEqualTo(403);
        assertThat(send("POST", "/reload", "sk_none", "").statusCode()).isEqualTo(401);
        assertThat(send("POST", "/reload?confirm=perhaps", OPS, "").statusCode())
                .isEqualTo(400);
    }
}
