package dev.sluice.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
final class PublishLinesTest {
    private static final String FROM_HUB = "Content-Type: application/problem+json";

    /** Accepts the request and returns its number of lines. */
    private static final ScriptedHub.Script ACCEPTED = (request, connection) -> {
        long count = request.text().lines().filter(line -> !line.isEmpty()).count();
        connection.json("{\"count\":" + count + ",\"last\":\"c" + count + "\"}");
    };

    private final FakeTime time = new FakeTime();
    private ScriptedHub hub;
    private SluiceClient client;

    @BeforeEach
    void open() throws IOException {
        hub = new ScriptedHub();
        client = TestClients.client(hub, time);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        hub.close();
    }

    private CompletableFuture<PublishedMany> inBackground(LineUpload upload, InputStream source) {
        var result = new CompletableFuture<PublishedMany>();
        new Thread(() -> {
                    try {
                        result.complete(client.publishLines(upload, source));
                    } catch (InterruptedException | RuntimeException reason) {
                        result.completeExceptionally(reason);
                    }
                })
                .start();
        return result;
    }

    private static InputStream text(String text) {
        return new ByteArrayInputStream(text.getBytes(UTF_8));
    }

    @Test
    void publishesALineAsSoonAsItIsRead() throws Exception {
        hub.always(ACCEPTED);
        var pipe = new PipedOutputStream();
        var result = inBackground(LineUpload.to("logs").type("log").key("k"), new PipedInputStream(pipe));

        pipe.write("grün\npart".getBytes(UTF_8));
        pipe.flush();
        var first = hub.nextRequest();
        pipe.write(" of a line\r\nlast".getBytes(UTF_8));
        pipe.close();

        assertThat(first.target()).isEqualTo("/channels/logs?type=log&key=k&split=line");
        assertThat(first.text()).isEqualTo("grün\n");
        assertThat(result.get(60, TimeUnit.SECONDS).count()).isEqualTo(3);
        var second = hub.nextRequest();
        var rest = second.text()
                + (second.text().endsWith("last\n") ? "" : hub.nextRequest().text());
        assertThat(rest).isEqualTo("part of a line\r\nlast\n");
        assertThat(second.header("Idempotency-Key")).isNotEqualTo(first.header("Idempotency-Key"));
    }

    @Test
    void resendsAnInterruptedBlockUnchanged() throws Exception {
        hub.then((request, connection) -> connection.cut());
        hub.then((request, connection) -> connection.answer(503, "", ""));
        hub.then(ACCEPTED);

        var published = client.publishLines(LineUpload.to("logs").idempotencyKey("mine"), text("one\ntwo\n\nthree"));

        assertThat(published).isEqualTo(new PublishedMany(3, Optional.of("c3")));
        for (int n = 0; n < 3; n++) {
            var request = hub.nextRequest();
            assertThat(request.text()).isEqualTo("one\ntwo\nthree\n");
            assertThat(request.header("Idempotency-Key")).isEqualTo("mine.1");
        }
    }

    @Test
    void derivesBlocksFromTheLinesAloneIfTheCallerSetsAKey() throws Exception {
        hub.always(ACCEPTED);
        Iterator<String> lines =
                IntStream.range(0, 2500).mapToObj(n -> "line " + n).iterator();

        var published = client.publishLines(LineUpload.to("logs").idempotencyKey("mine"), lines);

        assertThat(published.count()).isEqualTo(2500);
        for (int block = 0; block < 3; block++) {
            var request = hub.nextRequest();
            assertThat(request.header("Idempotency-Key")).isEqualTo("mine." + (block * 1000 + 1));
            assertThat(request.text()).startsWith("line " + block * 1000 + "\n");
        }
    }

    @Test
    void limitsTheSizeOfBlocks() throws Exception {
        hub.always(ACCEPTED);
        var line = "x".repeat(100_000);

        client.publishLines(
                LineUpload.to("logs").idempotencyKey("mine"),
                List.of(line, line, line, "y".repeat(300_000), "z").iterator());

        assertThat(hub.nextRequest().body()).hasSize(200_002);
        assertThat(hub.nextRequest().body()).hasSize(100_001);
        assertThat(hub.nextRequest().body()).hasSize(300_001);
        assertThat(hub.nextRequest().body()).hasSize(2);
    }

    @Test
    void sendsALineThatIsTooLongForTheRestOfTheBufferWhileItsBlockIsNotFull() throws Exception {
        hub.always(ACCEPTED);
        var lines = ("x".repeat(999) + "\n").repeat(10) + "y".repeat(1_040_000);

        var result = inBackground(LineUpload.to("logs").idempotencyKey("mine"), text(lines));

        assertThat(result.get(60, TimeUnit.SECONDS).count()).isEqualTo(11);
        assertThat(hub.nextRequest().body()).hasSize(10_000);
        assertThat(hub.nextRequest().body()).hasSize(1_040_001);
    }

