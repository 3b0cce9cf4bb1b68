package dev.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The guide to the HTTP API shows the answers of a hub. Its commands run in order, and their output is
/// compared, except for the epochs of ids, times and random values. Left out are those that need a second
/// terminal or a WebSocket.
@Timeout(600)
final class HttpApiGuideTest {
    private static final Path DOCS = Path.of("").toAbsolutePath().getParent().resolve("docs");
    private static final Pattern BLOCK =
            Pattern.compile("```(sh|js)\n(.*?)\n```\n(?:```(?:json|text)\n(.*?)\n```\n)?", Pattern.DOTALL);
    private static final Pattern EPOCH = Pattern.compile("\"id\":\"([a-z0-9]+)-");

    /// @param output the text directly after the command, if there is one
    private record Block(
            String language, String command, @Nullable String output) {
        boolean isForOneTerminal() {
            return language.equals("sh")
                    && command.contains("curl ")
                    && !(isStream() && output == null)
                    && !command.contains("join=")
                    && !command.contains("/presence/");
        }

        boolean isStream() {
            return command.contains("curl -N") || command.contains("wait=");
        }

        /// All lines, or as many as the page has of a stream, which does not end by itself.
        long linesMax() {
            return isStream() && output != null ? output.lines().count() : Long.MAX_VALUE;
        }
    }

    private static List<Block> blocks(String page) throws IOException {
        return BLOCK.matcher(Files.readString(DOCS.resolve(page)))
                .results()
                .map(block -> new Block(block.group(1), block.group(2), block.group(3)))
                .toList();
    }

    @Test
    void showsTheSameInBothLanguages() throws IOException {
        assertThat(blocks("http-api.zh-CN.md")).isEqualTo(blocks("http-api.md"));
    }

    @Test
    void showsWhatAHubAnswers(@TempDir Path folder) throws Exception {
        Files.write(folder.resolve("icon.png"), new byte[] {1, 2, 3});
        var compared = new ArrayList<String>();
        try (TestHub hub = new TestHub()) {
            String epoch = "";
            String shownEpoch = "";
            for (var block : blocks("http-api.md")) {
                if (block.command().contains("'from a WebSocket'")) {
                    run(hub, folder, "curl -d 'from a WebSocket' localhost:8420/channels/news", 1);
                }
                if (!block.isForOneTerminal()) continue;
                String expected = block.output() == null ? "" : block.output();
                String command = block.command().replace(shownEpoch + "-", epoch + "-");
                String output = run(hub, folder, command, block.linesMax());
                if (epoch.isEmpty()) {
                    epoch = epochOf(output);
                    shownEpoch = epochOf(expected);
                }
                if (block.output() == null) continue;
                assertThat(alike(output, epoch)).as(block.command()).isEqualTo(alike(expected, shownEpoch));
                compared.add(block.command());
            }
        }
        assertThat(compared).hasSizeGreaterThanOrEqualTo(20);
    }

    private static String epochOf(String output) {
        var matcher = EPOCH.matcher(output);
        assertThat(matcher.find()).as(output).isTrue();
        return matcher.group(1);
    }

    private static String alike(String output, String epoch) {
        return output.replace(epoch + "-", "EPOCH-")
                .replaceAll("\"time\":\"[^\"]+\"", "\"time\":\"\"")
                .replaceAll("(?m)^(date|retry|content-length): .*", "$1");
    }

    /// The output of a command, without the progress of a search, which a slow machine prints.
    private static String run(TestHub hub, Path folder, String command, long linesMax) throws Exception {
        int port = URI.create(hub.url()).getPort();
        var process = new ProcessBuilder(
                        "bash", "-c", command.replace(":8420", ":" + port).replace("curl ", "curl -sS "))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        var lines = new ArrayList<String>();
        try (BufferedReader out = process.inputReader()) {
            while (lines.size() < linesMax) {
                String line = out.readLine();
                if (line == null) break;
                if (!line.startsWith("{\"progress\":")) lines.add(line);
            }
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
        process.waitFor();
        return String.join("\n", lines);
    }
}
