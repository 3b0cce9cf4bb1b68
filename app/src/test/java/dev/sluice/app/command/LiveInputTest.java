package dev.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/// A running system's own output, piped into `sluice pub` as it comes and watched over every transport at the same
/// time:
/// the same ids in the same order everywhere.
final class LiveInputTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Pattern ENVELOPE_ID = Pattern.compile("\"id\":\"([^\"]+)\"");

    /// What the package manager has written where there is one, and figures as they come.
    private static final String INPUT = "tail -n 300 /var/log/dpkg.log 2>/dev/null; vmstat 1 5";

    private static final String SLUICE = "'%s/bin/java' -cp '%s' dev.sluice.app.Main "
            .formatted(System.getProperty("java.home"), System.getProperty("java.class.path"));

    /// Notes the id of each event; both begin with the oldest, so that it does not matter when they were there.
    private static final String WATCH = """
            window.sse = [];
            window.ws = [];
            const events = new EventSource('/channels/live?after=earliest');
            events.onmessage = event => window.sse.push(event.lastEventId);
            const socket = new WebSocket(`ws://${location.host}/channels/live?after=earliest`);
            socket.onmessage = message => {
                const said = JSON.parse(message.data);
                if (said.id) window.ws.push(said.id);
            };
            """;

    @Test
    void isTheSameOverEveryTransport() throws Exception {
        try (TestHub hub = new TestHub()) {
            ChromeDriver browser = browser();
            try {
                String channel = hub.url() + "/channels/live?after=earliest";
                browser.get(hub.url() + "/livez");
                browser.executeScript(WATCH);
                CompletableFuture<String> sse = run("curl -sN -H 'Accept: text/event-stream' '" + channel + "'");
                CompletableFuture<String> lines = run("curl -sN '" + channel + "&as=ndjson'");
                CompletableFuture<String> text = run("curl -sN '" + channel + "&as=text'");
                CompletableFuture<String> sub = run(SLUICE + "sub live --after earliest --json --url " + hub.url());
                CompletableFuture<List<String>> polls = CompletableFuture.supplyAsync(() -> longPolls(hub));

                String published = run("(" + INPUT + ") | " + SLUICE + "pub live --close --url " + hub.url())
                        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                assertThat(published).contains("events");

                List<String> ids = ids(ENVELOPE_ID, await(lines));
                assertThat(ids).hasSizeGreaterThanOrEqualTo(7).doesNotHaveDuplicates();
                assertThat(sseIds(await(sse))).as("curl, SSE").isEqualTo(ids);
                assertThat(ids(ENVELOPE_ID, await(sub))).as("sluice sub").isEqualTo(ids);
                assertThat(polls.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .as("long poll")
                        .isEqualTo(ids);
                assertThat(await(text)).as("curl, text").isEqualTo(data(await(lines)));
                assertSeen(browser, "sse", ids);
                assertSeen(browser, "ws", ids);
                picture(browser, hub, ids.getLast());
            } finally {
                quit(browser);
            }
        }
    }

    /// Each poll from the cursor of the last, until all has come and the channel has ended.
    private static List<String> longPolls(TestHub hub) {
        List<String> ids = new ArrayList<>();
        String after = "earliest";
        String answer = "";
        while (!answer.contains("\"closed\":true")) {
            answer = run("curl -s '" + hub.url() + "/channels/live?wait=10&after=" + after + "'")
                    .join();
            ids.addAll(ids(ENVELOPE_ID, answer));
            after = ids(Pattern.compile("\"cursor\":\"([^\"]+)\""), answer).getLast();
        }
        return ids;
    }

    private static String await(CompletableFuture<String> output) throws Exception {
        return output.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static CompletableFuture<String> run(String command) {
        try {
            Process process = new ProcessBuilder("bash", "-c", command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            return CompletableFuture.supplyAsync(() -> {
                try {
                    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                } catch (IOException failed) {
                    throw new AssertionError(command, failed);
                }
            });
        } catch (IOException failed) {
            throw new AssertionError(command, failed);
        }
    }

    private static List<String> ids(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(result -> result.group(1)).toList();
    }

    /// Of blocks that have data and are not the server's own.
    private static List<String> sseIds(String stream) {
        return Arrays.stream(stream.split("\n\n"))
                .filter(block -> block.contains("data: ") && !block.contains("event: sluice."))
                .map(block -> block.substring(block.indexOf("id: ") + 4).strip())
                .toList();
    }

    /// The data of all envelopes, one behind the other. Output of programs has few characters that JSON escapes.
    private static String data(String lines) {
        StringBuilder all = new StringBuilder();
        for (MatchResult data : Pattern.compile("\"data\":\"((?:[^\"\\\\]|\\\\.)*)\"")
                .matcher(lines)
                .results()
                .toList()) {
            all.append(data.group(1).replace("\\t", "\t").replace("\\\"", "\"").replace("\\\\", "\\"));
        }
        return all.toString();
    }

    private static void assertSeen(ChromeDriver browser, String name, List<String> ids) {
        until(() -> ids.equals(browser.executeScript("return window." + name)), name + " sees " + ids);
    }

    /// The channel's page with what has come, for who wants to look at it.
    private static void picture(ChromeDriver browser, TestHub hub, String last) throws IOException {
        browser.get(hub.url() + "/channels/live?last=7");
        until(() -> browser.findElement(By.tagName("body")).getText().contains(last), "the page shows " + last);
        Path folder = Files.createDirectories(Path.of("target", "screens"));
        Files.write(folder.resolve("live-input.png"), browser.getScreenshotAs(OutputType.BYTES));
    }

    /// Asks the browser until it says so; each question waits for its answer.
    private static void until(BooleanSupplier isSo, String what) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!isSo.getAsBoolean()) assertThat(System.nanoTime()).as(what).isLessThan(deadline);
    }

    private static ChromeDriver browser() {
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(program("chromedriver"))
                .usingAnyFreePort()
                .build();
        ChromeOptions options = new ChromeOptions();
        options.setBinary(program("chromium"));
        options.addArguments(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--window-size=1200,800");
        return new ChromeDriver(service, options);
    }

    private static File program(String name) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> new File(folder, name))
                .filter(File::canExecute)
                .findFirst()
                .orElseThrow(() -> new AssertionError("'" + name + "' is not on the PATH: install it"));
    }

    private static void quit(ChromeDriver browser) {
        try {
            browser.quit();
        } catch (WebDriverException failed) {
            // The browser is closed; its driver is merely slow to end itself on a busy machine.
            String message = String.valueOf(failed.getMessage());
            if (!message.contains("Timed out waiting for driver server to shutdown")) throw failed;
        }
    }
}
