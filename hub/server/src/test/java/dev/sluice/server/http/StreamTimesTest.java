package dev.sluice.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.http.exchange.PriorKnowledge;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.http.policy.OriginPolicy;
import dev.sluice.server.http.policy.OriginSettings;
import dev.sluice.server.net.outlet.Outlet;
import dev.sluice.wire.HpackEncoder;
import dev.sluice.wire.Http2Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Time limits of an HTTP/2 stream, with a clock that the test moves.
final class StreamTimesTest {
    private static final Duration TIME = HttpSettings.DEFAULTS.answerTime();

    /// Netty takes the first stream for that of an upgrade if no listening channel has accepted the connection.
    private static final int STREAM = 3;

    private static final int BYTES = 100 << 10; // More than Netty lets wait for a socket.
    private static final int STEP = 1 << 10;

    private final StallingChannel channel = new StallingChannel();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private @Nullable Outlet outlet;
    private boolean isClosed;

    /// Sends a request.
    ///
    /// @param window of each stream
    private void connect(int window, Route route) {
        channel.freezeTime();
        channel.pipeline()
                .addLast(PriorKnowledge.initializer(
                        HttpSettings.DEFAULTS,
                        new OriginPolicy(OriginSettings.LOOPBACK),
                        route,
                        PriorKnowledge.budget()));
        byte[] get = HpackEncoder.getAsLiterals("localhost", "/");
        send(Http2Frame.PREFACE.getBytes(StandardCharsets.US_ASCII));
        send(Http2Frame.settings(Http2Frame.INITIAL_WINDOW_SIZE, window).bytes());
        send(Http2Frame.windowUpdate(0, 1 << 20).bytes());
        send(new Http2Frame(Http2Frame.HEADERS, Http2Frame.END_HEADERS | Http2Frame.END_STREAM, STREAM, get).bytes());
    }

    private void send(byte[] frame) {
        channel.writeInbound(Unpooled.wrappedBuffer(frame));
        channel.runPendingTasks();
    }

    private void pass(Duration time) {
        channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
    }

    private void open(Exchange exchange) {
        Outlet opened = exchange.stream(ServerResponse.empty(Status.OK), OutletTest.Nobody.INSTANCE);
        opened.onClosed(() -> isClosed = true);
        outlet = opened;
    }

    /// Ends with a short frame behind a long one, as a search does.
    private void end(Exchange exchange) {
        open(exchange);
        if (outlet == null) return;
        outlet.send(new byte[BYTES], () -> {});
        outlet.send(new byte[STEP], () -> {});
        outlet.end(true);
    }

    private List<Http2Frame> received() throws IOException {
        for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
            received.writeBytes(ByteBufUtil.getBytes(next));
            next.release();
        }
        var all = new ByteArrayInputStream(received.toByteArray());
        List<Http2Frame> frames = new ArrayList<>();
        while (all.available() > 0) frames.add(Http2Frame.read(all));
        return frames;
    }

    private void assertReceived(int bytes) throws IOException {
        List<Http2Frame> frames = received();
        assertThat(frames).noneMatch(each -> each.type() == Http2Frame.RST_STREAM);
        List<Http2Frame> data =
                frames.stream().filter(each -> each.type() == Http2Frame.DATA).toList();
        assertThat(data.stream().mapToInt(each -> each.payload().length).sum()).isEqualTo(bytes);
        assertThat(data.getLast().isLast()).isTrue();
    }

    @AfterEach
    void releasesAllBuffers() {
        channel.finishAndReleaseAll();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void waitsForAClientThatOpensItsWindowSlowly(boolean isWhole) throws Exception {
        byte[] body = new byte[BYTES + STEP];
        connect(0, isWhole ? exchange -> exchange.answer(ServerResponse.of(Status.OK, "a/b", body)) : this::end);
        for (int i = 0; i <= BYTES / STEP; i++) {
            pass(TIME.dividedBy(2));
            send(Http2Frame.windowUpdate(STREAM, STEP).bytes());
        }
        assertReceived(body.length);
    }

    @Test
    void waitsForAClientThatReadsItsConnectionSlowly() throws Exception {
        channel.isFull = true;
        connect(1 << 20, this::end);
        for (int i = 0; i <= BYTES / STEP + 1; i++) { // Heads take the rest.
            pass(TIME.dividedBy(2));
            channel.room = STEP;
            channel.flush();
            channel.runPendingTasks();
        }
        assertReceived(BYTES + STEP);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1 << 20})
    void cutsAStreamWhoseLastBytesAreNotTaken(int window) {
        channel.isFull = window > 0;
        connect(window, this::end);
        pass(TIME.minusMillis(1));
        assertThat(isClosed).isFalse();
        pass(Duration.ofMillis(1));
        pass(TIME); // The bytes were flushed after the time began, which counts as progress.
        assertThat(isClosed).isTrue();
    }

    @Test
    void showsHowMuchAClientTakesOfWhatWasSent() {
        connect(0, this::open);
        assertThat(outlet).isNotNull();
        outlet.send(new byte[2], () -> {});
        long first = outlet.progress();
        send(Http2Frame.windowUpdate(STREAM, 1).bytes());
        assertThat(outlet.progress()).isNotIn(first, Outlet.NOTHING_PENDING);
        send(Http2Frame.windowUpdate(STREAM, 1).bytes());
        assertThat(outlet.progress()).isEqualTo(Outlet.NOTHING_PENDING);
        outlet.send(new byte[2], () -> {});
        assertThat(outlet.progress()).isNotIn(first, Outlet.NOTHING_PENDING);
    }
}
