package dev.sluice.server.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.fuzz.FuzzTarget;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.net.Outlet;
import dev.sluice.server.net.SocketOutlet;
import dev.sluice.server.net.UpgradeHandler;
import dev.sluice.server.publish.Utf8;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Frames of a client, with and without compression.
public final class WebSocketTargets {
    public static final List<FuzzTarget> ALL = List.of(
            new FuzzTarget("frames", input -> frames(input, false)),
            new FuzzTarget("compressed-frames", input -> frames(input, true)),
            new FuzzTarget("inflate", WebSocketTargets::inflate));

    private static final int BYTES_MAX = 10_000;

    private WebSocketTargets() {}

    /// In one piece or cut after each byte: the same messages, then the same error; and nothing stays reserved.
    private static void frames(byte[] input, boolean deflates) {
        assertThat(decoded(input, deflates, 1)).isEqualTo(decoded(input, deflates, Math.max(1, input.length)));
    }

    private static List<String> decoded(byte[] input, boolean deflates, int partBytes) {
        var budget = new InFlightBytes(1_000_000, "test");
        List<String> received = new ArrayList<>();
        var channel = new EmbeddedChannel();
        try {
            channel.freezeTime();
            SocketOutlet.upgrade(channel, outlet -> new Received(outlet, budget, deflates, received));
            for (int at = 0; at < input.length && channel.isOpen(); at += partBytes) {
                byte[] part = Arrays.copyOfRange(input, at, Math.min(input.length, at + partBytes));
                channel.writeInbound(Unpooled.wrappedBuffer(part));
            }
        } finally {
            channel.finishAndReleaseAll();
        }
        assertThat(budget.bytes()).isZero();
        return received;
    }

    private static final class Received implements UpgradeHandler, MessageDecoder.MessageListener {
        private final MessageDecoder decoder;
        private final List<String> received;
        private boolean hasFailed;

        Received(Outlet outlet, InFlightBytes budget, boolean deflates, List<String> received) {
            MessageLimits limits = new MessageLimits(BYTES_MAX, budget, Duration.ofSeconds(20), 512);
            this.decoder = new MessageDecoder(limits, deflates, outlet, this);
            this.received = received;
        }

        @Override
        public void received(WebSocketMessage message) {
            assertThat(hasFailed).as("a message after an error").isFalse();
            switch (message) {
                case WebSocketMessage.Text(var bytes) -> {
                    assertThat(bytes.length).isLessThanOrEqualTo(BYTES_MAX);
                    assertThat(Utf8.brokenAt(bytes)).isNegative();
                    received.add("text " + new String(bytes, StandardCharsets.UTF_8));
                }
                case WebSocketMessage.Binary(var bytes) -> {
                    assertThat(bytes.length).isLessThanOrEqualTo(BYTES_MAX);
                    received.add("binary " + Arrays.toString(bytes));
                }
                case WebSocketMessage.Ping(var bytes) -> {
                    assertThat(bytes.length).isLessThanOrEqualTo(125);
                    received.add("ping " + Arrays.toString(bytes));
                }
                case WebSocketMessage.Pong() -> received.add("pong");
                case WebSocketMessage.Close(int code) -> received.add("close " + code);
            }
        }

        @Override
        public void failed(WebSocketError error) {
            hasFailed = true;
            received.add("error " + error.closeFrame().code());
        }

        @Override
        public void read(ByteBuf bytes) {
            decoder.read(bytes);
        }

        @Override
        public boolean isHoldingInput() {
            return decoder.isHolding();
        }

        @Override
        public boolean resume() {
            return decoder.resume();
        }

        @Override
        public void writable() {}

        @Override
        public void close() {
            decoder.close();
        }

        @Override
        public boolean isOver() {
            return false;
        }
    }

    private static void inflate(byte[] input) {
        try {
            assertThat(Inflate.message(input, input.length, BYTES_MAX).length).isLessThanOrEqualTo(BYTES_MAX);
        } catch (WebSocketError refused) {
            assertThat(refused.closeFrame().code()).isIn(1007, 1009);
        }
    }
}
