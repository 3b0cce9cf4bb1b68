package dev.sluice.server.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.fuzz.FuzzTarget;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.publish.Utf8;
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
        var limits = new MessageLimits(BYTES_MAX, budget, Duration.ofSeconds(20), 512);
        List<String> received = new ArrayList<>();
        EmbeddedChannel channel = DecodedInput.channel(limits, deflates, _ -> {});
        try {
            for (int at = 0; at < input.length && channel.isOpen(); at += partBytes) {
                byte[] part = Arrays.copyOfRange(input, at, Math.min(input.length, at + partBytes));
                channel.writeInbound(Unpooled.wrappedBuffer(part));
            }
            channel.finish(); // Messages that are complete are delivered although the client has gone.
            for (Object next = channel.readInbound(); next != null; next = channel.readInbound()) {
                received.add(text(next));
                if (next instanceof CloseFrame)
                    assertThat(channel.inboundMessages()).as("after an error").isEmpty();
            }
        } finally {
            channel.finishAndReleaseAll();
        }
        assertThat(budget.bytes()).isZero();
        return received;
    }

    private static String text(Object decoded) {
        return switch (decoded) {
            case WebSocketMessage.Text(var bytes) -> {
                assertThat(bytes.length).isLessThanOrEqualTo(BYTES_MAX);
                assertThat(Utf8.brokenAt(bytes)).isNegative();
                yield "text " + new String(bytes, StandardCharsets.UTF_8);
            }
            case WebSocketMessage.Binary(var bytes) -> {
                assertThat(bytes.length).isLessThanOrEqualTo(BYTES_MAX);
                yield "binary " + Arrays.toString(bytes);
            }
            case WebSocketMessage.Ping(var bytes) -> {
                assertThat(bytes.length).isLessThanOrEqualTo(125);
                yield "ping " + Arrays.toString(bytes);
            }
            case WebSocketMessage.Pong() -> "pong";
            case WebSocketMessage.Close(int code) -> "close " + code;
            case CloseFrame error -> "error " + error.code();
            default -> throw new AssertionError(decoded);
        };
    }

    private static void inflate(byte[] input) {
        try {
            assertThat(Inflate.message(input, input.length, BYTES_MAX).length).isLessThanOrEqualTo(BYTES_MAX);
        } catch (WebSocketException refused) {
            assertThat(refused.closeFrame().code()).isIn(1007, 1009);
        }
    }
}
