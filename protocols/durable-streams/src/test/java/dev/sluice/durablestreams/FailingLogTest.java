package dev.sluice.durablestreams;

import static dev.sluice.durablestreams.Streams.header;
import static dev.sluice.durablestreams.Streams.next;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.Configuration;
import dev.sluice.core.log.FailingLog;
import dev.sluice.core.log.FailingLog.Fault;
import dev.sluice.embed.EmbeddedSluice;
import dev.sluice.server.http.AccessFilter;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A disk that fails.
final class FailingLogTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "0"})
    void refusesAnAppendThatWasNotStoredAndShowsNothingOfIt(String producerSeq) throws Exception {
        var log = new FailingLog();
        var hub = EmbeddedSluice.on(log, Configuration.DEFAULT, AccessFilter.OPEN);
        String[] headers = producerSeq.isEmpty()
                ? new String[] {"Content-Type", "text/plain"}
                : new String[] {
                    "Content-Type", "text/plain", "Producer-Id", "p", "Producer-Epoch", "0", "Producer-Seq", producerSeq
                };
        try (var streams = Streams.on(hub, InstantSource.system())) {
            String tail = streams.text("a", "stored;");
            log.fail(Fault.WRITE);
            assertThat(streams.sendBody("POST", "a", "lost;", headers).statusCode())
                    .isEqualTo(503);
            assertThat(next(streams.send("HEAD", "a"))).isEqualTo(tail);
            log.fail(null);
            assertThat(streams.sendBody("POST", "a", "again;", headers).statusCode())
                    .isEqualTo(producerSeq.isEmpty() ? 204 : 200);
            assertThat(streams.send("GET", "a").body()).isEqualTo("stored;again;");
        }
    }

    @Test
    void refusesEveryOtherChangeThatWasNotStoredAndShowsNothingOfIt() throws Exception {
        var log = new FailingLog();
        var hub = EmbeddedSluice.on(log, Configuration.DEFAULT, AccessFilter.OPEN);
        String[] json = {"Content-Type", "application/json"};
        try (var streams = Streams.on(hub, InstantSource.system())) {
            String tail = streams.text("a", "stored;");
            streams.sendBody("PUT", "b", "[1]", json);
            log.fail(Fault.WRITE);
            assertThat(status(streams.sendBody("PUT", "c", "[1]", json))).isEqualTo(503);
            assertThat(status(streams.sendBody("POST", "b", "[2,3]", json))).isEqualTo(503);
            assertThat(status(streams.send("POST", "a", "Stream-Closed", "true")))
                    .isEqualTo(503);
            assertThat(status(streams.send("DELETE", "a"))).isEqualTo(503);

            HttpResponse<String> head = streams.send("HEAD", "a");
            assertThat(next(head)).isEqualTo(tail);
            assertThat(header(head, "Stream-Closed")).isEmpty();
            assertThat(streams.send("GET", "b").body()).isEqualTo("[1]");
            assertThat(status(streams.send("GET", "c"))).isEqualTo(404);

            log.fail(null);
            assertThat(status(streams.sendBody("PUT", "c", "[1]", json))).isEqualTo(201);
            assertThat(status(streams.sendBody("POST", "b", "[2,3]", json))).isEqualTo(204);
            assertThat(streams.send("GET", "b").body()).isEqualTo("[1,2,3]");
            assertThat(status(streams.send("POST", "a", "Stream-Closed", "true")))
                    .isEqualTo(204);
            assertThat(streams.send("GET", "a").body()).isEqualTo("stored;");
        }
    }

    @Test
    void showsAStreamWhoseAccessCannotBeRecorded() throws Exception {
        var log = new FailingLog();
        var hub = EmbeddedSluice.on(log, Configuration.DEFAULT, AccessFilter.OPEN);
        var now = new AtomicReference<>(Instant.now());
        String[] lived = {"Content-Type", "text/plain", "Stream-TTL", "800"};
        try (var streams = Streams.on(hub, now::get)) {
            streams.sendBody("PUT", "a", "stored;", lived);
            log.fail(Fault.WRITE);
            for (int i = 0; i < 5; i++) {
                now.updateAndGet(time -> time.plusSeconds(200));
                HttpResponse<String> read = streams.send("GET", "a");
                assertThat(status(read)).isEqualTo(200);
                assertThat(read.body()).isEqualTo("stored;");
            }
            log.fail(null);
            String before = hub.channel(StreamStore.STATES + "a").latest().orElseThrow();
            assertThat(status(streams.send("GET", "a"))).isEqualTo(200);
            assertThat(hub.channel(StreamStore.STATES + "a").latest()).isNotEqualTo(Optional.of(before));
        }
    }

    @Test
    void completesADeletionThatStoppedAfterItsDecision() throws Exception {
        var log = new FailingLog();
        var hub = EmbeddedSluice.on(log, Configuration.DEFAULT, AccessFilter.OPEN);
        try (var streams = Streams.on(hub, InstantSource.system())) {
            streams.text("a", "1");
            log.fail(Fault.DELETE);
            assertThat(status(streams.send("DELETE", "a"))).isEqualTo(503);
            assertThat(status(streams.send("GET", "a"))).isEqualTo(503);
            log.fail(null);
            assertThat(status(streams.send("GET", "a"))).isEqualTo(404);
            assertThat(hub.channel("a").latest()).isEmpty();
        }
    }

    @Test
    void asksReadersToTryAgainWhileTheLogCannotBeRead() throws Exception {
        var log = new FailingLog();
        var hub = EmbeddedSluice.on(log, Configuration.DEFAULT, AccessFilter.OPEN);
        try (var streams = Streams.on(hub, InstantSource.system())) {
            String tail = streams.text("a", "stored;");
            log.fail(Fault.READ);
            for (String read : List.of("a", "a?offset=" + tail, "a?offset=" + tail + "&live=long-poll")) {
                HttpResponse<String> answer = streams.send("GET", read);
                assertThat(status(answer)).as(read).isEqualTo(503);
                assertThat(header(answer, "Retry-After")).as(read).isNotEmpty();
            }
            log.fail(null);
            assertThat(streams.send("GET", "a").body()).isEqualTo("stored;");
        }
    }

    private static int status(HttpResponse<String> response) {
        return response.statusCode();
    }
}
