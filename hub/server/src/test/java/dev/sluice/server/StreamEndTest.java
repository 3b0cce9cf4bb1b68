package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.LoggedLines;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.delivery.TurnBarrier;
import dev.sluice.core.delivery.channel.HubSettings;
import dev.sluice.core.delivery.stream.ClosedStream;
import dev.sluice.core.delivery.stream.EndCode;
import dev.sluice.core.delivery.stream.EndReason;
import dev.sluice.core.delivery.stream.Overflow;
import dev.sluice.core.delivery.stream.StreamKind;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.ForwardingLog;
import dev.sluice.core.log.Read;
import dev.sluice.core.memory.MemoryLog;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Each stream that ends is counted by its reason and logged in one line, whatever ended it.
final class StreamEndTest {
    private static final String LARGE = "x".repeat(512 * 1024);
    private static final AtomicLong EPOCHS = new AtomicLong();

    /// Tells the lines of this test's hub from those of others, as its cursors begin with it.
    private final String epoch = "ends" + EPOCHS.incrementAndGet();

    @AutoClose
    private final LoggedLines lines = new LoggedLines(StreamEndLog.class).atAllLevels();

    private long endedBefore;

    /// Replaces the results of the hub's reads.
    private volatile Function<Read, Read> onRead = read -> read;

    private TestServer start(HubSettings settings) {
        MemoryLog log = MemoryLog.builder(InstantSource.system())
                .epoch(new Epoch(epoch))
                .open();
        return TestServer.start(
                new ForwardingLog(log) {
                    @Override
                    public Read read(
                            ReadCursor place, Selection selection, Filter filter, int entriesMax, long bytesMax) {
                        return onRead.apply(super.read(place, selection, filter, entriesMax, bytesMax));
                    }
                },
                TestServer.settings(settings));
    }

    private TestServer start() {
        return start(HubSettings.DEFAULT);
    }

    private static RawClient follow(TestServer server, String path) {
        RawClient client = new RawClient(server).get(path);
        client.until("{\"cursor\":");
        client.until("\n");
        return client;
    }

    private static RawClient follow(TestServer server) {
        return follow(server, "/channels/news?as=ndjson");
    }

    /// A client whose stream starts, and that reads nothing more, with an event of which it has a part.
    private Socket stopReading(TestServer server, String path) throws Exception {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(32 * 1024);
        socket.setSoTimeout((int) TestServer.PATIENCE.toMillis());
        socket.connect(new InetSocketAddress(
                InetAddress.getLoopbackAddress(), server.server().uri().getPort()));
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        Await.that(() -> server.server().hub().readers().readers() == 1);
        for (int i = 0; i < 60; i++) server.publish("news", LARGE);
        assertThat(TurnBarrier.await(server.server().hub().dispatchers(), TestServer.PATIENCE))
                .isTrue();
        endedBefore = allEnded(server); // Those of the barrier.
        return socket;
    }

