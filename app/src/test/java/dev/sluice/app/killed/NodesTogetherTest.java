package dev.sluice.app.killed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.PusherSocket;
import dev.sluice.app.cli.CommandContext;
import dev.sluice.app.command.RootCommand;
import dev.sluice.cluster.kafka.Brokers;
import dev.sluice.server.Await;
import dev.sluice.server.auth.identity.StaticKeys;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// Members, revocations and rules of one node that the others show, and the end of a node. Each node is a process of
/// its own.
@Tag("long") // Each starts three processes.
final class NodesTogetherTest {
    @TempDir
    Path folder;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /// A stream whose lines are read until it ends.
    private static final class Stream implements AutoCloseable {
        private static final String END = "the stream has ended";

        private final HttpResponse<InputStream> answer;
        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

        Stream(HttpResponse<InputStream> answer) {
            this.answer = answer;
            Thread.ofVirtual().start(() -> {
                try (var reader = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
                    for (String line = reader.readLine(); line != null; line = reader.readLine()) lines.add(line);
                } catch (IOException _) {
                    // Cut off: it has ended all the same.
                }
                lines.add(END);
            });
        }

        /// The lines up to one with this text.
        String until(String part) throws InterruptedException {
            var read = new StringBuilder();
            long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(120); // Of all: heartbeats come for ever.
            while (true) {
                String line = lines.poll(endNs - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (line == null) throw new AssertionError("waiting for '" + part + "', after: " + read);
                read.append(line).append('\n');
                if (line.contains(part)) return read.toString();
                if (line.equals(END)) throw new AssertionError("ended before '" + part + "': " + read);
            }
        }

        @Override
        public void close() throws IOException {
            answer.body().close();
        }
    }

