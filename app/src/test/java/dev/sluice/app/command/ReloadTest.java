package dev.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import dev.sluice.server.TestWebSocket;
import dev.sluice.server.auth.identity.StaticKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A configuration that changes while the hub runs, over real sockets.
final class ReloadTest {
    private static final String OPS = StaticKeys.generate("ops", new SecureRandom());
    private static final String WEB = StaticKeys.generate("web", new SecureRandom());
    private static final String APP = StaticKeys.generate("app", new SecureRandom());
    private static final String BOT = StaticKeys.generate("bot", new SecureRandom());
    private static final String NEXT_BOT = StaticKeys.generate("bot", new SecureRandom());

    private static final String ADMIN = key("ops", OPS, "admin = true\npublish = [\"**\"]\nlist = [\"**\"]");

    private static final String SHOP = "Origin: https://shop.example\r\n";

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
                key("app", APP, "subscribe = [\"**\"]"),
                key("bot", BOT, "subscribe = [\"**\"]"));
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
                RawClient bot = stream("orders/a", BOT);
                TestWebSocket socket = new TestWebSocket(
                        http.newWebSocketBuilder().header("Authorization", "Bearer " + WEB),
                        URI.create(serve.url() + "/channels/news/a"))) {
            assertThat(socket.next()).contains("cursor");
            configure(
                    ADMIN, key("web", WEB, "subscribe = [\"news/**\"]"), key("bot", NEXT_BOT, "subscribe = [\"**\"]"));

            var reloaded = there.run("reload");

            assertThat(reloaded.err()).isEmpty();
            assertThat(reloaded.out()).isEqualTo("reloaded, ended: 3\n");
            assertThat(bot.rest()).contains("/problems/revoked"); // Another key of the same name.
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
    void endsOnlyThoseSubscriptionsOfASessionThatAreNotAllowedAnyMore() throws Exception {
        try (TestWebSocket session = new TestWebSocket(
                http.newWebSocketBuilder()
                        .header("Authorization", "Bearer " + WEB)
                        .subprotocols("sluice.v1.json"),
                URI.create(serve.url() + "/session"))) {
            session.send("{\"op\":\"hello\"}")
                    .send("{\"op\":\"subscribe\",\"ref\":1,\"channels\":[\"news/a\"]}")
                    .send("{\"op\":\"subscribe\",\"ref\":2,\"channels\":[\"orders/a\"]}");
            awaitMessage(session, "\"ref\":2");
            configure(ADMIN, key("web", WEB, "subscribe = [\"news/**\"]"));

            there.run("reload");

            assertThat(awaitMessage(session, "/problems/revoked")).contains("\"ref\":2");
            publish("still here");
            assertThat(awaitMessage(session, "still here")).contains("\"ref\":1");
            session.send("{\"op\":\"subscribe\",\"ref\":3,\"channels\":[\"orders/a\"]}");
            assertThat(awaitMessage(session, "\"ref\":3")).contains("/problems/forbidden");
        }
    }

    /// Skips other messages, but not heartbeats for ever.
    private static String awaitMessage(TestWebSocket session, String part) throws InterruptedException {
        long deadline = System.nanoTime() + TestServer.PATIENCE.toNanos();
        String message = session.next();
        while (!message.contains(part)) {
            assertThat(System.nanoTime() - deadline)
                    .as("no message with '" + part + "', the last was: " + message)
                    .isNegative();
            message = session.next();
        }
        return message;
    }

    @Test
    void losesNothingInAHundredReloadsBesidePublishes() throws Exception {
        int count = 500;
        try (RawClient stream = stream("news/a", WEB)) {
            Thread publisher = Thread.ofVirtual().start(() -> {
                for (int i = 0; i < count; i++) publishUnchecked("event " + i + ".");
            });
            for (int i = 0; i < 100; i++) {
                String other = i % 2 == 0 ? "" : key("app", APP, "subscribe = [\"**\"]");
                configure(ADMIN, key("web", WEB, "subscribe = [\"news/**\"]"), other);
                assertThat(send("POST", "/reload", OPS, "").statusCode()).isEqualTo(200);
            }
            publisher.join();

            String received = stream.until("event " + (count - 1) + ".");
            var numbers = Pattern.compile("event (\\d+)\\.").matcher(received);
            for (int i = 0; i < count; i++) {
                assertThat(numbers.find()).isTrue();
                assertThat(numbers.group(1)).isEqualTo(Integer.toString(i));
            }
        }
    }

    private void publishUnchecked(String text) {
        try {
            publish(text);
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
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
    void asksTheApplicationOfTheNewFileAndNoneOnceItNamesNone() throws Exception {
        HttpServer application = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        for (String name : List.of("one", "two")) {
            application.createContext("/" + name, question -> permit(question, name + "/*"));
        }
        application.start();
        try {
            String web = key("web", WEB, "subscribe = [\"news/**\"]");
            configure(ADMIN, web, hook(application, "one"));
            assertThat(anybodyReads("one/a")).isFalse();
            assertThat(there.run("reload").out()).isEqualTo("reloaded, ended: 0\n");
            assertThat(anybodyReads("one/a")).isTrue();

            configure(ADMIN, web, hook(application, "two"));
            assertThat(there.run("reload").out()).isEqualTo("reloaded, ended: 0\n");
            assertThat(anybodyReads("one/a")).isFalse();
            assertThat(anybodyReads("two/a")).isTrue();

            try (RawClient permitted = stream("two/b", WEB);
                    RawClient own = stream("news/a", WEB)) {
                configure(ADMIN, web);
                assertThat(there.run("reload").out()).startsWith("reloaded").doesNotContain("restart");
                assertThat(permitted.rest()).contains("/problems/revoked");
                publish("goes on");
                own.until("goes on");
            }
            assertThat(anybodyReads("two/b")).isFalse();
        } finally {
            application.stop(0);
        }
    }

    private static String hook(HttpServer application, String name) {
        return "[hook]\nurl = \"http://127.0.0.1:%d/%s\""
                .formatted(application.getAddress().getPort(), name);
    }

    private static void permit(HttpExchange question, String channels) throws IOException {
        try (question) {
            byte[] answer = ("{\"sluice\":{\"subscribe\":[\"" + channels + "\"]}}").getBytes(StandardCharsets.UTF_8);
            question.getRequestBody().readAllBytes();
            question.sendResponseHeaders(200, answer.length);
            question.getResponseBody().write(answer);
        }
    }

    private boolean anybodyReads(String channel) throws Exception {
        URI path = URI.create(serve.url() + "/channels/" + channel + "?as=json");
        return http.send(HttpRequest.newBuilder(path).build(), BodyHandlers.discarding())
                        .statusCode()
                == 200;
    }

    @Test
    void followsAChangedFileByItself() throws Exception {
        try (RawClient stream = stream("news/a", APP)) {
            configure(ADMIN);

            assertThat(stream.rest()).contains("/problems/revoked");
        }
    }

    @Test
    void waitsForConfirmationOfARuleThatWouldDeleteEvents() throws Exception {
        for (int i = 0; i < 5; i++) publish("kept " + i);
        configure(ADMIN, "[[channel]]\nmatch = \"news/*\"\nretention.max_events = 2");

        var asked = there.run("reload");

        assertThat(asked.exitCode()).isEqualTo(1);
        assertThat(asked.err()).contains("'news/*' would delete 3 events", "of 1 channels", "--confirm");
        assertThat(events()).isEqualTo(5);
        publish("one more");
        assertThat(events()).isEqualTo(6);

        assertThat(there.run("reload", "--confirm").exitCode()).isZero();

        assertThat(events()).isEqualTo(2);
        assertThat(there.run("reload").out()).isEqualTo("reloaded, ended: 0\n");
    }

    @Test
    void appliesARuleAtOnceThatDeletesNothing() throws Exception {
        publish("first");
        configure(ADMIN, "[[channel]]\nmatch = \"news/*\"\nretention.max_events = 10");

        assertThat(there.run("reload").out()).isEqualTo("reloaded, ended: 0\n");

        for (int i = 0; i < 20; i++) publish("more " + i);
        assertThat(events()).isBetween(10, 11);
    }

    @Test
    void startsWithTheRulesInForceIfTheFileWouldDeleteWhatIsKept() throws Exception {
        serve.close();
        restart();
        for (int i = 0; i < 5; i++) publish("kept " + i);
        serve.close();
        configure(ADMIN, "[[channel]]\nmatch = \"news/*\"\nretention.max_events = 2");

        restart();

        publish("one more");
        assertThat(events()).isEqualTo(6);
        assertThat(there.run("reload", "--confirm").exitCode()).isZero();
        assertThat(events()).isEqualTo(2);
        serve.close();
        restart();
        assertThat(events()).isEqualTo(2);
    }

    private void restart(String... options) {
        serve = new Terminal(folder, Map.of())
                .start(Stream.concat(Stream.of("serve"), Stream.of(options)).toArray(String[]::new));
        there = new Terminal(folder.resolve("none"), Map.of("SLUICE_URL", serve.url(), "SLUICE_TOKEN", OPS));
    }

    private int events() throws Exception {
        var channels = send("GET", "/channels?as=json", OPS, "").body();
        var found = Pattern.compile("\"events\":(\\d+)").matcher(channels);
        assertThat(found.find()).as(channels).isTrue();
        return Integer.parseInt(found.group(1));
    }

    @Test
    void followsOriginsHostsProxiesAndTheLimitOfConnections() throws Exception {
        assertThat(asked("localhost", SHOP)).contains("/problems/origin-refused");
        assertThat(asked("hub.example", "")).contains("/problems/host-refused");
        configure(
                "origins = [\"https://shop.example\"]",
                "allow_hosts = [\"hub.example\"]",
                "trusted_proxies = [\"127.0.0.1\"]",
                ADMIN,
                key("web", WEB, "subscribe = [\"news/**\"]"));

        assertThat(there.run("reload").out()).isEqualTo("reloaded, ended: 0\n");

        assertThat(asked("localhost", SHOP)).contains("access-control-allow-origin: https://shop.example");
        assertThat(asked("hub.example", "")).contains("200 OK");
        try (RawClient client = new RawClient(port())) {
            client.get("/channels/news/a?as=sse", "Authorization: Bearer " + WEB, "X-Forwarded-For: 203.0.113.9")
                    .until("\r\n\r\n");
            assertThat(send("GET", "/connections", OPS, "").body()).contains("203.0.113.9");
            configure("connections_max = 1", ADMIN, key("web", WEB, "subscribe = [\"news/**\"]"));
            assertThat(there.run("reload").out()).isEqualTo("reloaded, ended: 0\n");
            assertThat(asked("localhost", "")).contains("503 Service Unavailable", "connections_max");
            publish("still here");
            client.until("still here");
        }
    }

    @Test
    void tellsClientsThatNameNoOriginWhetherAllMayRead() throws Exception {
        assertThat(asked("localhost", "")).contains("200 OK").doesNotContain("access-control-allow-origin");
        configure("origins = [\"*\"]", ADMIN);
        assertThat(there.run("reload").err()).isEmpty();
        assertThat(asked("localhost", "")).contains("access-control-allow-origin: *");
        configure(ADMIN);
        assertThat(there.run("reload").err()).isEmpty();
        assertThat(asked("localhost", "")).contains("200 OK").doesNotContain("access-control-allow-origin");
    }

    /// The answer to a request on a separate connection.
    private String asked(String host, String origin) {
        try (RawClient client = new RawClient(port())) {
            return client.send("GET /livez HTTP/1.1\r\nHost: " + host + "\r\n" + origin + "Connection: close\r\n\r\n")
                    .rest();
        }
    }

    /// A configuration that was never complete, or could not be read completely, is a mistake like any other.
    @Test
    void keepsWhatIsInForceWhateverHappensToTheFile() throws Exception {
        Path file = folder.resolve("sluice.toml");
        String before = Files.readString(file);
        try (RawClient stream = stream("news/a", APP)) {
            Files.delete(file);
            assertRefused("no such file");
            Files.writeString(file, before + "\n#".repeat(5 << 20));
            assertRefused("more than 1048576 bytes");
            Files.writeString(file, "origins = " + "[".repeat(200_000));
            assertRefused("sluice.toml:1");
            Files.delete(file);
            Files.createDirectory(file);
            assertRefused("not a regular file");
            Files.delete(file);
            assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor())
                    .isZero();
            assertRefused("not a regular file");
            Files.delete(file);
            Files.writeString(file, before);
            assertThat(there.run("reload").out()).isEqualTo("reloaded, ended: 0\n");
            publish("as before");
            stream.until("as before");
        }
    }

    private void assertRefused(String why) {
        var refused = there.run("reload");
        assertThat(refused.exitCode()).as(why).isEqualTo(78);
        assertThat(refused.err()).contains(why);
    }

    /// Replaces a folder of files as orchestrators do: by a link to another one.
    @Test
    void readsTheFilesOfOneConfigurationHoweverOftenALinkIsSwapped() throws Exception {
        for (String name : List.of("one", "two")) {
            Files.createDirectory(folder.resolve(name));
            Files.writeString(
                    folder.resolve(name).resolve("sluice.toml"),
                    "port = 0\n" + ADMIN + key("web", WEB, "subscribe = [\"news/**\"]")
                            + key(name, APP, "list = [\"**\"]"));
        }
        Files.delete(folder.resolve("sluice.toml"));
        Files.createSymbolicLink(folder.resolve("link"), Path.of("one"));
        Files.createSymbolicLink(folder.resolve("sluice.toml"), Path.of("link/sluice.toml"));
        AtomicBoolean isOver = new AtomicBoolean();
        try (RawClient stream = stream("news/a", WEB)) {
            Thread swapping = Thread.ofVirtual().start(() -> {
                for (int i = 0; !isOver.get(); i++) swap(i % 2 == 0 ? "two" : "one");
            });
            List<Integer> answers = Collections.synchronizedList(new ArrayList<>());
            try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < 32; i++)
                    callers.submit(
                            () -> answers.add(send("POST", "/reload", OPS, "").statusCode()));
            }
            // 422: the files kept changing; 503: another reload took long.
            assertThat(answers).hasSize(32).isSubsetOf(200, 422, 503);
            isOver.set(true);
            swapping.join();
            swap("two");
            assertThat(there.run("reload").exitCode()).isZero();
            assertThat(send("GET", "/settings", OPS, "").body())
                    .contains("\"kid\":\"two\"")
                    .doesNotContain("\"one\"");
            publish("still here");
            stream.until("still here");
        }
    }

    private void swap(String name) {
        try {
            Path next = folder.resolve("next");
            Files.createSymbolicLink(next, Path.of(name));
            Files.move(next, folder.resolve("link"), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Test
    void followsWhileTheHubDrains() throws Exception {
        try (RawClient news = stream("news/a", WEB);
                RawClient everything = stream("news/a", APP)) {
            assertThat(send("POST", "/drain?over=3600", OPS, "").statusCode()).isEqualTo(202);
            configure(ADMIN, key("web", WEB, "subscribe = [\"news/**\"]"));
            assertThat(there.run("reload").out()).isEqualTo("reloaded, ended: 1\n");
            assertThat(everything.rest()).contains("/problems/revoked");
            publish("still here");
            news.until("still here");
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
