package dev.sluice.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.TestServer;
import dev.sluice.server.proxy.HostileProxy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Tests publishing with `curl`.
@Timeout(600)
final class CurlPublishTest {
    @TempDir
    private Path folder;

    @Test
    void publishesRequestBodies() throws Exception {
        try (var server = TestServer.start()) {
            String news = server.uri("/channels/news").toString();
            assertThat(end(curl("-d", "hello", news)).path("channel").asString())
                    .isEqualTo("news");
            end(curl("-d", "a=1&b=%20+", news)); // curl labels it a form, but it is published as text.
            end(curl("--json", "{\"a\": [1,2]}", news));
            end(curl("-H", "Content-Type: text/plain; charset=utf-8", "--data-binary", "two\nlines, 世界\n", news));
            assertThat(data(server, "news"))
                    .containsExactly("\"hello\"", "\"a=1&b=%20+\"", "{\"a\":[1,2]}", "\"two\\nlines, 世界\\n\"");
        }
    }

    @Test
    void sendsALargeFileAfter100Continue() throws Exception {
        try (var server = TestServer.start();
                var proxy = HostileProxy.before(server)) {
            String text = "a line of a log\n".repeat(40_000);
            Path file = Files.writeString(folder.resolve("file"), text);
            String files = proxy.uri("/channels/files").toString();
            end(curl("-H", "Expect: 100-continue", "-T", file.toString(), files + "?type=log"));
            var connection = proxy.connections().getFirst();
            assertThat(connection.sentByClient()).startsWith("PUT /channels/files?type=log HTTP/1.1\r\n");
            assertThat(connection.sentToClient()).startsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 ");
            JsonNode event = events(server, "files").get(0);
            assertThat(event.path("type").asString()).isEqualTo("log");
            assertThat(event.path("data").asString()).isEqualTo(text);
        }
    }

    @Test
    void isRefusedBeforeSendingATooLargeFile() throws Exception {
        try (var server = TestServer.start();
                var proxy = HostileProxy.before(server)) {
            Path file = Files.write(folder.resolve("file"), new byte[2 << 20]);
            String files = proxy.uri("/channels/files").toString();
            JsonNode answer = end(curl("-H", "Expect: 100-continue", "-T", file.toString(), files));
            assertThat(answer.path("status").asInt()).isEqualTo(413);
            assertThat(proxy.connections().getFirst().sentToClient()).startsWith("HTTP/1.1 413 ");
        }
    }

    /// `tail -F app.log | curl -T - …?split=line`: each line is published as soon as it is written.
    @Test
    void publishesEachLineDuringTheUpload() throws Exception {
        try (var server = TestServer.start()) {
            var received = new ReceivedEvents();
            try (var _ = CurlClient.JSON_LINES.follow(server.uri("/channels/log?after=earliest"), null, received)) {
                Process upload = curl(
                        "-X",
                        "POST",
                        "-T",
                        "-",
                        server.uri("/channels/log?split=line").toString());
                var expected = new ArrayList<String>();
                for (String line : List.of("one", "two 世界", "three")) {
                    upload.outputWriter().append(line).append("\n").flush();
                    expected.add(line);
                    assertThat(received.awaitTexts(expected.size())).isEqualTo(expected);
                }
                upload.outputWriter().close();
                JsonNode answer = end(upload);
                assertThat(answer.path("count").asInt()).isEqualTo(3);
                assertThat(answer.path("last").asString()).isEqualTo(received.awaitCursor());
            }
        }
    }

    /// A key for the whole upload gives each line a key, so repeating the upload adds only missing lines.
    @Test
    void resendsABrokenUploadWithoutDuplicates() throws Exception {
        try (var server = TestServer.start();
                var proxy = HostileProxy.before(server)) {
            List<String> lines =
                    IntStream.range(0, 2_000).mapToObj(n -> "line " + n).toList();
            List<String> command = List.of(
                    "-X",
                    "POST",
                    "-H",
                    "Idempotency-Key: upload-1",
                    "-T",
                    "-",
                    proxy.uri("/channels/log?split=line").toString());
            var received = new ReceivedEvents();
            try (var _ = CurlClient.JSON_LINES.follow(server.uri("/channels/log"), null, received)) {
                received.awaitCursor();
                Process broken = curl(command.toArray(String[]::new));
                broken.outputWriter()
                        .append(String.join("\n", lines.subList(0, 700)) + "\nline 7")
                        .flush();
                received.awaitTexts(700);
                proxy.reset();
                broken.outputWriter().close(); // curl does not notice the reset while it waits for input.
                assertThat(broken.waitFor()).isNotZero();

                Process again = curl(command.toArray(String[]::new));
                again.outputWriter().append(String.join("\n", lines) + "\n").close();
                assertThat(end(again).path("count").asInt()).isEqualTo(2_000);
                assertThat(received.awaitTexts(2_000)).isEqualTo(lines);
            }
            assertThat(events(server, "log?last=1").get(0).path("data").asString())
                    .isEqualTo("line 1999");
        }
    }

    private static Process curl(String... options) throws IOException {
        return new ProcessBuilder(Stream.concat(Stream.of("curl", "--silent"), Stream.of(options))
                        .toList())
                .start();
    }

    private static JsonNode end(Process curl) throws Exception {
        String answer = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(curl.waitFor()).as(answer).isZero();
        return Envelopes.parse(answer);
    }

    private static JsonNode events(TestServer server, String path) {
        return Envelopes.parse(server.get("/channels/" + path).body()).path("events");
    }

    private static List<String> data(TestServer server, String channel) {
        return events(server, channel)
                .valueStream()
                .map(event -> event.path("data").toString())
                .toList();
    }
}