    private Stream open(HubProcess node, String path, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(node.url() + path));
        if (headers.length > 0) request.headers(headers);
        var answer = http.send(request.build(), BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        return new Stream(answer);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private List<String> members(HubProcess node) {
        String list = send(HttpRequest.newBuilder(URI.create(node.url() + "/presence/room")))
                .body();
        return JsonMapper.shared().readTree(list).path("members").findValuesAsString("client");
    }

    private void publish(HubProcess node, String channel, String data) {
        var request = HttpRequest.newBuilder(URI.create(node.url() + "/channels/" + channel))
                .header("Idempotency-Key", channel + "/" + data)
                .POST(BodyPublishers.ofString(data));
        Await.that(() -> send(request).statusCode() == 201); // 503 during an election.
    }

    @Test
    void anEventLeavesOutTheSocketOfItsSenderWhicheverNodeTakesIt() throws Exception {
        Path apps = Files.writeString(folder.resolve("pusher.properties"), PusherSocket.APP);
        String settings = "[pusher]\napps_file = \"" + apps + "\"\n";
        try (var cluster = new ClusterProcesses(folder, 3, http, settings);
                var sender = new PusherSocket(http, cluster.node(0).url());
                var other = new PusherSocket(http, cluster.node(1).url())) {
            for (PusherSocket each : List.of(sender, other))
                Await.that(() -> isSubscribed(each)); // Refused during an election.
            for (int i = 0; i < cluster.size(); i++) trigger(cluster.node(i), "of-" + i, sender.id());
            trigger(cluster.node(2), "marker", "1.1");
            for (int i = 0; i < cluster.size(); i++) other.next("of-" + i);
            other.next("marker");
            sender.next("marker");
        }
    }

    private static boolean isSubscribed(PusherSocket socket) {
        try {
            String answer = socket.subscribe("orders", "").get("event").stringValue();
            return answer.equals("pusher_internal:subscription_succeeded");
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private void trigger(HubProcess node, String event, String socket) throws Exception {
        String body =
                "{\"name\":\"%s\",\"channel\":\"orders\",\"data\":\"1\",\"socket_id\":\"%s\"}".formatted(event, socket);
        var request = HttpRequest.newBuilder(URI.create(node.url() + "/apps/shop/events?" + PusherSocket.signed(body)))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
        Await.that(() -> send(request).statusCode() == 200); // 503 during an election.
    }

    @Test
    void aClientOnTwoNodesIsOneMemberAndLeavesWhenTheLastOfThemIsKilled() throws Exception {
        tryMembers("");
    }

    @Test
    void membersAreTheSameWhereKafkaKeepsTheOrder() throws Exception {
        try (var brokers = new Brokers(Files.createDirectories(folder.resolve("kafka")), 3)) {
            tryMembers("""
                    order = "kafka"
                    [cluster.kafka]
                    servers = ["%s"]
                    """.formatted(String.join("\", \"", brokers.servers())));
        }
    }

    /// @param order lines of the table `cluster`
    private void tryMembers(String order) throws Exception {
        String linger = "[subscribe]\npresence_linger = \"500ms\"\n";
        try (var cluster = new ClusterProcesses(folder, 3, http, linger, order)) {
            HubProcess one = cluster.node(0);
            HubProcess killed = cluster.node(1);
            HubProcess reading = cluster.node(2);
            try (Stream changes = open(reading, "/channels/$presence/room?as=ndjson&after=earliest");
                    Stream _ = open(killed, "/channels/room?as=ndjson&join=true&client=alice")) {
                changes.until("\"key\":\"alice\"");
                try (Stream _ = open(one, "/channels/room?as=ndjson&join=true&client=alice");
                        Stream _ = open(one, "/channels/room?as=ndjson&join=true&client=bob")) {
                    changes.until("\"key\":\"bob\"");
                    for (int i = 0; i < cluster.size(); i++) {
                        HubProcess node = cluster.node(i);
                        Await.that(() -> members(node).equals(List.of("alice", "bob")));
                    }
                }
                // Bob's leave comes after the linger of both: Alice would have left with him.
                assertThat(changes.until("\"removed\":true")).contains("bob").doesNotContain("alice");
                assertThat(members(reading)).containsExactly("alice");

                killed.kill();

                assertThat(changes.until("\"removed\":true")).contains("\"key\":\"alice\"");
                assertThat(members(reading)).isEmpty();
                Await.that(() -> members(one).isEmpty()); // It may follow the order a moment later.
            }
        }
    }

    @Test
    void aNodeWithoutAMajorityIsNotReady() throws Exception {
        try (var cluster = new ClusterProcesses(folder, 3, http)) {
            HubProcess left = cluster.node(0);
            var ready = HttpRequest.newBuilder(URI.create(left.url() + "/readyz"));
            Await.that(() -> send(ready).statusCode() == 200);
            publish(left, "news", "before");

            cluster.node(1).kill();
            cluster.node(2).kill();

            Await.that(() -> send(ready).statusCode() == 503);
            assertThat(send(ready).body()).contains("not-ready", "has had no leader");
            assertThat(send(HttpRequest.newBuilder(URI.create(left.url() + "/channels/news?as=json&after=earliest")))
                            .body())
                    .contains("before");

            cluster.node(1).restart();

            Await.that(() -> send(ready).statusCode() == 200);
        }
    }

    @Test
    void rulesThatOneNodeReloadsHoldOnAll() throws Exception {
        try (var cluster = new ClusterProcesses(folder, 3, http)) {
            HubProcess reloading = cluster.node(2);
            publish(cluster.node(0), "free", "kept");
            Files.writeString(
                    cluster.file(2),
                    Files.readString(cluster.file(2))
                            + "\n[[channel]]\nmatch = \"short/**\"\nretention.max_events = 3\n");
            reloading.signal("HUP");
            Await.that(() -> send(HttpRequest.newBuilder(URI.create(reloading.url() + "/settings")))
                    .body()
                    .contains("\"inForce\":true"));

            for (int i = 1; i <= 100; i++) publish(cluster.node(i % 2), "short/one", "event-" + i);

            for (int i = 0; i < cluster.size(); i++) {
                var read = HttpRequest.newBuilder(
                        URI.create(cluster.node(i).url() + "/channels/short/one?as=json&after=earliest"));
                Await.that(() -> send(read).body().contains("\"event-100\""));
                assertThat(send(read).body()).doesNotContain("\"event-1\"", "\"event-90\"");
                assertThat(send(HttpRequest.newBuilder(
                                        URI.create(cluster.node(i).url() + "/channels/free?as=json&after=earliest")))
                                .body())
                        .contains("kept");
            }
        }
    }

    /// A token of Alice, by `sluice token new`.
    private String token() {
        var out = new ByteArrayOutputStream();
        var context = new CommandContext(
                InputStream.nullInputStream(), out, System.err, Map.of(), folder, false, readerGone -> {});
        int code = RootCommand.run(context, "token", "new", "--secret-file=secret", "--kid=shop", "--sub=alice");
        assertThat(code).isZero();
        return out.toString(StandardCharsets.UTF_8).strip();
    }

    @Test
    void aRevocationAtOneNodeEndsStreamsAtAnother() throws Exception {
        String admin = StaticKeys.generate("ops", new SecureRandom());
        Files.writeString(folder.resolve("secret"), "0123456789abcdef0123456789abcdef");
        String reader = token();
        String keys = """
                key = [
                  { kid = "ops", hash = "%s", admin = true, publish = ["**"] },
                  { kid = "shop", algorithm = "HS256", secret_file = "%s" },
                ]
                grant = [{ to = "authenticated", subscribe = ["**"] }]
                """.formatted(StaticKeys.hash(admin), folder.resolve("secret"));
        try (var cluster = new ClusterProcesses(folder, 3, http, keys);
                Stream stream =
                        open(cluster.node(1), "/channels/news?as=ndjson", "Authorization", "Bearer " + reader)) {
            var revoke = HttpRequest.newBuilder(URI.create(cluster.node(0).url() + "/revocations"))
                    .headers("Authorization", "Bearer " + admin, "Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("{\"sub\":\"alice\"}"));
            HttpResponse<String> revoked = send(revoke);
            assertThat(revoked.statusCode()).as(revoked.body()).isBetween(200, 201);

            stream.until("revoked");

            for (int i = 0; i < cluster.size(); i++) {
                var read = HttpRequest.newBuilder(URI.create(cluster.node(i).url() + "/channels/news?as=json"))
                        .header("Authorization", "Bearer " + reader);
                Await.that(() -> send(read).statusCode() == 401);
            }
        }
    }
}
