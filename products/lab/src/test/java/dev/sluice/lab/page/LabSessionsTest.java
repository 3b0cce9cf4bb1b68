package dev.sluice.lab.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Sluice;
import dev.sluice.lab.Lab;
import dev.sluice.lab.plan.LabTls;
import dev.sluice.server.Await;
import dev.sluice.server.auth.identity.StaticKeys;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Tests who may start the lab, how it ends, and that nothing is left afterwards.
@Timeout(180)
class LabSessionsTest {
    private static final String READER = StaticKeys.generate("reader", new SecureRandom());
    private static final int VISITORS = 200;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-23T12:00:00Z"));
    private final HttpClient client = HttpClient.newHttpClient();
    private Sluice hub;

    @BeforeEach
    void start() {
        hub = lab(Sluice.inMemory().port(0).withoutShutdownHook().allowHosts("*"));
    }

    private Sluice lab(Sluice on) {
        Lab.on(on, Optional::empty, (InstantSource) now::get);
        return on.start();
    }

    @AfterEach
    void close() {
        hub.close();
        client.close();
        Await.that(() -> hubs().isEmpty(), () -> "hubs of the lab are left");
    }

    /// Returns the running hubs of this test's labs, whose command lines name the origin of the page.
    private List<ProcessHandle> hubs() {
        return ProcessHandle.current()
                .children()
                .filter(each -> command(each).contains(":" + hub.port() + "\0"))
                .toList();
    }

