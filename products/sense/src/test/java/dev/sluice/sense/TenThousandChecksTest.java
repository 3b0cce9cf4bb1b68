package dev.sluice.sense;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Response;
import dev.sluice.Sluice;
import dev.sluice.sense.json.SenseJson;
import dev.sluice.server.Await;
import dev.sluice.server.Browser;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Ten thousand checks with an interval of ten seconds in a separate process, and their cost. The figures are
/// printed (`docs/evidence/sense.md`). The wall is compared with the page of the hub, which shows no checks:
/// both take longer on a slower machine.
@Tag("long")
@Tag("alone")
class TenThousandChecksTest {
    private static final int CHECKS = 10_000;
    private static final long MEASURED_S = 60;

    /// Enough for a cold start beside other programs.
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final HttpClient client = HttpClient.newHttpClient();
    private URI sense;

    @TempDir
    private Path folder;

    @Test
    void runOnTimeWithAWallInTwiceTheTimeOfTheHubsPageAndActionsWithin200Milliseconds() throws Exception {
        try (var target = Sluice.inMemory()
                .port(0)
                .withoutShutdownHook()
                .get("/ok", _ -> Response.text("well"))
                .start()) {
            var file = new StringBuilder();
            for (int i = 0; i < CHECKS; i++)
                file.append("[[check]]\nname = \"c%d\"\ntype = \"http\"\ninterval = \"10s\"\nurl = \"%s/ok\"\n"
                        .formatted(i, target.uri()));
            Files.writeString(folder.resolve("sense.toml"), file);
            Process process = SenseProgram.start(folder);
            try {
                Await.that(PATIENCE, () -> Files.exists(folder.resolve("uri")), () -> "Sense has not started");
                sense = URI.create(Files.readString(folder.resolve("uri")) + "/sense/");
                awaitSteady();
                measure(process.pid());
            } finally {
                process.destroyForcibly().waitFor();
            }
        }
    }

    /// Waits until each check is up and no run was skipped for two intervals: a cold start has more runs than
    /// the processors have time for, especially beside other programs.
    private void awaitSteady() throws Exception {
        long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
        Object before = -1;
        for (Object missed = missed(); !missed.equals(before) || up() < CHECKS; missed = missed()) {
            assertThat(System.nanoTime()).as("runs left out: " + missed).isLessThan(deadlineNs);
            before = missed;
            new CountDownLatch(1).await(20, TimeUnit.SECONDS);
        }
    }

    private int up() throws Exception {
        return send("GET", "api/checks", "").body().split("\"state\":\"up\"", -1).length - 1;
    }

    private Object missed() throws Exception {
        return SenseJson.object(send("GET", "api/self", "").body()).get("missed");
    }

    private void measure(long pid) throws Exception {
        Object missed = missed();
        long before = cpuMs(pid);
        new CountDownLatch(1).await(MEASURED_S, TimeUnit.SECONDS);
        double cores = (cpuMs(pid) - before) / 1000.0 / MEASURED_S;
        Map<String, Object> self = SenseJson.object(send("GET", "api/self", "").body());

        List<Duration> walls = new ArrayList<>();
        List<Duration> pages = new ArrayList<>();
        try (var browser = Browser.english().on(1440, 900, "light")) {
            for (int i = 0; i < 5; i++) {
                walls.add(timed(() -> browser.open(sense).await("document.querySelector('.sense-tile .sense-word')")));
                browser.open("about:blank");
                pages.add(timed(() -> browser.open(sense.resolve("/")).awaitState("open")));
                browser.open("about:blank");
            }
        }
        String definition = "{\"type\":\"tcp\",\"host\":\"localhost\",\"port\":" + sense.getPort() + "}";
        List<Duration> actions = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            actions.add(timed(() -> send("PUT", "api/checks/added", definition)));
            actions.add(timed(() -> send("POST", "api/try", definition)));
            actions.add(timed(() -> send("GET", "api/checks/c7/uptime", "")));
            actions.add(timed(() -> send("GET", "api/incidents", "")));
            actions.add(timed(() -> send("DELETE", "api/checks/added", "")));
        }
        List<Duration> seen = List.copyOf(walls);
        walls.sort(null);
        pages.sort(null);
        actions.sort(null);
        System.out.println("10,000 checks at 10 s: cores=" + cores + " rss=" + rss(pid) + " self=" + self + " wall="
                + seen + " page of the hub=" + pages + " actions: median=" + actions.get(actions.size() / 2)
                + " slowest=" + actions.getLast());
        assertThat((Integer) self.get("drift_p99_ms")).isLessThan(1_000);
        assertThat(self).containsEntry("missed", missed).containsEntry("live_dropped", 0);
        assertThat(walls.get(walls.size() / 2))
                .isLessThan(pages.get(pages.size() / 2).multipliedBy(2));
        assertThat(actions.get(actions.size() / 2)).isLessThan(Duration.ofMillis(200));
    }

    private interface Action {
        void run() throws Exception;
    }

    private static Duration timed(Action action) throws Exception {
        long start = System.nanoTime();
        action.run();
        return Duration.ofMillis((System.nanoTime() - start) / 1_000_000);
    }

    /// Returns the processor time of a process; proc(5) has it in ticks of 10 ms after the name in
    /// parentheses.
    private static long cpuMs(long pid) throws Exception {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return 10 * (Long.parseLong(fields[11]) + Long.parseLong(fields[12]));
    }

    private static String rss(long pid) throws Exception {
        return Files.readString(Path.of("/proc/" + pid + "/status"))
                .lines()
                .filter(line -> line.startsWith("VmRSS"))
                .findFirst()
                .orElse("")
                .replaceAll("\\s+", " ");
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        var request = HttpRequest.newBuilder(sense.resolve(path)).method(method, BodyPublishers.ofString(body));
        return client.send(request.build(), BodyHandlers.ofString());
    }
}
