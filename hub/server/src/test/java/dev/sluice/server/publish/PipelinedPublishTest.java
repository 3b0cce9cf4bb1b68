package dev.sluice.server.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.log.Retention;
import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import dev.sluice.storage.RocksLog;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Publishes of one connection that wait for the disk together: all as if each had waited for the one before.
final class PipelinedPublishTest {
    private static final int REQUESTS = 2_000;

    @TempDir
    private Path folder;

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private @Nullable TestServer server;

    private TestServer start() {
        RocksLog log = RocksLog.builder(folder)
                .retention(_ -> Retention.ALL)
                .reserveBytes(0)
                .open();
        TestServer started = TestServer.start(log, TestServer.settings(1));
        server = started;
        return started;
    }

    @AfterEach
    void stop() {
        if (server != null) server.close();
    }

    private static String request(String line, String body) {
        String type = line.endsWith("/channels") ? "Content-Type: application/x-ndjson\r\n" : "";
        return line + " HTTP/1.1\r\nHost: localhost\r\n" + type + "Content-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body;
    }

    private static List<String> found(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map((MatchResult each) -> each.group(1))
                .toList();
    }

    private static long position(String id) {
        return Long.parseLong(id.substring(id.indexOf('-') + 1), 36);
    }

    /// The data of a channel's events, in order.
    private static List<String> events(TestServer server, String channel) {
        String all = server.get("/channels/" + channel + "?as=json&after=earliest&limit=1000")
                .body();
        return found("(data-\\d+);", all);
    }

    /// What a client that waits for each answer would get.
    @Test
    void answersAndStoresEachAsIfSentAlone() {
        Map<String, List<String>> expected = new HashMap<>();
        List<String> statuses = new ArrayList<>();
        StringBuilder sent = new StringBuilder();
        for (int i = 0; i < REQUESTS; i++) {
            String channel = "c" + random.nextInt(3);
            switch (random.nextInt(20)) {
                case 0 -> {
                    sent.append(request("GET /channels/" + channel + "?as=json&last=1", ""));
                    List<String> known = expected.getOrDefault(channel, List.of());
                    statuses.add("200 " + (known.isEmpty() ? "none" : known.getLast()));
                }
                case 1 -> {
                    sent.append(request("POST /channels/" + channel + "?type=" + "x".repeat(300), "data"));
                    statuses.add("400");
                }
                case 2 -> {
                    sent.append(request(
                            "POST /channels", "{\"channel\":\"" + channel + "\",\"data\":\"data-" + i + ";\"}"));
                    expected.computeIfAbsent(channel, _ -> new ArrayList<>()).add("data-" + i);
                    statuses.add("200");
                }
                default -> {
                    sent.append(request("POST /channels/" + channel, "data-" + i + ";"));
                    expected.computeIfAbsent(channel, _ -> new ArrayList<>()).add("data-" + i);
                    statuses.add("201");
                }
            }
        }
        TestServer running = start();
        try (RawClient client = new RawClient(running)) {
            Thread.ofVirtual()
                    .start(() -> client.send(
                            sent + "GET /channels/end HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
            String answers = client.rest();
            List<String> found = new ArrayList<>();
            for (String answer : answers.split("(?=HTTP/1\\.1 \\d{3} )")) {
                String status = answer.substring(9, 12);
                List<String> data = found("(data-\\d+);", answer);
                boolean isRead = answer.contains("\"events\"");
                found.add(isRead ? "200 " + (data.isEmpty() ? "none" : data.getLast()) : status);
            }
            found.removeLast(); // That of the end.
            assertThat(found).as("seed %d", seed).isEqualTo(statuses);
            List<Long> positions = found("\"id\":\"([^\"]*)\",\"channel\":\"c\\d\"}\n", answers).stream()
                    .map(PipelinedPublishTest::position)
                    .toList();
            assertThat(positions).as("seed %d", seed).isSorted().doesNotHaveDuplicates();
        }
        expected.forEach((channel, data) ->
                assertThat(events(running, channel)).as("seed %d", seed).isEqualTo(data));
    }

    @Test
    void refusesWhatFollowsTheEndOfItsChannel() {
        TestServer running = start();
        try (RawClient client = new RawClient(running)) {
            String publish = request("POST /channels/a", "data-1;");
            String end = request("POST /channels/a?close=true", "");
            for (int i = 0; i < 3; i++)
                client.send(request("POST /channels/b", "data-1;")).until("\"b\"}");
            client.send(publish.repeat(4) + end + publish.repeat(4) + request("POST /channels/last", "x"));
            String answers = client.until("\"last\"}");
            assertThat(found("HTTP/1.1 (\\d+)", answers))
                    .containsExactly("201", "201", "201", "201", "201", "409", "409", "409", "409", "201");
        }
        assertThat(running.log().channel(new ChannelName("a")).events()).isEqualTo(4);
    }
}
