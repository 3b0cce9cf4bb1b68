package dev.sluice.app.killed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sense.limit.SenseLimits;
import dev.sluice.server.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sense while no name server answers. The JVM has 256 platform threads for its virtual ones, and looking up a name
/// holds one: without more of them, all checks, the API and the pages would stand still.
final class SilentNameServerTest {
    private static final int RUNS_MAX = SenseLimits.DEFAULT.runs();

    /// Fewer than run at once.
    private static final int SILENT = RUNS_MAX - 24;

    private static final String CHECK = """
            [[check]]
            name = "s%1$d"
            type = "tcp"
            host = "s%1$d.silent"
            port = 80
            interval = "1h"
            timeout = "5m"

            """;

    private final Semaphore connected = new Semaphore(0);

    @TempDir
    private Path folder;

    /// The JVM would cache failed look-ups for ten seconds, and all runs that confirm a failure would fail.
    @Test
    void delaysNoOtherChecksUntilAllSlotsWaitForNames() throws Exception {
        try (var target = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                var http = HttpClient.newHttpClient()) {
            Thread.ofVirtual().start(() -> accept(target));
            Path file = folder.resolve("sense.toml");
            Files.writeString(file, checks(target.getLocalPort(), SILENT));
            try (var sense = new HubProcess(withSilentNames(), "sense", folder.resolve("data"), "--config=" + file)) {
                Await.that(() -> self(http, sense, "running") >= SILENT);
                connected.drainPermits();
                assertThat(connected.tryAcquire(3, 60, TimeUnit.SECONDS)).isTrue();
                Await.that(() -> get(http, sense, "checks/late").contains("\"state\":\"up\""));
                assertThat(get(http, sense, "incidents")).contains("[").doesNotContain("late");

                Files.writeString(file, checks(target.getLocalPort(), RUNS_MAX + 50));
                Await.that(() -> self(http, sense, "running") == RUNS_MAX && self(http, sense, "backlog_ms") > 1_000);
            }
        }
    }

    private void accept(ServerSocket target) {
        try {
            while (true) {
                target.accept().close();
                connected.release();
            }
        } catch (IOException closed) {
            return;
        }
    }

    private static String checks(int port, int silent) {
        var all = new StringBuilder("[[check]]\nname = \"alive\"\ntype = \"tcp\"\nhost = \"127.0.0.1\"\n")
                .append("port = " + port + "\ninterval = \"1s\"\n\n")
                .append("[[check]]\nname = \"late\"\ntype = \"tcp\"\nhost = \"once.late\"\n")
                .append("port = " + port + "\ninterval = \"1s\"\n\n");
        for (int i = 0; i < silent; i++) all.append(CHECK.formatted(i));
        return all.toString();
    }

    /// A figure of Sense about itself; -1 if it does not answer.
    private static long self(HttpClient http, HubProcess sense, String figure) {
        var found = Pattern.compile("\"" + figure + "\":(\\d+)").matcher(get(http, sense, "self"));
        return found.find() ? Long.parseLong(found.group(1)) : -1;
    }

    /// Returns an answer of the API; empty if there is none.
    private static String get(HttpClient http, HubProcess sense, String path) {
        var request = HttpRequest.newBuilder(URI.create(sense.url() + "/sense/api/" + path))
                .timeout(Duration.ofSeconds(10))
                .build();
        try {
            return http.send(request, BodyHandlers.ofString()).body();
        } catch (IOException silence) {
            return "";
        } catch (InterruptedException ended) {
            throw new AssertionError(ended);
        }
    }

    /// The start of a command whose JVM looks up names with [SilentNames].
    private List<String> withSilentNames() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Path classes = folder.resolve("classes");
        Path services = Files.createDirectories(classes.resolve("META-INF/services"));
        Files.writeString(services.resolve("java.net.spi.InetAddressResolverProvider"), SilentNames.class.getName());
        for (String each : List.of("SilentNames.class", "SilentNames$Resolver.class")) {
            Path copy = classes.resolve("dev/sluice/app/killed").resolve(each);
            Files.createDirectories(copy.getParent());
            try (var from = SilentNames.class.getResourceAsStream(each)) {
                Files.copy(from, copy);
            }
        }
        return List.of(
                "env", "JDK_JAVA_OPTIONS=-Xbootclasspath/a:%s -D%s=%s".formatted(classes, SilentNames.PIPE, pipe));
    }
}
