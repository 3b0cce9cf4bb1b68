package dev.sluice.durablestreams;

import static dev.sluice.durablestreams.Streams.header;
import static dev.sluice.durablestreams.Streams.next;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.Configuration;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.ForwardingLog;
import dev.sluice.core.log.LaggingLog;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Publication;
import dev.sluice.embed.EmbeddedSluice;
import dev.sluice.server.http.AccessFilter;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A client of two nodes of a cluster, one of which is behind the other.
final class LaggingNodeTest {
    /// The node that is ahead: what it writes, the other one receives later.
    private static final class Leader extends ForwardingLog {
        private final LaggingLog other;

        Leader(LaggingLog other) {
            super(other.leader());
            this.other = other;
        }

        @Override
        public CompletionStage<AppendResult> append(Publication publication) {
            return other.append(publication);
        }

        @Override
        public CompletionStage<AppendResult.Batch> appendAll(List<Publication> publications) {
            return other.appendAll(publications);
        }

        @Override
        public CompletionStage<Boolean> delete(ChannelName channel) {
            return other.delete(channel);
        }
    }

    private final LaggingLog lagging = new LaggingLog(InstantSource.system(), options -> options);
    private final ReadLog read = new ReadLog(lagging);
    private Streams ahead;
    private Streams behind;

    @BeforeEach
    void start() {
        ahead = node(new Leader(lagging));
        behind = node(read);
        lagging.catchUp();
    }

    private static Streams node(Log log) {
        return Streams.on(EmbeddedSluice.on(log, Configuration.DEFAULT, AccessFilter.OPEN), InstantSource.system());
    }

    @AfterEach
    void stop() {
        behind.close();
        ahead.close();
    }

    /// Sends a request to the node that is behind, which catches up while it waits for an event.
    private HttpResponse<String> whileItCatchesUp(String channel, Callable<HttpResponse<String>> request)
            throws Exception {
        String latest = ahead.hub.channel(channel).latest().orElseThrow();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<HttpResponse<String>> response = threads.submit(request);
            read.awaitRead(latest);
            lagging.catchUp();
            return response.get();
        }
    }

    private static HttpResponse<String> produce(Streams node, int seq) throws Exception {
        return node.sendBody(
                "POST",
                "a",
                seq + ";",
                "Content-Type",
                "text/plain",
                "Producer-Id",
                "p",
                "Producer-Epoch",
                "0",
                "Producer-Seq",
                "" + seq);
    }

    @Test
    void readsFromAnOffsetOfTheNodeThatIsAhead() throws Exception {
        ahead.text("a", "1;");
        lagging.catchUp();
        String tail = next(ahead.sendBody("POST", "a", "2;", "Content-Type", "text/plain"));
        HttpResponse<String> response = whileItCatchesUp("a", () -> behind.send("GET", "a?offset=" + tail));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(next(response)).isEqualTo(tail);
        assertThat(response.body()).isEmpty();
    }

    @Test
    void takesTheNextAppendOfAProducerOfTheNodeThatIsAhead() throws Exception {
        ahead.text("a");
        lagging.catchUp();
        produce(ahead, 0);
        produce(ahead, 1);
        // What it writes itself, this log shows only later too.
        HttpResponse<String> response = whileItCatchesUp("$program/streams/a", () -> produce(behind, 2));
        assertThat(response.statusCode()).isEqualTo(200);
        lagging.catchUp();
        assertThat(behind.send("GET", "a").body()).isEqualTo("0;1;2;");

        HttpResponse<String> gap = produce(behind, 4);
        assertThat(gap.statusCode()).isEqualTo(409);
        assertThat(header(gap, "Producer-Expected-Seq")).isEqualTo("3");
    }

    @Test
    void appendsToAStreamThatTheNodeAheadHasCreated() throws Exception {
        ahead.text("a");
        HttpResponse<String> response = whileItCatchesUp(
                "$program/streams/a", () -> behind.sendBody("POST", "a", "1", "Content-Type", "text/plain"));
        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(ahead.send("GET", "a").body()).isEqualTo("1");
        assertThat(behind.send("POST", "b").statusCode()).isEqualTo(404);
    }
}
