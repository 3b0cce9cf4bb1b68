package dev.sluice.server.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.http.InFlightBytes;
import dev.sluice.wire.WebSocketFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Tests the accounting of incomplete messages, on a connection with a clock moved by the test.
final class MessageDecoderTest {
    private static final int MESSAGE_BYTES_MAX = 100_000;
    private static final Duration GRACE = Duration.ofSeconds(20);

    private final InFlightBytes inFlight = new InFlightBytes(160_000, "publish.in_flight_max");
    private final List<EmbeddedChannel> channels = new ArrayList<>();
    private final EmbeddedChannel channel = connect(false);
    private boolean pausesAfterEach;

    private EmbeddedChannel connect(boolean deflates) {
        var limits = new MessageLimits(MESSAGE_BYTES_MAX, inFlight, GRACE, 512);
        EmbeddedChannel connected = DecodedInput.channel(limits, deflates, outlet -> {
            if (pausesAfterEach) outlet.setReading(false);
        });
        channels.add(connected);
        return connected;
    }

    /// A frame's head, masked with zeros.
    private static ByteBuf head(int first, int length) {
        return Unpooled.buffer().writeBytes(WebSocketFrame.head(first, new byte[4], length));
    }

    private static ByteBuf frame(int first, int length) {
        return head(first, length).writeBytes("a".repeat(length).getBytes(StandardCharsets.US_ASCII));
    }

    private void pass(Duration time) {
        channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        channel.runScheduledPendingTasks();
    }

    private static int length(Object message) {
        return ((WebSocketMessage.Text) message).bytes().length;
    }

    @AfterEach
    void holdsNothingAfterTheEnd() {
        channels.forEach(EmbeddedChannel::finishAndReleaseAll);
        assertThat(inFlight.bytes()).isZero();
    }

    @Test
    void countsOneLargeFrameAsItArrives() {
        channel.writeInbound(head(0x81, 50_000));
        assertThat(inFlight.bytes()).isZero();
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[20_000]));
        assertThat(inFlight.bytes()).isEqualTo(20_000);
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[29_999]));
        assertThat(inFlight.bytes()).isEqualTo(49_999);
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[1]));
        assertThat(length(channel.readInbound())).isEqualTo(50_000);
        assertThat(inFlight.bytes()).isZero();
    }

    @Test
    void acceptsTheLongestMessageInShortFrames() {
        int bytesMax = 4 << 20;
        var limits = new MessageLimits(bytesMax, new InFlightBytes(2 * bytesMax, "publish.in_flight_max"), GRACE, 512);
        EmbeddedChannel long4m = DecodedInput.channel(limits, false, _ -> {});
        channels.add(long4m);
        for (int sent = 0; sent < bytesMax; sent += 64) {
            int first = sent == 0 ? 0x01 : sent + 64 < bytesMax ? 0x00 : 0x80;
            long4m.writeInbound(frame(first, 64));
        }
        assertThat(length(long4m.readInbound())).isEqualTo(bytesMax);
    }

    @Test
    void countsFragmentsAsTheyArrive() {
        channel.writeInbound(frame(0x01, 1_000));
        channel.writeInbound(frame(0x00, 1_000));
        assertThat(inFlight.bytes()).isEqualTo(2_000);
        channel.writeInbound(frame(0x80, 0));
        assertThat(length(channel.readInbound())).isEqualTo(2_000);
        assertThat(inFlight.bytes()).isZero();
    }

    @Test
    void decodesFramesSplitAnywhere() {
        ByteBuf all = Unpooled.buffer();
        all.writeBytes(frame(0x01, 3))
                .writeBytes(frame(0x89, 2))
                .writeBytes(frame(0x80, 200))
                .writeBytes(frame(0x81, 0));
        while (all.isReadable()) channel.writeInbound(all.readBytes(1));
        assertThat(channel.<Object>readInbound()).isInstanceOf(WebSocketMessage.Ping.class);
        assertThat(length(channel.readInbound())).isEqualTo(203);
        assertThat(length(channel.readInbound())).isZero();
        assertThat(channel.<Object>readInbound()).isNull();
    }

    @Test
    void closesOnAMessageThatStalls() {
        channel.writeInbound(frame(0x01, 10_000));
        pass(GRACE.minusMillis(1));
        assertThat(channel.<Object>readInbound()).isNull();
        pass(Duration.ofMillis(1));
        assertThat(((CloseFrame) channel.readInbound()).code()).isEqualTo(1008);
        assertThat(inFlight.bytes()).isZero();
    }

    @Test
    void allowsASteadyMessageAllItsTime() {
        channel.writeInbound(frame(0x01, 512));
        for (int i = 0; i < 60; i++) {
            pass(Duration.ofSeconds(1));
            channel.writeInbound(frame(0x00, 512));
        }
        channel.writeInbound(frame(0x80, 1));
        assertThat(length(channel.readInbound())).isEqualTo(61 * 512 + 1);
    }

    @Test
    void doesNotCountTimeWithoutReading() {
        channel.writeInbound(frame(0x01, 512));
        channel.config().setAutoRead(false);
        pass(GRACE.multipliedBy(10));
        assertThat(channel.<Object>readInbound()).isNull();
        channel.config().setAutoRead(true);
        pass(GRACE);
        assertThat(((CloseFrame) channel.readInbound()).code()).isEqualTo(1008);
    }

    @Test
    void isEvictedForOthers() {
        channel.writeInbound(frame(0x01, 90_000));
        connect(false).writeInbound(frame(0x01, 60_000));
        channel.runPendingTasks();
        assertThat(((CloseFrame) channel.readInbound()).code()).isEqualTo(1013);
        assertThat(inFlight.bytes()).isEqualTo(60_000);
    }

    @Test
    void inflatesNothingWhilePaused() {
        EmbeddedChannel deflating = connect(true);
        pausesAfterEach = true;
        byte[] small = Compressed.of(new byte[50_000]);
        ByteBuf both = Unpooled.buffer();
        for (int i = 0; i < 2; i++) both.writeBytes(head(0xC1, small.length)).writeBytes(small);
        deflating.writeInbound(both);
        assertThat(length(deflating.readInbound())).isEqualTo(50_000);
        assertThat(deflating.<Object>readInbound()).isNull();
        deflating.config().setAutoRead(true);
        deflating.runPendingTasks();
        assertThat(length(deflating.readInbound())).isEqualTo(50_000);
    }
}
