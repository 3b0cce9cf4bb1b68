package dev.sluice.app.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.app.killed.HubProcess;
import dev.sluice.server.auth.identity.StaticKeys;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The programs of `docs/languages.md`, run by the commands of its table. All publish to one hub and subscribe
/// to it. The hub is killed in between, and another one refuses their streams before it is back.
final class LanguagesDocsTest {
    private static final Path DOCS = Path.of("..", "docs").toAbsolutePath().normalize();
    private static final Pattern PROGRAM = Pattern.compile("(?m)^`([\\w.]+)`[:：]\n\n```\\w+\n((?s:.*?\n))```$");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\S+) \\| `([^`]+)` \\| `([^`]+)` \\|$");
    private static final Pattern SETTINGS = Pattern.compile("```toml\n((?s:.*?\n))```");
    private static final Pattern EVENT = Pattern.compile("\"id\":\"([^\"]+)\",.*\"data\":(.+)}");
    private static final Pattern ANSWER = Pattern.compile("\"id\":\"([^\"]+)\"");
    private static final String SHOWN_ARGUMENTS = "created-1042 '{\"order\":1042}'";

    /// The first run of `go run` compiles Go's libraries.
    private static final int SECONDS_MAX = 180;

    private record Commands(String language, String publish, String subscribe) {}

    @Test
    void showsTheSameProgramsInBothLanguages() throws IOException {
        assertThat(programs("languages.zh-CN.md")).isEqualTo(programs("languages.md"));
        assertThat(commands("languages.zh-CN.md")).isEqualTo(commands("languages.md"));
        assertThat(settings("languages.zh-CN.md")).isEqualTo(settings("languages.md"));
    }

    @Test
    @Timeout(600)
    void publishesAndResumesInNodePythonAndShell(@TempDir Path folder) throws Exception {
        publishAndResume(folder, List.of("Node", "Python", "Shell"));
    }

    @Test
    @Tag("long") // Go and C# compile first.
    @Timeout(900)
    void publishesAndResumesInEveryLanguage(@TempDir Path folder) throws Exception {
        publishAndResume(folder, List.of("Node", "Python", "Go", "PHP", "Ruby", "C#", "Shell"));
    }

    private static void publishAndResume(Path folder, List<String> languages) throws Exception {
        var all = commands("languages.md").stream()
                .filter(each -> languages.contains(each.language))
                .toList();
        assertThat(all).extracting(Commands::language).containsExactlyElementsOf(languages);
        for (var program : programs("languages.md").entrySet()) {
            Files.writeString(folder.resolve(program.getKey()), program.getValue());
        }
        String key = StaticKeys.generate("backend", new SecureRandom());
        Path settings = folder.resolve("sluice.toml");
        Files.writeString(settings, settings("languages.md").replaceFirst("sha256:[0-9a-f]{64}", StaticKeys.hash(key)));
        List<Program> subscribers = new ArrayList<>();
        try (var hub = new HubProcess(
                List.of(), folder.resolve("data"), "--config=" + settings, "--set=subscribe.sse_retry=1s")) {
            var shell = new Shell(folder, Map.of("HUB", hub.url(), "TOKEN", key));
            List<String> published = new ArrayList<>();
            for (var each : all) subscribers.add(shell.start(each.language, each.subscribe));
            publishWithEach(all, shell, "first", published);
            for (var subscriber : subscribers) subscriber.awaitEvents(published);
            hub.kill();
            try (var _ = new FullHub(URI.create(hub.url()).getPort())) {
                for (var subscriber : subscribers) subscriber.awaitLine(FullHub.PROBLEM);
            }
            hub.restart();
            publishWithEach(all, shell, "second", published);
            for (var subscriber : subscribers) subscriber.awaitEvents(published);
        } finally {
            subscribers.forEach(Program::close);
        }
    }

    /// Publishes one event with each language.
    ///
    /// @param published gets the ids and the data of the events
    private static void publishWithEach(List<Commands> all, Shell shell, String round, List<String> published)
            throws Exception {
        for (var each : all) {
            String data = "{\"round\":\"%s\",\"language\":\"%s – 语言\"}".formatted(round, each.language);
            assertThat(each.publish).endsWith(SHOWN_ARGUMENTS);
            String command = each.publish.replace(SHOWN_ARGUMENTS, "'" + round + each.language + "' '" + data + "'");
            String id = shell.publish(each.language, command);
            assertThat(shell.publish(each.language, command)).as("a repeat").isEqualTo(id);
            published.add(id + " " + data);
        }
    }

    /// Refuses each stream as a hub does that is full, with a block that has no `id`.
    private static final class FullHub implements AutoCloseable {
        static final String PROBLEM = "{\"type\":\"/problems/full\",\"status\":503}";
        private static final byte[] STREAM =
                ("retry: 300\nevent: sluice.error\ndata: " + PROBLEM + "\n\n").getBytes(StandardCharsets.UTF_8);

        private final HttpServer server;

        FullHub(int port) throws IOException {
            server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
            server.createContext("/", exchange -> {
                exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
                exchange.sendResponseHeaders(200, STREAM.length);
                exchange.getResponseBody().write(STREAM);
                exchange.close();
            });
            server.start();
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    private record Shell(Path folder, Map<String, String> variables) {
        Program start(String language, String command) throws IOException {
            var builder = new ProcessBuilder("sh", "-c", command).directory(folder.toFile());
            // To a file, because each attempt to connect prints a line while the hub is away.
            Path errors = folder.resolve(language + ".err");
            builder.redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()));
            builder.environment().putAll(variables);
            return new Program(language, builder.start(), errors);
        }

        /// Runs a command that publishes; returns the id of the event.
        String publish(String language, String command) throws Exception {
            try (var program = start(language, command)) {
                var answer = ANSWER.matcher(program.nextLine());
                assertThat(answer.find()).isTrue();
                assertThat(program.process.waitFor(SECONDS_MAX, TimeUnit.SECONDS))
                        .isTrue();
                assertThat(program.process.exitValue()).as(language).isZero();
                return answer.group(1);
            }
        }
    }

    /// A program that runs, and what it has printed.
    private static final class Program implements AutoCloseable {
        private final String language;
        private final Process process;
        private final Path errors;
        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        private final List<String> events = new ArrayList<>();

        Program(String language, Process process, Path errors) {
            this.language = language;
            this.process = process;
            this.errors = errors;
            Thread.ofVirtual().start(() -> process.inputReader().lines().forEach(lines::add));
        }

        String nextLine() throws Exception {
            String line = lines.poll(SECONDS_MAX, TimeUnit.SECONDS);
            if (line != null) return line;
            return fail(
                    "%s printed no further line after %s%n%s".formatted(language, events, Files.readString(errors)));
        }

        void awaitLine(String expected) throws Exception {
            String line = nextLine();
            assertThat(line).as(language).isEqualTo(expected);
        }

        /// Waits until the program has printed as many events, and compares all of them.
        void awaitEvents(List<String> expected) throws Exception {
            while (events.size() < expected.size()) {
                String line = nextLine();
                if (line.equals(FullHub.PROBLEM)) continue; // It may have met the full hub several times.
                var event = EVENT.matcher(line);
                assertThat(event.find()).as(language + ": " + line).isTrue();
                events.add(event.group(1) + " " + event.group(2));
            }
            assertThat(events).as(language).isEqualTo(expected);
        }

        @Override
        public void close() {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static Map<String, String> programs(String page) throws IOException {
        Map<String, String> programs = new TreeMap<>();
        PROGRAM.matcher(read(page)).results().forEach(match -> programs.put(match.group(1), match.group(2)));
        assertThat(programs).hasSize(14);
        return programs;
    }

    private static List<Commands> commands(String page) throws IOException {
        return ROW.matcher(read(page))
                .results()
                .map(row -> new Commands(row.group(1), row.group(2), row.group(3)))
                .toList();
    }

    private static String settings(String page) throws IOException {
        var settings = SETTINGS.matcher(read(page));
        assertThat(settings.find()).isTrue();
        return settings.group(1);
    }

    private static String read(String page) throws IOException {
        return Files.readString(DOCS.resolve(page));
    }
}
