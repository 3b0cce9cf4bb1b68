package dev.sluice.app.killed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.SluiceCommand;
import dev.sluice.app.cli.CommandContext;
import dev.sluice.app.command.RootCommand;
import dev.sluice.core.Ports;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

final class RunClusterTest {
    @TempDir
    Path folder;

    /// An apostrophe would end a literal string of the nodes' configurations.
    private Path data() {
        return folder.resolve("Ann's cluster");
    }

    @Test
    void runsThreeNodesAndEndsAllOfThem() throws Exception {
        int port = Ports.inARow(6);
        Process process = new ProcessBuilder(SluiceCommand.of(
                        "cluster", "--data=" + data(), "--port=" + port, "--node-port=" + Ports.inARow(6)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<ProcessHandle> nodes;
        try (BufferedReader lines = process.inputReader();
                var client = HttpClient.newHttpClient()) {
            await(lines, "Three nodes, one log.");
            triesWhatItSays(lines);
            var read = URI.create("http://127.0.0.1:" + (port + 2) + "/channels/news?wait=60&after=earliest");
            assertThat(client.send(HttpRequest.newBuilder(read).build(), BodyHandlers.ofString())
                            .body())
                    .contains("hello");
            takesMessagesOfASessionAtAnyNode(client, "http://127.0.0.1:" + port, "http://127.0.0.1:" + (port + 1));
            assertThat(status("--json").out()).startsWith("{\"ok\":true,").contains("\"role\":\"leader\"");
            nodes = process.descendants().toList();
            nodes.getFirst().destroyForcibly();
            await(lines, "ended with code 137");
            Ended missing = status();
            assertThat(missing.code()).isEqualTo(2);
            assertThat(missing.out().lines()).hasSize(1 + 3);
            assertThat(missing.err())
                    .startsWith("sluice: ")
                    .contains("does not answer")
                    .hasLineCount(1);
            process.destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        assertThat(nodes).hasSize(3).noneMatch(ProcessHandle::isAlive);
    }

    /// The nodes end at once because the port is invalid, and their output has no reader.
    @Test
    @Timeout(300)
    void endsSilentlyWithoutAReaderOfItsOutput() {
        var gone = new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        var err = new ByteArrayOutputStream();
        var context =
                new CommandContext(InputStream.nullInputStream(), gone, err, Map.of(), folder, false, readerGone -> {});
        assertThat(RootCommand.run(context, "cluster", "--port=70000")).isEqualTo(141);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    /// Reads with the first command that is printed what the second one publishes.
    private static void triesWhatItSays(BufferedReader lines) throws Exception {
        String read = command(lines.readLine());
        assertThat(read).startsWith("sluice sub ");
        List<String> words = new ArrayList<>(List.of(read.split(" ")).subList(1, 5));
        words.addAll(List.of("--after", "earliest"));
        Process sub = new ProcessBuilder(SluiceCommand.of(words.toArray(String[]::new)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader events = sub.inputReader()) {
            String publish = command(lines.readLine());
            assertThat(new ProcessBuilder("sh", "-c", publish).start().waitFor())
                    .as(publish)
                    .isZero();
            assertThat(events.readLine()).isEqualTo("hello");
        } finally {
            sub.destroyForcibly();
        }
    }

    /// Without the explanation beside it.
    private static String command(String line) {
        return line.strip().split(" {2,}", 2)[0];
    }

    private static void takesMessagesOfASessionAtAnyNode(HttpClient client, String node, String other)
            throws Exception {
        var open = HttpRequest.newBuilder(URI.create(node + "/session"))
                .header("Accept", "text/event-stream")
                .build();
        try (var stream = client.send(open, BodyHandlers.ofInputStream()).body();
                var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            String welcome = lines.readLine();
            String session = JsonMapper.shared()
                    .readTree(welcome.substring("data:".length()))
                    .path("session")
                    .asString();
            String subscribe = "{\"op\":\"subscribe\",\"ref\":1,\"channels\":\"news\",\"after\":\"earliest\"}";
            assertThat(post(client, other + "/session/" + session, subscribe)).isEqualTo(204);
            await(lines, "hello");
            String random = session.substring(session.indexOf('.'));
            assertThat(post(client, other + "/session/" + session + "0", subscribe))
                    .as("another session of that node")
                    .isEqualTo(404);
            assertThat(post(client, other + "/session/0123456789abcdef" + random, subscribe))
                    .as("a session of no node")
                    .isEqualTo(404);
        }
    }

    private static int post(HttpClient client, String uri, String body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(uri))
                .header("Content-Type", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return client.send(request, BodyHandlers.discarding()).statusCode();
    }

    private record Ended(int code, String out, String err) {}

    /// Runs `sluice cluster status` in this process.
    private Ended status(String... options) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var context =
                new CommandContext(InputStream.nullInputStream(), out, err, Map.of(), folder, false, readerGone -> {});
        List<String> words = new ArrayList<>(List.of("cluster", "status", "--config=" + data().resolve("node-2.toml")));
        words.addAll(List.of(options));
        int code = RootCommand.run(context, words.toArray(String[]::new));
        return new Ended(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static void await(BufferedReader lines, String part) throws Exception {
        StringBuilder all = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            all.append(line).append('\n');
            if (line.contains(part)) return;
        }
        throw new AssertionError("ended without '" + part + "':\n" + all);
    }
}
