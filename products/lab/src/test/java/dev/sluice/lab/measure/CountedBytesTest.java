package dev.sluice.lab.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lab.client.LaneMetrics;
import dev.sluice.lab.hub.LabHub;
import dev.sluice.lab.line.CountingProxy;
import dev.sluice.lab.plan.Direction;
import dev.sluice.lab.plan.LabPlan;
import dev.sluice.lab.plan.LabTls;
import dev.sluice.lab.plan.Technique;
import dev.sluice.server.Await;
import dev.sluice.server.tls.DevelopmentCertificate;
import dev.sluice.wire.Trust;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Compares the lab's counts and times with independent counts and clocks.
@Timeout(120)
class CountedBytesTest {
    private static final int CLIENTS = 3;
    private static final int EVENTS = 40;
    private static final Duration INTERVAL =
            Duration.ofSeconds(3); // Long enough that a busy machine's delays are small in comparison.
    private static final Pattern RECEIVED = Pattern.compile("bytes_received:(\\d+)");
    private static final Pattern SENT = Pattern.compile("bytes_acked:(\\d+)");

    @TempDir
    private static Path folder;

    @AutoClose
    private static LabHub hub;

    private static SSLContext trust;

    @BeforeAll
    static void startHub() throws Exception {
        var made = DevelopmentCertificate.in(folder, Instant.now(), List.of("localhost", "127.0.0.1"));
        hub = LabHub.start(new LabTls(made.authority(), folder.resolve("hub.pem")), List.of(), List.of(), Map.of());
        trust = Trust.in(made.authority());
    }

    private static LabPlan plan(Technique lane) {
        return new LabPlan(
                List.of(lane),
                Direction.DOWN,
                100,
                200,
                1,
                CLIENTS,
                INTERVAL,
                Duration.ZERO,
                Duration.ofSeconds(1),
                Duration.ZERO,
                false);
    }

    @ParameterizedTest
    @EnumSource(names = {"LONG_POLLING", "SSE", "SSE_HTTP2", "FETCH_LINES", "FETCH_TEXT", "WEBSOCKET"})
    void countsTheBytesThatTheKernelAndAnotherRelayCount(Technique lane) throws Exception {
        var metrics = new LaneMetrics();
        try (var tap = new Tap(lane.isTls() ? hub.tlsAddress().orElseThrow() : hub.address());
                var line = CountingProxy.open("127.0.0.1", tap.address());
                var readers = LaneClients.open(lane, plan(lane), line.address(), trust, metrics);
                var publisher = HubPublisher.open(hub.address(), 1, 200, System::nanoTime)) {
            publisher.rate(100);
            Await.that(() -> publisher.published(0) >= EVENTS);
            publisher.rate(0);
            Await.that(() -> metrics.count().deliveries() == readers.expected(publisher));
            awaitQuiet(line);
            var counted = line.count();
            var sockets = sockets(line.address().getPort());

            assertThat(metrics.count().deliveries()).isGreaterThanOrEqualTo(CLIENTS * EVENTS);
            assertThat(counted.down()).isGreaterThan(CLIENTS * EVENTS * 200L).isCloseTo(tap.down.get(), twoPercent());
            assertThat(counted.up()).isPositive().isCloseTo(tap.up.get(), twoPercent());
            assertThat((double) counted.down()).isCloseTo(sum(SENT, sockets), twoPercent());
            assertThat((double) counted.up()).isCloseTo(sum(RECEIVED, sockets), twoPercent());
            assertThat(counted.connections()).isEqualTo(CLIENTS);
            if (!lane.isTls()) return;
            assertThat(metrics.count().plainDown())
                    .as("decrypted")
                    .isBetween(CLIENTS * EVENTS * 200L, counted.down() - 1);
            assertThat(metrics.count().plainUp()).as("before encryption").isBetween(1L, counted.up() - 1);
        }
    }

    @Test
    void timesAsTheHubsOwnTimesAndTheWallClockDo() throws Exception {
        var metrics = new LaneMetrics();
        try (var line = CountingProxy.open("127.0.0.1", hub.address());
                var tap = new Tap(line.address());
                var readers =
                        LaneClients.open(Technique.POLLING, plan(Technique.POLLING), tap.address(), null, metrics);
                var publisher = HubPublisher.open(hub.address(), 1, 200, System::nanoTime)) {
            metrics.measure(System.nanoTime(), Long.MAX_VALUE);
            publisher.rate(100);
            Await.that(() -> publisher.published(0) >= 8 * EVENTS);
            publisher.rate(0);
            Await.that(() -> metrics.count().deliveries() == readers.expected(publisher));

            var other =
                    tap.latenciesMs.stream().mapToLong(Long::longValue).sorted().toArray();
            var latency = metrics.latency();
            // The tap misses the time of an event that arrived in two reads.
            assertThat((double) other.length).isCloseTo(latency.count(), withinATenth());
            assertThat(latency.p50()).isCloseTo((double) other[other.length / 2], withinATenth());
            assertThat(latency.p90()).isCloseTo((double) other[other.length * 9 / 10], withinATenth());
        }
    }

    private static Percentage withinATenth() {
        return Percentage.withPercentage(10);
    }

    private static Percentage twoPercent() {
        return Percentage.withPercentage(2);
    }

    /// Waits because the last responses to polls may still be in flight.
    private static void awaitQuiet(CountingProxy line) throws InterruptedException {
        var before = line.count();
        while (true) {
            Thread.sleep(100);
            var now = line.count();
            if (now.equals(before)) return;
            before = now;
        }
    }

    /// Returns the kernel's counts for the line's connections to its clients.
    private static String sockets(int port) throws Exception {
        var process = new ProcessBuilder("ss", "-tinH", "sport", "=", ":" + port).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /// `bytes_acked` also counts the SYN of the handshake.
    private static double sum(Pattern count, String sockets) {
        return count.matcher(sockets)
                .results()
                .mapToDouble(each -> Double.parseDouble(each.group(1)))
                .sum();
    }
}