    /// Reads /proc, because [ProcessHandle.Info] omits long command lines.
    private static String command(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
        } catch (IOException ended) {
            return "";
        }
    }

    private HttpResponse<String> send(String method, String path, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(hub.uri() + path)).method(method, BodyPublishers.noBody());
        if (headers.length > 0) request.headers(headers);
        return client.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void asksForTheGrantAdminWhereOthersReachTheHub() throws Exception {
        hub.close();
        hub = lab(Sluice.inMemory()
                .port(0)
                .host("0.0.0.0")
                .withoutShutdownHook()
                .key("reader", Map.of("hash", StaticKeys.hash(READER), "subscribe", List.of("**"))));
        var nobody = client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + hub.port() + "/lab/open"))
                        .build(),
                BodyHandlers.ofString());
        var reader = client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + hub.port() + "/lab/open"))
                        .header("Authorization", "Bearer " + READER)
                        .build(),
                BodyHandlers.ofString());

        assertThat(List.of(nobody.statusCode(), reader.statusCode())).containsExactly(401, 403);
        assertThat(reader.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(hubs()).isEmpty();
    }

    @Test
    void tellsOtherVisitorsWhoUsesItAndUntilWhen() throws Exception {
        try (var first = LabStream.open(hub.uri());
                var second = LabStream.open(hub.uri(), "127.0.0.1")) {
            LabStream.Received[] received = {first.next(), second.next()};
            var busy = received[0].name().equals("busy") ? received[0] : received[1];

            assertThat(List.of(received[0].name(), received[1].name())).containsExactlyInAnyOrder("lab", "busy");
            assertThat(busy.json().at("/address").asString()).isEqualTo("127.0.0.1");
            assertThat(busy.json().at("/sinceMs").asLong()).isEqualTo(now.get().toEpochMilli());
            assertThat(busy.json().at("/untilMs").asLong())
                    .isEqualTo(now.get().plus(Duration.ofMinutes(15)).toEpochMilli());
        }
    }

    @Test
    void endsByItselfAfterFifteenMinutesWithAllItsPorts() throws Exception {
        try (var visitor = LabStream.open(hub.uri())) {
            var opened = visitor.next();
            now.updateAndGet(instant -> instant.plus(Duration.ofMinutes(15)));

            assertThat(visitor.next().name()).isEqualTo("over");
            awaitEnd(opened);
            var late = send("POST", "/lab/set/" + opened.json().at("/id").asString() + "?rate=1");
            assertThat(late.statusCode()).isEqualTo(404);
        }
    }

    /// The hub is asked for figures and does not answer. It is killed about ten seconds later.
    @Test
    @Tag("long")
    void endsByItselfAlthoughItsHubHangs() throws Exception {
        try (var visitor = LabStream.open(hub.uri())) {
            var opened = visitor.next();
            String pid = Long.toString(hubs().getFirst().pid());
            assertThat(new ProcessBuilder("kill", "-STOP", pid).start().waitFor())
                    .isZero();
            visitor.awaitFigures(System.currentTimeMillis() + 1000); // The hub was asked and has not answered.
            now.updateAndGet(instant -> instant.plus(Duration.ofMinutes(15)));

            assertThat(visitor.next().name()).isEqualTo("over");
            awaitEnd(opened);
        }
    }

    @Test
    void endsWithAVisitorWhoLeavesInMidRunAndIsFreeForTheNext() throws Exception {
        LabStream.Received opened;
        try (var visitor = LabStream.open(hub.uri())) {
            opened = visitor.next();
            assertThat(send("POST", "/lab/set/" + opened.json().at("/id").asString() + "?rate=500&channels=6")
                            .statusCode())
                    .isEqualTo(204);
            client.sendAsync( // Clients of the lab whose hub ends under them.
                    HttpRequest.newBuilder(URI.create(hub.uri() + "/lab/warm/"
                                    + opened.json().at("/id").asString()))
                            .POST(BodyPublishers.noBody())
                            .build(),
                    BodyHandlers.discarding());
        }
        awaitEnd(opened);
        Await.that(() -> isAnsweredWith("lab"));
    }

    private boolean isAnsweredWith(String name) {
        try (var next = LabStream.open(hub.uri())) {
            return next.next().name().equals(name);
        } catch (IOException ended) {
            return false;
        }
    }

    @Test
    void startsOnceForManyVisitorsAtATime() throws Exception {
        List<LabStream> visitors = new ArrayList<>();
        try {
            for (int i = 0; i < VISITORS; i++) visitors.add(LabStream.open(hub.uri()));
            List<String> answers = new ArrayList<>();
            for (var each : visitors) answers.add(each.next().name());

            assertThat(answers).filteredOn("lab"::equals).hasSize(1);
            assertThat(answers).filteredOn("busy"::equals).hasSize(VISITORS - 1);
            assertThat(hubs()).hasSize(1);
        } finally {
            for (var each : visitors) each.close();
        }
    }

    @Test
    void saysThatItsHubWasKilled() throws Exception {
        try (var visitor = LabStream.open(hub.uri())) {
            visitor.next();
            assertThat(hubs()).hasSize(1);
            hubs().forEach(ProcessHandle::destroyForcibly);

            assertThat(visitor.next().name()).isEqualTo("broken");
        }
    }

    @Test
    void saysThatItsHubCouldNotBeStartedAndIsFreeAgain(@TempDir Path empty) throws Exception {
        hub.close();
        hub = Sluice.inMemory().port(0).withoutShutdownHook();
        Lab.on(hub, () -> Optional.of(new LabTls(empty.resolve("ca.pem"), empty.resolve("hub.pem"))), now::get);
        hub.start();
        try (var visitor = LabStream.open(hub.uri())) {
            assertThat(visitor.next().name()).isEqualTo("failed");
        }
        Await.that(() -> isAnsweredWith("failed"));
    }

    @Test
    void takesNoHostThatWouldChangeAPolicy() throws Exception {
        try (var visitor = LabStream.open(hub.uri(), "a;script-src'unsafe-inline':" + hub.port())) {
            assertThat(visitor.next().name()).isEqualTo("host");
        }
        assertThat(hubs()).isEmpty();
    }

    @Test
    void namesInAPolicyOnlyTheLinesOfAVisitorOfThisMachine() throws Exception {
        try (var visitor = LabStream.open(hub.uri(), "elsewhere.example")) {
            JsonNode opened = visitor.next().json();
            String policy = send("GET", "/lab/track/" + opened.at("/id").asString())
                    .headers()
                    .firstValue("Content-Security-Policy")
                    .orElseThrow();

            assertThat(policy)
                    .contains(
                            "connect-src 'self' " + opened.at("/lanes/polling").asString())
                    .doesNotContain("elsewhere.example");
            assertThat(opened.at("/lanes/websocket").asString()).startsWith("http://127.0.0.1:");
        }
    }

    /// Waits until the hub has ended and no line listens any more.
    private void awaitEnd(LabStream.Received opened) {
        Await.that(() -> hubs().isEmpty());
        opened.json().at("/lanes").values().forEach(lane -> {
            var line = URI.create(lane.asString());
            Await.that(() -> isClosed(line), () -> line + " still listens");
        });
    }

    private static boolean isClosed(URI line) {
        try (var socket = new Socket(line.getHost(), line.getPort())) {
            return !socket.isConnected();
        } catch (IOException refused) {
            return true;
        }
    }
}
