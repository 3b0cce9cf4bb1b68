package dev.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.app.SluiceCommand;
import dev.sluice.server.Browser;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Runs each command of the README against a hub on another port.
final class ReadmeTest {
    private static final Path HOME = Path.of("").toAbsolutePath().getParent();
    private static final Pattern SHELL = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);
    private static final Pattern TOML = Pattern.compile("```toml\n(.*?)```", Pattern.DOTALL);
    private static final Pattern SOURCE = Pattern.compile("\\[[^]]+]\\(([^)\\s]+)\\)");
    private static final int LINES_MAX = 120;

    /// Commands that install Sluice or run for ever; the tests of packages and of `serve` run them.
    private static final Pattern ELSEWHERE =
            Pattern.compile("tar .*|export PATH=.*|sudo apt .*|skopeo .*|docker compose .*|sluice serve");
    private static final long SECONDS_MAX = 240;

    @TempDir
    private Path folder;

    private static final String SLUICE =
            SluiceCommand.of().stream().map(word -> "'" + word + "'").collect(Collectors.joining(" ", "", " "));

    @Test
    void hasTheSameCommandsInBothLanguages() throws IOException {
        assertThat(commands("README.zh-CN.md")).isEqualTo(commands("README.md"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "README.zh-CN.md"})
    void linksOnlyToExistingFiles(String readme) throws IOException {
        List<String> links = Pattern.compile("\\]\\(([^)#:]+)\\)")
                .matcher(Files.readString(HOME.resolve(readme)))
                .results()
                .map(link -> link.group(1))
                .toList();
        assertThat(links)
                .isNotEmpty()
                .allSatisfy(link -> assertThat(HOME.resolve(link)).exists());
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "README.zh-CN.md"})
    void isShort(String readme) throws IOException {
        assertThat(Files.readString(HOME.resolve(readme)).lines()).hasSizeLessThanOrEqualTo(LINES_MAX);
    }

    /// A document of the other product, or a test of Sluice.
    @ParameterizedTest
    @ValueSource(strings = {"README.md", "README.zh-CN.md"})
    void namesTheSourceOfEachCellOfItsComparison(String readme) throws IOException {
        List<List<String>> rows = comparison(readme);
        assertThat(rows).hasSizeGreaterThanOrEqualTo(6);
        for (List<String> row : rows) {
            assertThat(row).hasSize(6);
            List<String> own = sources(row.get(1));
            assertThat(own).as(row.get(1)).isNotEmpty().allMatch(source -> source.matches(".*Test\\.java|LICENSE"));
            for (String cell : row.subList(2, row.size())) {
                assertThat(sources(cell)).as(cell).isNotEmpty().allMatch(source -> source.startsWith("https://"));
            }
        }
    }

    @Test
    void comparesWithTheSameSourcesInBothLanguages() throws IOException {
        assertThat(comparison("README.zh-CN.md").stream().map(row -> sources(String.join("", row))))
                .containsExactlyElementsOf(comparison("README.md").stream()
                        .map(row -> sources(String.join("", row)))
                        .toList());
    }

    private static List<String> sources(String cell) {
        return SOURCE.matcher(cell).results().map(link -> link.group(1)).toList();
    }

    /// The cells of the rows of the comparison, without its head.
    private static List<List<String>> comparison(String readme) throws IOException {
        return Files.readString(HOME.resolve(readme))
                .lines()
                .filter(line -> line.startsWith("| "))
                .skip(2)
                .map(line -> Stream.of(line.substring(2).split(" \\|( |$)")).toList())
                .toList();
    }

    /// Users serve such a page themselves, so its origin has to be allowed.
    @ParameterizedTest
    @ValueSource(strings = {"README.md", "README.zh-CN.md"})
    void allowsTheUsersOwnPageWithTheDocumentedFlag(String readme) throws Exception {
        String text = Files.readString(HOME.resolve(readme));
        String origin = found(text, "sluice serve --origin (\\S+)`");
        String path = found(text, "new EventSource\\('http://127\\.0\\.0\\.1:8420([^']+)'\\)");
        try (Running serve = Terminal.plain().start("serve", "--port", "0", "--memory", "--origin", origin)) {
            String hub = found(serve.firstLine(), "at (\\S+),");
            HttpRequest page = HttpRequest.newBuilder(URI.create(hub + path))
                    .headers("Origin", origin, "Accept", "text/event-stream", "Sec-Fetch-Site", "cross-site")
                    .build();
            try (HttpClient http = HttpClient.newHttpClient()) {
                HttpResponse<InputStream> answer = http.send(page, HttpResponse.BodyHandlers.ofInputStream());
                answer.body().close();
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.headers().firstValue("Access-Control-Allow-Origin"))
                        .hasValue(origin);
            }
        }
    }

    /// The line as a user pastes it, in a page that another server serves on another port.
    @Test
    void hasALineThatWorksInAnyPage() throws Exception {
        String line = found(Files.readString(HOME.resolve("README.md")), "```js\n(new EventSource.*)\n```");
        var pages = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        String origin = "http://localhost:" + pages.getAddress().getPort();
        pages.start();
        try (Running serve = Terminal.plain().start("serve", "--port", "0", "--memory", "--origin", origin);
                Browser browser = Browser.english()) {
            String hub = found(serve.firstLine(), "at (\\S+),");
            String script = "<!doctype html><body><script>console.log = text => document.body.append(text);"
                    + line.replace("http://127.0.0.1:8420", hub) + "</script>";
            pages.createContext("/", exchange -> {
                exchange.getResponseHeaders().set("Content-Type", "text/html");
                exchange.sendResponseHeaders(200, 0);
                try (exchange) {
                    exchange.getResponseBody().write(script.getBytes(StandardCharsets.UTF_8));
                }
            });
            var hello = HttpRequest.newBuilder(URI.create(hub + "/channels/news"))
                    .POST(HttpRequest.BodyPublishers.ofString("hello"))
                    .build();
            browser.open(origin + "/");
            // Again and again: an EventSource gets no event that was published before it was open.
            try (HttpClient http = HttpClient.newHttpClient();
                    var publishing = Executors.newSingleThreadScheduledExecutor()) {
                publishing.scheduleAtFixedRate(
                        () -> http.sendAsync(hello, HttpResponse.BodyHandlers.discarding()),
                        0,
                        100,
                        TimeUnit.MILLISECONDS);
                browser.await("document.body.innerText.includes('hello')");
                publishing.shutdownNow();
            }
            assertThat(browser.complaints()).isEmpty();
        } finally {
            pages.stop(0);
        }
    }

    @Test
    void hasTheSameConfigurationsInBothLanguages() throws IOException {
        assertThat(configurations("README.zh-CN.md")).hasSize(1).isEqualTo(configurations("README.md"));
    }

    @Test
    void letsEveryoneReadNewsAndOnlyTheBackendPublish() throws Exception {
        var made = Terminal.plain().run("key", "new", "backend");
        String hash = found(made.err(), "(sha256:[0-9a-f]{64})");
        String lines = configurations("README.md").getFirst().replaceFirst("sha256:[0-9a-f]{64}", hash);
        try (Running serve = serve(lines)) {
            assertThat(status(serve, "POST", "news", "")).isEqualTo(401);
            assertThat(status(serve, "POST", "news", made.out().strip())).isEqualTo(201);
            assertThat(status(serve, "GET", "news", "")).isEqualTo(200);
        }
    }

    private Running serve(String configuration) throws IOException {
        Files.writeString(folder.resolve("sluice.toml"), configuration);
        return new Terminal(folder, Map.of()).start("serve", "--port", "0", "--memory");
    }

    private static int status(Running serve, String method, String channel, String token) throws Exception {
        String port = found(serve.firstLine(), " at http://\\S+:(\\d+)");
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/channels/" + channel))
                .method(method, HttpRequest.BodyPublishers.ofString(method.equals("POST") ? "hello" : ""));
        if (!token.isEmpty()) request.header("Authorization", "Bearer " + token);
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    private static List<String> configurations(String readme) throws IOException {
        return TOML.matcher(Files.readString(HOME.resolve(readme)))
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    private static String found(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(pattern).isTrue();
        return matcher.group(1);
    }

    @Test
    void hasWorkingCommands() throws Exception {
        List<String> commandsRun = new ArrayList<>();
        try (TestHub hub = new TestHub()) {
            for (String command : commands("README.md")) {
                if (ELSEWHERE.matcher(command).matches()) continue;
                if (command.startsWith("curl -d"))
                    assertThat(output(hub, command)).contains("\"id\"");
                else if (command.contains("| sluice pub vmstat")) publishesByLine(hub, command);
                else receives(hub, command);
                commandsRun.add(command);
            }
        }
        assertThat(commandsRun).hasSizeGreaterThanOrEqualTo(5);
    }

    /// Runs a command that shows events; publishes until it has shown one.
    private static void receives(TestHub hub, String command) throws Exception {
        Process subscriber = start(hub, command);
        try {
            StringBuilder received = new StringBuilder();
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
            while (received.indexOf("hello") < 0) {
                assertThat(System.nanoTime())
                        .as(command + " received: " + received)
                        .isLessThan(deadline);
                output(hub, "curl -s -d hello http://127.0.0.1:8420/channels/news");
                InputStream out = subscriber.getInputStream();
                received.append(new String(out.readNBytes(out.available()), StandardCharsets.UTF_8));
            }
        } finally {
            end(subscriber);
        }
    }

    private static void publishesByLine(TestHub hub, String command) throws Exception {
        Process publisher = start(hub, command);
        try {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
            String events = "";
            // Two header lines and the first figures.
            while (events.split("\"id\"", -1).length < 4) {
                assertThat(System.nanoTime()).as(command + ": " + events).isLessThan(deadline);
                events = output(hub, "curl -s 'http://127.0.0.1:8420/channels/vmstat?after=earliest&wait=1'");
            }
            assertThat(events).contains("procs").contains("swpd");
        } finally {
            end(publisher);
        }
    }

    private static String output(TestHub hub, String command) throws Exception {
        Process process = start(hub, command);
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(command + ": " + out).isZero();
        return out;
    }

    private static Process start(TestHub hub, String command) throws IOException {
        int port = URI.create(hub.url()).getPort();
        String here = command.replace(":8420", ":" + port)
                .replaceAll("\\bsluice (?=[ps]ub )", Matcher.quoteReplacement(SLUICE));
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", here)
                .directory(HOME.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("SLUICE_URL", hub.url());
        return builder.start();
    }

    private static void end(Process process) throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        assertThat(process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
    }

    /// The lines of all shell blocks, except building and testing, which this test is part of.
    private static List<String> commands(String readme) throws IOException {
        return SHELL.matcher(Files.readString(HOME.resolve(readme)))
                .results()
                .map(MatchResult::group)
                .flatMap(String::lines)
                .filter(line -> !line.startsWith("```") && !line.isBlank())
                .toList();
    }
}
