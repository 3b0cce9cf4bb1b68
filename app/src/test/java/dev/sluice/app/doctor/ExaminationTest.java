package dev.sluice.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Sluice;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Runs of the doctor against servers that mean harm, and on ways that change what passes.
@Timeout(120)
final class ExaminationTest {
    private static final Duration WATCH = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static Report examine(URI uri, @Nullable String origin) throws Exception {
        return new Examination(uri, SSLContext.getDefault(), null, origin, WATCH, PATIENCE).run();
    }

    private static List<String> codes(Report report) {
        return report.findings().stream()
                .filter(each -> each.severity() != Severity.NOTE)
                .map(Finding::code)
                .toList();
    }

    /// The findings of each, or of those that answer nothing the reason.
    private static Map<WorstTargets, String> examineWorst(Duration watch, Function<WorstTargets, Duration> patience)
            throws Exception {
        Map<WorstTargets, RawServer> servers = new EnumMap<>(WorstTargets.class);
        Map<WorstTargets, Future<String>> running = new EnumMap<>(WorstTargets.class);
        Map<WorstTargets, String> outcomes = new EnumMap<>(WorstTargets.class);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (WorstTargets each : WorstTargets.values()) {
                var server = new RawServer(each.answer);
                servers.put(each, server);
                running.put(each, threads.submit((Callable<String>)
                        () -> examine(server.uri(each.scheme()), watch, patience.apply(each))));
            }
            for (var each : running.entrySet()) outcomes.put(each.getKey(), outcome(each.getValue()));
        } finally {
            for (RawServer each : servers.values()) each.close();
        }
        return outcomes;
    }

    private static String examine(URI uri, Duration watch, Duration patience) throws Exception {
        var report = new Examination(uri, SSLContext.getDefault(), null, null, watch, patience).run();
        return String.join("\n", report.lines(FindingTexts.english()));
    }

    private static String outcome(Future<String> running) throws Exception {
        try {
            return running.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof IOException nothing) return "nothing: " + nothing.getMessage();
            throw failed;
        }
    }

    /// These servers have no end by themselves: the end of the runs shows that the doctor has one.
    @Test
    void endsWithANamedFindingForTheWorstTargets() throws Exception {
        examineWorst(WATCH, WorstTargets::patience).forEach((target, outcome) -> {
            if (target.finding.isEmpty()) assertThat(outcome).as(target.name()).startsWith("nothing: ");
            else assertThat(outcome).as(target.name()).contains(" " + target.finding + ": ");
            assertThat(outcome.replace("\n", "")).as(target.name()).doesNotContainPattern("[\\p{C}\\p{Zl}\\p{Zp}]");
        });
    }

    @Test
    void asksForNoUpgradeToHttp2OverPlainHttp() throws Exception {
        try (var hub = new RawServer(WorstTargets::echo)) {
            examine(hub.uri("http"), null);

            assertThat(hub.headers()).contains("Upgrade: websocket").doesNotContain("Upgrade: h2c");
        }
    }

    /// Answers byte by byte, so that no single read takes long.
    @Test
    void endsTricklingPartsAtTheDeadline() throws Exception {
        Set<String> waiting = ConcurrentHashMap.newKeySet();
        waiting.addAll(List.of("stream", "socket", "upload", "count.json"));
        var allAreAsked = new CompletableFuture<Void>();
        try (var hub = new RawServer((target, out) -> {
            if (target.startsWith("/doctor/echo")) {
                WorstTargets.echo(target, out);
                return;
            }
            waiting.removeIf(each -> target.startsWith("/doctor/" + each));
            if (waiting.isEmpty()) allAreAsked.complete(null);
            WorstTargets.repeat(out, "H", 100);
        })) {
            var report = new Examination(hub.uri("http"), SSLContext.getDefault(), null, null, WATCH, PATIENCE)
                    .run(Deadline.in(PATIENCE), Deadline.when(allAreAsked));

            assertThat(report.findings())
                    .anySatisfy(each -> assertThat(each.seen()).contains("upload: no end within the time of the run"));
        }
    }

    @Test
    @Tag("long")
    void answersWithinFifteenSecondsWhateverAnswers() throws Exception {
        long beginNs = System.nanoTime();
        assertThat(examineWorst(Examination.WATCH, _ -> Examination.PATIENCE)).hasSameSizeAs(WorstTargets.values());
        assertThat(Duration.ofNanos(System.nanoTime() - beginNs)).isLessThan(Duration.ofSeconds(15));
    }

    @Test
    void followsNoRedirectionToAnotherServer() throws Exception {
        try (var other = new RawServer((_, out) -> out.write(RawServer.http("200 OK", "")));
                var server = new RawServer(
                        (_, out) -> out.write(RawServer.http("307 Moved\r\nLocation: " + other.uri("http"), "")))) {
            var report =
                    new Examination(server.uri("http"), SSLContext.getDefault(), "secret", null, WATCH, PATIENCE).run();

            assertThat(codes(report)).containsExactly("portal");
            assertThat(report.findings().getFirst().seen()).contains("" + other.uri("http"));
            assertThat(other.connections()).isZero();
        }
    }

    @Test
    void distinguishesAnOldHubFromAPortal() throws Exception {
        String problem = "{\"type\":\"/problems/not-found\",\"detail\":\"There is nothing at '%s'.\"}";
        try (var old = new RawServer((target, out) ->
                        out.write(RawServer.http("404 Not Found", problem.formatted(target.split("\\?", 2)[0]))));
                var below = new RawServer((_, out) ->
                        out.write(RawServer.http("404 Not Found", problem.formatted("/push/doctor/echo"))))) {
            assertThat(codes(examine(old.uri("http"), null))).containsExactly("doctor-unknown");
            assertThat(codes(examine(below.uri("http"), null))).containsExactly("prefix-kept");
        }
    }

    /// It is reached, and refuses everything else: no proxy is to blame.
    @Test
    void reportsOneFindingForAllRefusalsOfAnOverloadedHub() throws Exception {
        String refusal = "503 Busy\r\nContent-Type: application/problem+json";
        try (var hub = new RawServer((target, out) -> {
            if (target.contains("host=")) WorstTargets.echo(target, out);
            else out.write(RawServer.http(refusal, "{\"type\":\"/problems/full\"}"));
        })) {
            assertThat(codes(examine(hub.uri("http"), null))).containsExactly("hub-refuses");
        }
    }

    @Test
    void reportsThatTheHubServesAnotherDoctorAfterAWait() throws Exception {
        String busy = "{\"type\":\"/problems/too-many\",\"detail\":\"A doctor runs for this client already.\"}";
        var hasWaited = new CompletableFuture<Void>();
        var requests = new AtomicInteger();
        try (var hub = new RawServer((_, out) -> {
            out.write(RawServer.http("429 Wait", busy));
            if (requests.incrementAndGet() == 2) hasWaited.complete(null);
        })) {
            var report = new Examination(hub.uri("http"), SSLContext.getDefault(), null, null, WATCH, PATIENCE)
                    .run(Deadline.when(hasWaited), Deadline.in(PATIENCE));

            assertThat(codes(report)).containsExactly("doctor-busy");
        }
    }

    @Test
    void findsAClockThatIsOffAndAStreamThatBreaks() throws Exception {
        try (var hub = Sluice.inMemory()
                        .port(0)
                        .set("doctor", "true")
                        .set("limits.loop_delay_max", "10m")
                        .start();
                var relay = new ChangingRelay(hub.port())) {
            var report = examine(relay.uri(), "https://shop.example");

            assertThat(codes(report)).containsExactlyInAnyOrder("clock-off", "stream-broken", "hub-refuses-origin");
            assertThat(report.findings())
                    .anySatisfy(each -> assertThat(each.seen()).contains("ahead of this machine's"))
                    .anySatisfy(each -> assertThat(each.seen()).contains("JSON lines: 1 of 5 events arrived"));
        }
    }
}
