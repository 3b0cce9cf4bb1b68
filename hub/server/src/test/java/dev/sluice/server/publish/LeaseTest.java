package dev.sluice.server.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.ForwardingLog;
import dev.sluice.core.log.Publication;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.server.Await;
import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import dev.sluice.server.limit.LimitSettings;
import dev.sluice.server.limit.RateLimit;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// Leases over HTTP: who lets one expire finds the channel ended.
final class LeaseTest {
    private static final String LOST =
            "\"data\":{\"status\":\"failed\",\"reason\":\"lost\",\"message\":\"The author of this answer was lost.\"}";

    @AutoClose
    private TestServer server = TestServer.start();

    private HttpResponse<String> events(String channel) {
        return server.get("/channels/" + channel + "?as=json&after=earliest");
    }

    private boolean hasEnded(String channel) {
        return server.log().channel(new ChannelName(channel)).end() != null;
    }

    private void awaitEnd(String channel) {
        Await.that(() -> hasEnded(channel), () -> channel + " never ended");
    }

    /// Waits until every lease that is due has ended its channel.
    private void awaitTick() {
        String marker = "marker/" + System.nanoTime();
        server.post("/channels/" + marker + "?lease=1", "x");
        server.pass(Duration.ofSeconds(1));
        awaitEnd(marker);
    }