    private static long allEnded(TestServer server) {
        return server.server().hub().metrics().endedStreams().values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private List<LogRecord> lines(String about) {
        return lines.records().stream()
                .filter(logged -> logged.getMessage().contains(about))
                .filter(logged -> !logged.getMessage().contains("transport=test")) // TurnBarrier's.
                .toList();
    }

    private void assertEnded(TestServer server, EndCode reason, Level level, String line) {
        Await.that(
                () -> server.server().hub().metrics().endedStreams().get(reason) == 1,
                () -> server.server().hub().metrics().endedStreams().toString());
        assertThat(allEnded(server) - endedBefore).isEqualTo(1);
        Await.that(() -> !lines(epoch).isEmpty());
        assertThat(lines(epoch)).singleElement().satisfies(logged -> {
            assertThat(logged.getLevel()).isEqualTo(level);
            assertThat(logged.getMessage().replaceAll(" cursor=" + epoch + "\\S*", ""))
                    .isEqualTo("stream ended " + line);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"ndjson", "sse", "text"})
    void isDisconnectedWhenTheClientCloses(String transport) {
        try (TestServer server = start()) {
            RawClient client = new RawClient(server).get("/channels/news?as=" + transport);
            client.until("\r\n\r\n");
            client.close();
            assertEnded(
                    server,
                    EndCode.DISCONNECTED,
                    Level.FINE,
                    "reason=disconnected kind=subscriber transport=" + transport + " patterns=1");
        }
    }

    @Test
    void isEndedByAWebSocketThatCloses() {
        try (TestServer server = start();
                RawClient client = new RawClient(server)) {
            client.get(
                    "/channels/news",
                    "Upgrade: websocket",
                    "Connection: Upgrade",
                    "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==");
            client.until("\r\n\r\n");
            // A masked close frame with code 1000 (RFC 6455 §5.2).
            client.send(new byte[] {(byte) 0x88, (byte) 0x82, 0, 0, 0, 0, 0x03, (byte) 0xE8});
            assertEnded(
                    server,
                    EndCode.BY_CLIENT,
                    Level.FINE,
                    "reason=by-client kind=subscriber transport=websocket patterns=1");
        }
    }

    @Test
    void isCompleteWhenItsChannelEnds() {
        try (TestServer server = start();
                RawClient client = follow(server)) {
            server.publish(Draft.end(new ChannelName("news")));
            client.until("\r\n0\r\n\r\n");
            assertEnded(
                    server,
                    EndCode.COMPLETE,
                    Level.FINE,
                    "reason=complete kind=subscriber transport=ndjson patterns=1");
        }
    }

    @Test
    void isStoppingWhenTheServerStops() {
        TestServer server = start();
        try (RawClient _ = follow(server)) {
            server.close();
            assertEnded(
                    server,
                    EndCode.STOPPING,
                    Level.FINE,
                    "reason=stopping kind=subscriber transport=ndjson patterns=1");
        }
    }

    @Test
    void isMissingEventsAtAGapThatTheClientRefuses() {
        try (TestServer server = start();
                RawClient client = follow(server, "/channels/news?as=ndjson&gap=fail")) {
            server.publish("news", "a");
            client.until("\"a\"");
            onRead = read -> new Read.Pending(new CompletableFuture<>());
            server.publish("news", "b");
            server.log().delete(new ChannelName("news"));
            onRead = read -> read;
            server.publish("news", "c");
            client.until("{\"error\":");
            assertEnded(
                    server, EndCode.MISSING, Level.INFO, "reason=missing kind=subscriber transport=ndjson patterns=1");
        }
    }

    @Test
    void isTooFarBehind() {
        HubSettings defaults = HubSettings.DEFAULT;
        Overflow rule = new Overflow(5, Long.MAX_VALUE, Overflow.Then.END);
        try (TestServer server = start(new HubSettings(
                        defaults.encodedBytes(),
                        defaults.answersBytes(),
                        defaults.stall(),
                        defaults.resolve(),
                        _ -> rule));
                RawClient client = follow(server)) {
            server.publishAtOnce("news", 20);
            client.until("{\"error\":");
            assertEnded(
                    server,
                    EndCode.TOO_FAR_BEHIND,
                    Level.INFO,
                    "reason=too-far-behind kind=subscriber transport=ndjson patterns=1");
        }
    }

    @Test
    void isStalledWhenTheClientStopsReading() throws Exception {
        try (TestServer server = start();
                Socket _ = stopReading(server, "/channels/news?as=sse")) {
            for (int quarter = 0; quarter < 8; quarter++) {
                server.pass(Duration.ofSeconds(15));
                server.tick();
            }
            assertEnded(server, EndCode.STALLED, Level.INFO, "reason=stalled kind=subscriber transport=sse patterns=1");
        }
    }

    @Test
    void isTornWhenTheRestOfAnEventIsDeleted() throws Exception {
        try (TestServer server = start();
                Socket client = stopReading(server, "/channels/news?as=ndjson")) {
            server.log().delete(new ChannelName("news")).toCompletableFuture().join();
            client.getInputStream().readAllBytes();
            assertEnded(server, EndCode.TORN, Level.INFO, "reason=torn kind=subscriber transport=ndjson patterns=1");
        }
    }

    @Test
    void isUnavailableWhenTheLogFails() {
        try (TestServer server = start();
                RawClient client = follow(server)) {
            onRead = read -> new Read.Pending(CompletableFuture.failedStage(new IllegalStateException("disk")));
            server.publish("news", "a");
            client.until("{\"error\":");
            assertEnded(
                    server,
                    EndCode.UNAVAILABLE,
                    Level.WARNING,
                    "reason=unavailable kind=subscriber transport=ndjson patterns=1"
                            + " why=\"the log failed to read the next entries\"");
        }
    }

    @Test
    void hasFailedAfterAnUnexpectedException() {
        try (TestServer server = start();
                RawClient client = follow(server)) {
            onRead = read -> {
                throw new IllegalStateException("a defect");
            };
            server.publish("news", "a");
            client.rest();
            assertEnded(
                    server, EndCode.FAILED, Level.WARNING, "reason=failed kind=subscriber transport=ndjson patterns=1");
        }
    }

    @Test
    void isOverBudgetIfAWaitingPollFindsTooMuch() {
        HubSettings defaults = HubSettings.DEFAULT;
        try (TestServer server = start(new HubSettings(
                        defaults.encodedBytes(), 100_000, defaults.stall(), defaults.resolve(), defaults.overflow()));
                RawClient client = new RawClient(server)) {
            client.get("/channels/news?as=json&wait=60");
            Await.that(() -> server.server().hub().readers().readers() == 1);
            server.tick(); // The task in which it arrived has ended: it waits.
            server.publish("news", LARGE);
            client.until("delivery.answers_max");
            assertEnded(
                    server, EndCode.OVER_BUDGET, Level.INFO, "reason=over-budget kind=poll transport=poll patterns=1");
        }
    }

    @Test
    void isSummarizedBeyondTheLinesPerMinute() {
        AtomicLong nowMs = new AtomicLong();
        StreamEndLog log = new StreamEndLog(nowMs::get);
        Cursor cursor = new Cursor(new Epoch(epoch), 1);
        EndReason reason = new EndReason.Unavailable("summed up " + epoch);
        for (int i = 0; i < StreamEndLog.LINES_MAX + 7; i++) {
            log.ended(new ClosedStream(StreamKind.SUBSCRIBER, "sse", reason, cursor, 1));
        }
        assertThat(lines("why=\"summed up " + epoch)).hasSize(StreamEndLog.LINES_MAX);
        log.maintain();
        assertThat(lines("not_logged=7")).isEmpty();
        nowMs.set(60_000);
        log.maintain();
        log.maintain();
        assertThat(lines("not_logged=7")).singleElement().satisfies(logged -> {
            assertThat(logged.getLevel()).isEqualTo(Level.WARNING);
            assertThat(logged.getMessage()).isEqualTo("streams ended reason=unavailable not_logged=7");
        });
        log.ended(new ClosedStream(StreamKind.SUBSCRIBER, "sse", reason, cursor, 1));
        assertThat(lines("why=\"summed up " + epoch)).hasSize(StreamEndLog.LINES_MAX + 1);
    }
}
