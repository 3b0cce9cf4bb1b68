package dev.sluice.durablestreams;

import static dev.sluice.durablestreams.Streams.header;
import static dev.sluice.durablestreams.Streams.next;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.Configuration;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.ForwardingLog;
import dev.sluice.core.log.Publication;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.embed.EmbeddedSluice;
import dev.sluice.server.http.AccessFilter;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A disk that fails to store an append.
final class FailingLogTest {
    private static final class FailingLog extends ForwardingLog {
        private volatile boolean fails;
        private volatile boolean failsToDelete;

        FailingLog() {
            super(MemoryLog.builder(InstantSource.system()).open());
        }

        @Override
        public CompletionStage<AppendResult> append(Publication publication) {
            return fails ? failed() : super.append(publication);
        }

        @Override
        public CompletionStage<AppendResult.Batch> appendAll(List<Publication> publications) {
            return fails ? failed() : super.appendAll(publications);
        }

        @Override
        public CompletionStage<Boolean> delete(ChannelName channel) {
            return failsToDelete ? failed() : super.delete(channel);
        }

        private static <T> CompletionStage<T> failed() {
            return CompletableFuture.failedStage(new IllegalStateException("fsync: Input/output error"));
        }
    }

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
            log.fails = true;
            assertThat(streams.sendBody("POST", "a", "lost;", headers).statusCode())
                    .isEqualTo(503);
            assertThat(next(streams.send("HEAD", "a"))).isEqualTo(tail);
            log.fails = false;
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
            log.fails = true;
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

            log.fails = false;
            assertThat(status(streams.sendBody("PUT", "c", "[1]", json))).isEqualTo(201);
            assertThat(status(streams.sendBody("POST", "b", "[2,3]", json))).isEqualTo(204);
            assertThat(streams.send("GET", "b").body()).isEqualTo("[1,2,3]");
            assertThat(status(streams.send("POST", "a", "Stream-Closed", "true")))
                    .isEqualTo(204);
            assertThat(streams.send("GET", "a").body()).isEqualTo("stored;");
        }
    }

    @Test
    void completesADeletionThatStoppedAfterItsDecision() throws Exception {
        var log = new FailingLog();
        var hub = EmbeddedSluice.on(log, Configuration.DEFAULT, AccessFilter.OPEN);
        try (var streams = Streams.on(hub, InstantSource.system())) {
            streams.text("a", "1");
            log.failsToDelete = true;
            assertThat(status(streams.send("DELETE", "a"))).isEqualTo(503);
            assertThat(status(streams.send("GET", "a"))).isEqualTo(503);
            log.failsToDelete = false;
            assertThat(status(streams.send("GET", "a"))).isEqualTo(404);
            assertThat(hub.channel("a").latest()).isEmpty();
        }
    }

    private static int status(HttpResponse<String> response) {
        return response.statusCode();
    }
}
