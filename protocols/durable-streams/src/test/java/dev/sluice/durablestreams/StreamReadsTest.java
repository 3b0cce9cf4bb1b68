package dev.sluice.durablestreams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Message;
import dev.sluice.PublishResult;
import dev.sluice.config.Configuration;
import dev.sluice.core.log.ForwardingLog;
import dev.sluice.core.log.ResolvedCursor;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.embed.EmbeddedSluice;
import dev.sluice.server.http.AccessFilter;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Reads while the stream changes.
final class StreamReadsTest {
    private static final int PATIENCE_SECONDS = 20;

    /// Tells from which cursors events were read.
    private static final class ReadLog extends ForwardingLog {
        private final Map<String, CompletableFuture<Boolean>> reads = new ConcurrentHashMap<>();

        ReadLog() {
            super(MemoryLog.builder(InstantSource.system()).open());
        }

        @Override
        public CompletionStage<ResolvedCursor> resolve(String cursor) {
            readAfter(cursor).complete(true);
            return super.resolve(cursor);
        }

        CompletableFuture<Boolean> readAfter(String cursor) {
            return reads.computeIfAbsent(cursor, _ -> new CompletableFuture<>());
        }
    }

    private static String stored(PublishResult result) {
        return ((PublishResult.Stored) result).id();
    }

    @Test
    void eventsContinueAfterAnEventWithoutData() throws Exception {
        var log = new ReadLog();
        var hub = EmbeddedSluice.on(log, Configuration.DEFAULT, AccessFilter.OPEN);
        try (var streams = Streams.on(hub, InstantSource.system())) {
            String tail = streams.text("a", "1");
            var events = streams.follow("a?offset=" + tail + "&live=sse");
            assertThat(log.readAfter(hub.channel("a").latest().orElseThrow()).get(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .isTrue();

            String removal =
                    stored(hub.channel("a").publish(Message.text("").key("k").removingKey()));
            assertThat(log.readAfter(removal).get(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .isTrue();
            streams.sendBody("POST", "a", "2", "Content-Type", "text/plain", "Stream-Closed", "true");
            assertThat(events.get().body()).contains("event: data\ndata:2\n").contains("\"streamClosed\":true");
        }
    }
}