    @Test
    void endsTheChannelAfterTheLastLine() throws Exception {
        hub.then(ACCEPTED);
        hub.then((request, connection) -> connection.answer(201, "", "{\"id\":\"c2\",\"channel\":\"logs\"}"));

        client.publishLines(LineUpload.to("logs").json().idempotencyKey("mine").closing(), text("{}"));

        assertThat(hub.nextRequest().header("Content-Type")).isEqualTo("application/json");
        var end = hub.nextRequest();
        assertThat(end.target()).isEqualTo("/channels/logs?close=true");
        assertThat(end.header("Idempotency-Key")).isEqualTo("mine.end");
        assertThat(end.body()).isEmpty();
    }

    @Test
    void publishesNothingFromAnEmptySource() throws Exception {
        assertThat(client.publishLines(LineUpload.to("logs"), text("\n\n")))
                .isEqualTo(new PublishedMany(0, Optional.empty()));
    }

    @Test
    void reportsARefusalWhileTheSourceBlocks() throws Exception {
        hub.then((request, connection) -> connection.answer(409, "", ""));
        var pipe = new PipedOutputStream();
        var result = inBackground(LineUpload.to("logs"), new PipedInputStream(pipe));

        pipe.write("one\n".getBytes(UTF_8));
        pipe.flush();

        assertThatThrownBy(() -> result.get(60, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(RefusedException.class);
    }

    @Test
    void reportsThatLinesHaveArrivedIfTheRestOfTheirBlockIsRefused() {
        hub.then((request, connection) -> connection.answer(400, FROM_HUB, problem(400, 1)));
        assertThat(mayHaveArrived("{}\nno JSON\n")).isTrue();
        hub.then((request, connection) -> connection.answer(400, FROM_HUB, problem(400, 0)));
        assertThat(mayHaveArrived("no JSON\n")).isFalse();
    }

    @Test
    void reportsThatLinesHaveArrivedIfTheHubHasNoRoomForTheRestOfTheirBlock() {
        hub.then((request, connection) -> connection.answer(503, FROM_HUB, problem(503, 1)));
        hub.always((request, connection) -> connection.answer(503, FROM_HUB + "\nRetry-After: 50", problem(503, 0)));
        assertThat(mayHaveArrived("one\ntwo\n")).isTrue();
    }

    @Test
    void reportsThatLinesHaveArrivedIfALaterBlockIsRefused() {
        hub.then(ACCEPTED);
        hub.then((request, connection) -> connection.answer(409, FROM_HUB, problem(409, 0)));
        assertThat(mayHaveArrived("line\n".repeat(1001))).isTrue();
    }

    private boolean mayHaveArrived(String lines) {
        return catchThrowableOfType(
                        SluiceException.class,
                        () -> client.publishLines(LineUpload.to("logs").idempotencyKey("mine"), text(lines)))
                .mayHaveArrived();
    }

    private static String problem(int status, int count) {
        return "{\"type\":\"/problems/x\",\"title\":\"x\",\"status\":" + status + ",\"count\":" + count + "}";
    }

    @Test
    void publishesTheLinesBeforeItsSourceFailed() throws Exception {
        hub.then(ACCEPTED);
        var broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the disk is gone");
            }

            @Override
            public int read(byte[] bytes, int from, int length) throws IOException {
                return read();
            }
        };
        var source = new SequenceInputStream(text("one\ntwo\n"), broken);

        assertThatThrownBy(() -> client.publishLines(LineUpload.to("logs").idempotencyKey("mine"), source))
                .isInstanceOf(UncheckedIOException.class)
                .hasRootCauseMessage("the disk is gone");
        assertThat(hub.nextRequest().text()).isEqualTo("one\ntwo\n");
    }

    @Test
    void reportsAnErrorOfItsSource() {
        var broken = new InputStream() {
            @Override
            public int read() {
                throw new StackOverflowError("too deep");
            }

            @Override
            public int read(byte[] bytes, int from, int length) {
                return read();
            }
        };

        var result = inBackground(LineUpload.to("logs"), broken);

        assertThatThrownBy(() -> result.get(60, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseInstanceOf(StackOverflowError.class);
    }

    @Test
    void publishesNothingOnAClosedClient() {
        client.close();

        assertThatThrownBy(() -> client.publishLines(LineUpload.to("logs"), text("one\n")))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void refusesALineThatIsTooLong() throws Exception {
        try (var small = TestClients.builder(hub, time).messageBytesMax(10).build()) {
            assertThatThrownBy(() -> small.publishLines(LineUpload.to("logs"), text("0123456789x")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("10 bytes");
        }
    }

    @Test
    void blocksASourceThatIsFasterThanTheHub() throws Exception {
        var endless = new InputStream() {
            private final AtomicLong read = new AtomicLong();

            @Override
            public int read() {
                return 'x';
            }

            @Override
            public int read(byte[] bytes, int from, int length) {
                Arrays.fill(bytes, from, from + length, (byte) 'x');
                bytes[from + length - 1] = '\n';
                read.addAndGet(length);
                return length;
            }
        };
        hub.then((request, connection) -> connection.untilClientLeaves());
        var result = inBackground(LineUpload.to("logs"), endless);
        hub.nextRequest();

        time.awaitWait(Duration.ofDays(1)); // The reader waits for buffer space without a limit.
        assertThat(endless.read.get()).isLessThan(4 << 20);

        client.close();
        assertThatThrownBy(() -> result.get(60, TimeUnit.SECONDS)).isInstanceOf(CancellationException.class);
    }
}