    private RawClient upload(String path) {
        return new RawClient(server)
                .send("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
    }

    private static String chunk(String text) {
        return Integer.toHexString(text.getBytes(StandardCharsets.UTF_8).length) + "\r\n" + text + "\r\n";
    }

    @Test
    void endsTheChannelOfAnAuthorThatIsLostAndKeepsItsText() {
        server.post("/channels/answer?lease=30", "Hello");
        server.pass(Duration.ofSeconds(30));
        awaitEnd("answer");
        assertThat(events("answer").body()).contains("\"data\":\"Hello\"", "\"type\":\"end\"", LOST, "\"closed\":true");
    }

    @Test
    void refusesALateAuthorAsAnyPublishToAnEndedChannel() {
        server.post("/channels/answer?lease=30", "Hello");
        server.pass(Duration.ofSeconds(30));
        awaitEnd("answer");
        for (var refused : new HttpResponse<?>[] {
            server.post("/channels/answer?lease=30", "late"),
            server.post("/channels/answer", "late"),
            server.send("PUT", "/leases/answer?seconds=30", "")
        }) {
            assertThat(refused.statusCode()).isEqualTo(409);
            assertThat((String) refused.body()).contains("/problems/ended");
        }
    }

    @Test
    void lastsForItsWholeDurationAfterEachRenewal() {
        server.post("/channels/answer?lease=30", "1");
        server.pass(Duration.ofSeconds(20));
        assertThat(server.send("PUT", "/leases/answer?seconds=30", "").statusCode())
                .isEqualTo(204);
        server.pass(Duration.ofSeconds(20));
        assertThat(server.post("/channels/answer?lease=30", "2").statusCode()).isEqualTo(201);
        server.pass(Duration.ofSeconds(20));
        awaitTick();
        assertThat(hasEnded("answer")).isFalse();
        server.pass(Duration.ofSeconds(10));
        awaitEnd("answer");
    }

    @Test
    void isLeftAsItIsByAPublishWithoutIt() {
        server.post("/channels/answer?lease=30", "1");
        server.pass(Duration.ofSeconds(20));
        server.post("/channels/answer", "2");
        server.pass(Duration.ofSeconds(10));
        awaitEnd("answer");
    }

    @Test
    void takesAnotherDurationWithARenewal() {
        server.post("/channels/answer?lease=3600", "1");
        server.send("PUT", "/leases/answer?seconds=2", "");
        server.pass(Duration.ofSeconds(2));
        awaitEnd("answer");
    }

    @Test
    void endsWithTheChannelWithItsDeletionAndWhenItIsGivenUp() {
        for (String each : new String[] {"closed", "deleted", "given-up"})
            server.post("/channels/" + each + "?lease=30", "x");
        server.post("/channels/closed?close=true", "bye");
        server.send("DELETE", "/channels/deleted", "");
        server.post("/channels/deleted", "again");
        assertThat(server.send("DELETE", "/leases/given-up", "").statusCode()).isEqualTo(204);
        server.pass(Duration.ofSeconds(60));
        awaitTick();
        assertThat(events("closed").body()).contains("bye").doesNotContain("lost");
        assertThat(hasEnded("deleted")).isFalse();
        assertThat(hasEnded("given-up")).isFalse();
        assertThat(server.send("PUT", "/leases/given-up?seconds=30", "").body()).contains("/problems/no-such-lease");
        Await.that(() -> server.server().hub().leases().count() == 0);
    }

    @Test
    void isGivenTogetherWithTheEventOrNotAtAll() {
        server.post("/channels/answer", "1");
        assertThat(server.post("/channels/answer?lease=30", "2", "If-None-Match", "*")
                        .statusCode())
                .isEqualTo(412);
        assertThat(server.send("PUT", "/leases/answer?seconds=30", "").statusCode())
                .isEqualTo(404);
        assertThat(server.server().hub().leases().count()).isZero();
    }

    @Test
    void isNotRenewedByAPublishThatTheLogRefuses() {
        server.post("/channels/answer?lease=30", "1");
        server.pass(Duration.ofSeconds(20));
        assertThat(server.post("/channels/answer?lease=30", "2", "If-None-Match", "*")
                        .statusCode())
                .isEqualTo(412);
        assertThat(server.server().hub().leases().remainingMs(new ChannelName("answer")))
                .isLessThanOrEqualTo(10_000);
        server.pass(Duration.ofSeconds(10));
        awaitEnd("answer");
    }

    @Test
    void isRenewedByEachByteOfAnUpload() {
        try (RawClient author = upload("/channels/answer?split=line&lease=30")) {
            Await.that(() -> server.server().hub().leases().count() == 1);
            for (String part : new String[] {"He", "llo\n", "wor", "ld\n"}) {
                server.pass(Duration.ofSeconds(20));
                author.send(chunk(part));
                awaitRenewal("answer");
            }
            awaitTick();
            assertThat(hasEnded("answer")).isFalse();
            assertThat(events("answer").body()).contains("Hello", "world");
        }
        server.pass(Duration.ofSeconds(30));
        awaitEnd("answer");
        assertThat(events("answer").body()).contains("Hello", "world", LOST);
    }

    /// A renewal is seen only by its effect: nothing is written to the log.
    private void awaitRenewal(String channel) {
        Await.that(() -> server.server().hub().leases().remainingMs(new ChannelName(channel)) > 29_000);
    }

    @Test
    void isHeldByAnUploadWhoseEventsWaitForTheLog() {
        StallingLog log = startStalling();
        try (RawClient author = upload("/channels/answer?split=line&lease=30")) {
            author.send(chunk("Hello\n"));
            Await.that(() -> events("answer").body().contains("Hello"));
            log.stall();
            author.send(chunk("wor\nld\n")); // These two wait for the log, and the next one waits for them.
            Await.that(() -> log.waiting() == 1);
            server.pass(Duration.ofSeconds(5));
            author.send(chunk("!\n"));
            awaitRenewal("answer");
            server.pass(Duration.ofSeconds(31));
            awaitTick();
            assertThat(log.waiting()).as("appends, and no last will").isEqualTo(1);
            log.resume();
            Await.that(() -> events("answer").body().contains("\"data\":\"!\""));
            server.pass(Duration.ofSeconds(28)); // From the acknowledgement, not from the last byte.
            awaitTick();
            author.send(chunk("again\n"));
            Await.that(() -> events("answer").body().contains("again"));
            assertThat(hasEnded("answer")).isFalse();
        }
        server.pass(Duration.ofSeconds(30));
        awaitEnd("answer");
        assertThat(events("answer").body()).containsSubsequence("Hello", "wor", "ld", "!", "again", LOST);
    }

    @Test
    void isHeldUntilTheEventsOfAnAuthorThatHasLeftAreStored() throws Exception {
        StallingLog log = startStalling();
        try (RawClient author = upload("/channels/answer?split=line&lease=30")) {
            author.send(chunk("Hello\n"));
            Await.that(() -> events("answer").body().contains("Hello"));
            log.stall();
            author.send(chunk("wor\n"));
            Await.that(() -> log.waiting() == 1);
            author.send(chunk("ld\n"));
        }
        server.awaitConnections(1); // That of the other client of this test.
        server.pass(Duration.ofSeconds(31));
        awaitTick();
        assertThat(log.waiting()).isEqualTo(1);
        log.resume();
        Await.that(() -> events("answer").body().contains("\"data\":\"ld\""));
        server.pass(Duration.ofSeconds(30));
        awaitEnd("answer");
        assertThat(events("answer").body()).containsSubsequence("Hello", "wor", "ld", LOST);
    }

    /// Starts the server of a test on a log that can keep appends to the channel `answer` waiting.
    private StallingLog startStalling() {
        server.close();
        StallingLog log = new StallingLog();
        server = TestServer.start(log);
        return log;
    }

    private static final class StallingLog extends ForwardingLog {
        private final List<Runnable> waiting = new ArrayList<>();
        private boolean isStalled;

        StallingLog() {
            super(MemoryLog.builder(InstantSource.system()).open());
        }

        synchronized void stall() {
            isStalled = true;
        }

        synchronized void resume() {
            isStalled = false;
            waiting.forEach(Runnable::run);
            waiting.clear();
        }

        synchronized int waiting() {
            return waiting.size();
        }

        @Override
        public CompletionStage<AppendResult> append(Publication publication) {
            return ordered(List.of(publication), () -> super.append(publication));
        }

        @Override
        public CompletionStage<AppendResult.Batch> appendAll(List<Publication> publications) {
            return ordered(publications, () -> super.appendAll(publications));
        }

        private synchronized <T> CompletionStage<T> ordered(
                List<Publication> publications, Supplier<CompletionStage<T>> append) {
            boolean waits = isStalled
                    && publications.stream()
                            .anyMatch(each -> each.draft().channel().value().equals("answer"));
            if (!waits) return append.get();
            CompletableFuture<T> outcome = new CompletableFuture<>();
            waiting.add(() -> append.get().thenAccept(outcome::complete));
            return outcome;
        }
    }

    @Test
    void tellsASilentUploadAtOnceThatItsChannelHasEnded() {
        try (RawClient author = upload("/channels/answer?split=line&lease=30")) {
            author.send(chunk("Hello\n"));
            Await.that(() -> events("answer").body().contains("Hello"));
            server.pass(Duration.ofSeconds(31));
            assertThat(author.until("}")).startsWith("HTTP/1.1 409 ").contains("/problems/ended", "\"count\":1");
        }
    }

    @Test
    void tellsAnUploadInMidLineThatAReaderHasStoppedIt() {
        try (RawClient author = upload("/channels/answer?split=line&lease=30")) {
            author.send(chunk("Hello\nwor"));
            Await.that(() -> events("answer").body().contains("Hello"));
            var stop = server.post(
                    "/channels/answer?type=end&close=true",
                    "{\"status\":\"stopped\",\"by\":\"ada\"}",
                    "Content-Type",
                    "application/json");
            assertThat(stop.statusCode()).isEqualTo(201);
            assertThat(author.until("}")).startsWith("HTTP/1.1 409 ").contains("/problems/ended", "\"count\":1");
        }
        assertThat(events("answer").body()).contains("\"by\":\"ada\"").doesNotContain("lost", "wor");
    }

    @Test
    void hasItsWholeDurationAfterARestart() {
        server.post("/channels/answer?lease=30", "1");
        server.pass(Duration.ofSeconds(20));
        server.restart(() -> server.pass(Duration.ofSeconds(20)));
        server.pass(Duration.ofSeconds(25));
        awaitTick();
        assertThat(hasEnded("answer")).isFalse();
        assertThat(server.send("PUT", "/leases/answer?seconds=30", "").statusCode())
                .isEqualTo(204);
        server.pass(Duration.ofSeconds(30));
        awaitEnd("answer");
    }

    @Test
    void refusesLeasesBeyondTheLimitOfAllAndRenewsThoseThatExist() {
        server.close();
        PublishSettings all = PublishSettings.DEFAULTS;
        server = TestServer.start(TestServer.settings(new PublishSettings(
                all.eventBytesMax(),
                all.atomicLinesMax(),
                all.atomicBytesMax(),
                all.inFlightBytesMax(),
                all.unacknowledgedMax(),
                all.unacknowledgedBytes(),
                100)));
        int granted = 0;
        HttpResponse<String> last;
        while ((last = server.post("/channels/answers/" + granted + "?lease=60", "x")).statusCode() == 201) granted++;
        assertThat(last.statusCode()).isEqualTo(429); // The share of one caller.
        assertThat(last.body()).contains("leases of channels");
        assertThat(granted).isEqualTo(25);
        assertThat(server.post("/channels/answers/0?lease=60", "x").statusCode())
                .isEqualTo(201);
        server.server().hub().leases().open(25, (_, _) -> {});
        last = server.post("/channels/one-more?split=line&lease=60", "x\n");
        assertThat(last.statusCode()).isEqualTo(503);
        assertThat(last.body()).contains("publish.leases_max");
        assertThat(server.post("/channels/one-more", "x").statusCode()).isEqualTo(201);
    }

    @Test
    void refusesDurationsThatAreNoLeases() {
        for (String wrong : new String[] {"0", "3601", "1.5", "x", ""})
            assertThat(server.post("/channels/answer?lease=" + wrong, "x").body())
                    .contains("/problems/bad-parameter", "lease");
        assertThat(server.send("PUT", "/leases/answer", "").body()).contains("/problems/bad-parameter", "seconds");
        assertThat(server.post("/channels/" + "n".repeat(250) + "?lease=5", "x").body())
                .contains("/problems/bad-name");
        assertThat(server.send("PUT", "/leases/$stats?seconds=5", "").statusCode())
                .isEqualTo(403);
    }

    @Test
    void isNotGivenByAnUploadBeyondTheRateOfItsCaller() {
        server.close();
        LimitSettings all = LimitSettings.DEFAULTS;
        server = TestServer.start(TestServer.settings(1).toBuilder()
                .limits(new LimitSettings(
                        all.clientsMax(),
                        all.connectionsMax(),
                        all.connections(),
                        all.requests(),
                        RateLimit.perSecond("limits.publishes_per_second", 1),
                        all.publishBytes(),
                        all.authFailures(),
                        all.callerShare(),
                        all.loopDelayMax()))
                .build());
        HttpResponse<String> last;
        do last = server.post("/channels/answer", "x");
        while (last.statusCode() == 201);
        assertThat(last.statusCode()).isEqualTo(429);
        assertThat(server.post("/channels/answer?split=line&lease=30", "x\n").statusCode())
                .isEqualTo(429);
        assertThat(server.server().hub().leases().count()).isZero();
    }

    @Test
    void isNotReadableAsAChannel() {
        server.post("/channels/answer?lease=30", "x");
        assertThat(server.get("/channels?as=json").body()).contains("answer").doesNotContain("$leases");
        assertThat(server.get("/channels/**?as=json&after=earliest").body()).doesNotContain("$leases");
    }
}
