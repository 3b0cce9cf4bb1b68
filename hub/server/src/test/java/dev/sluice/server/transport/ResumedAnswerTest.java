package dev.sluice.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventFields;
import dev.sluice.core.log.Log;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import dev.sluice.storage.RocksLog;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// An answer that streams, read over each transport by a client whose connection breaks: it gets each chunk once, and
/// the end. Each chunk is `N;`, so that the text shows what is missing or repeated.
final class ResumedAnswerTest {
    private static final ChannelName CHANNEL = new ChannelName("answer");
    private static final String END = "end";

    @TempDir
    private Path folder;

    private static String rest(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> i + ";").collect(Collectors.joining()) + END;
    }

    private static List<Cursor> publish(TestServer server, int from, int to) {
        List<Cursor> ids = new ArrayList<>();
        for (int i = from; i < to; i++) ids.add(server.publish(CHANNEL.value(), i + ";"));
        return ids;
    }

    private static Cursor end(TestServer server) {
        return server.publish(new Draft(CHANNEL, "end", EventFields.NONE, TestServer.text(END), false, true));
    }

    private static Listener resume(ListenerKind kind, TestServer server, String after) {
        return kind.listen(server, "/channels/answer?after=" + after + (kind.isPoll() ? "&limit=1000" : ""));
    }

    /// Reads the text to the end of the channel.
    private static String read(ListenerKind kind, TestServer server, String after) {
        try (Listener reader = resume(kind, server, after)) {
            return String.join("", reader.dataToTheEnd());
        }
    }

    /// Stands still, except that it is set back once.
    private static final class Clock implements InstantSource {
        private volatile Instant now = Instant.now();

        @Override
        public Instant instant() {
            return now;
        }

        void setBack() {
            now = now.minus(Duration.ofHours(1));
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsTheExactRestAfterEachOfAThousandChunksOfOneMillisecond(ListenerKind kind) {
        Clock clock = new Clock();
        readsTheExactRest(kind, clock, MemoryLog.builder(clock).open());
        if (kind == ListenerKind.POLL)
            readsTheExactRest(
                    kind,
                    clock,
                    RocksLog.builder(folder).clock(clock).reserveBytes(0).open());
    }

    private static void readsTheExactRest(ListenerKind kind, Clock clock, Log log) {
        int chunks = 1_000;
        try (TestServer server = TestServer.start(log)) {
            List<Cursor> ids = publish(server, 0, chunks / 2);
            clock.setBack();
            ids.addAll(publish(server, chunks / 2, chunks));
            end(server);
            for (int i = 1; i < chunks; i++)
                assertThat(ids.get(i - 1).isBefore(ids.get(i))).isTrue();
            // A poll is cheap; a stream begins where a poll does, so that some places suffice.
            int step = kind == ListenerKind.POLL ? 1 : 53;
            for (int i = 0; i < chunks; i += step)
                assertThat(read(kind, server, ids.get(i).text())).isEqualTo(rest(i + 1, chunks));
        }
    }

    @ParameterizedTest
    @EnumSource
    void losesNothingByASecondDropBeforeTheFirstChunk(ListenerKind kind) {
        try (TestServer server = TestServer.start()) {
            String cursor = publish(server, 0, 3).getLast().text();
            try (Listener second = resume(kind, server, cursor)) {
                String begin = second.header("Sluice-Cursor");
                publish(server, 3, 6);
                try (Listener third = resume(kind, server, begin)) {
                    assertThat(third.header("Sluice-Cursor")).isEqualTo(begin);
                }
                end(server);
                assertThat(read(kind, server, begin)).isEqualTo(rest(3, 6));
                assertThat(read(kind, server, cursor)).isEqualTo(rest(3, 6));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void learnsTheEndIfItIsCutJustAsTheEndIsWritten(ListenerKind kind) throws Exception {
        for (int round = 0; round < 50; round++) {
            try (TestServer server = TestServer.start()) {
                String cursor = publish(server, 0, 1).getLast().text();
                Listener reader = resume(kind, server, cursor);
                CyclicBarrier start = new CyclicBarrier(2);
                CompletableFuture<Cursor> ended = CompletableFuture.supplyAsync(() -> {
                    await(start);
                    return end(server);
                });
                await(start);
                reader.close();
                String after = ended.get(60, TimeUnit.SECONDS).text();
                assertThat(read(kind, server, cursor)).isEqualTo(END);
                assertThat(read(kind, server, after)).isEmpty(); // It had read the event, but not what follows.
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void missesNoFirstChunkIfItComesWithTheAuthor(ListenerKind kind) throws Exception {
        int each = 1_000 / ListenerKind.values().length;
        try (TestServer server = TestServer.start()) {
            for (int i = 0; i < each; i++) {
                String channel = "/channels/answers/" + i;
                CyclicBarrier start = new CyclicBarrier(2);
                CompletableFuture<String> author = CompletableFuture.supplyAsync(() -> {
                    try (RawClient client = new RawClient(server)) {
                        await(start);
                        client.send("POST " + channel + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
                                + "If-None-Match: *\r\n\r\nfirst");
                        return client.until("\r\n");
                    }
                });
                await(start);
                try (Listener reader = kind.listen(server, channel + "?after=earliest")) {
                    reader.expect("first");
                }
                assertThat(author.get(60, TimeUnit.SECONDS)).startsWith("HTTP/1.1 201");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsTheRestAndTheEndOfAnAnswerThatHasEnded(ListenerKind kind) {
        try (TestServer server = TestServer.start()) {
            List<Cursor> ids = publish(server, 0, 20);
            Cursor end = end(server);
            assertThat(read(kind, server, "earliest")).isEqualTo(rest(0, 20));
            for (int i = 0; i < 20; i++)
                assertThat(read(kind, server, ids.get(i).text())).isEqualTo(rest(i + 1, 20));
            assertThat(read(kind, server, end.text())).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SSE", "LONG_POLL"})
    void givesALateReaderAllOfTwoHundredThousandChunks(ListenerKind kind) {
        int chunks = 200_000;
        try (TestServer server = TestServer.start()) {
            for (int i = 0; i < chunks; i++) server.publish(CHANNEL.value(), i + ";");
            end(server);
            assertThat(read(kind, server, "earliest").equals(rest(0, chunks)))
                    .as("all chunks, once, and the end")
                    .isTrue();
        }
    }

    private static void await(CyclicBarrier start) {
        try {
            start.await(60, TimeUnit.SECONDS);
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }
}
