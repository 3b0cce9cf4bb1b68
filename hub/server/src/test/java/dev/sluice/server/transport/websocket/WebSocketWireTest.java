package dev.sluice.server.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.delivery.stream.EndReason;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.GapReason;
import dev.sluice.core.log.Lag;
import dev.sluice.server.transport.Envelopes;
import dev.sluice.server.transport.HostileEvents;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.domains.Domain;
import org.java_websocket.enums.Opcode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Checks the encoding with Netty's and Java-WebSocket's clients.
class WebSocketWireTest {
    private static final WebSocketWire JSON = new WebSocketWire(true, false);
    private static final WebSocketWire RAW = new WebSocketWire(false, false);
    private static final Cursor AT = new Cursor(new Epoch("k3f"), 7);

    private static ClientFrames.Frame onlyFrame(byte[] bytes) {
        List<ClientFrames.Frame> frames = ClientFrames.read(bytes);
        assertThat(frames).hasSize(1);
        return frames.getFirst();
    }

    private static String text(ClientFrames.Frame frame) {
        return new String(frame.payload(), StandardCharsets.UTF_8);
    }

    @Property
    @Domain(HostileEvents.class)
    void aMessageIsAnEnvelope(@ForAll Event event) {
        ClientFrames.Frame frame = onlyFrame(HostileEvents.encoded(JSON, event));
        assertThat(frame.opcode()).isEqualTo(Opcode.TEXT);
        Envelopes.assertIs(event, text(frame));
    }

    @Property
    @Domain(HostileEvents.class)
    void aRawMessageIsTheData(@ForAll Event event) {
        byte[] bytes = HostileEvents.encoded(RAW, event);
        if (event.isForgotten()) {
            assertThat(bytes).isEmpty();
            return;
        }
        ClientFrames.Frame frame = onlyFrame(bytes);
        boolean isBinary = event.content().kind() == ContentKind.BINARY;
        assertThat(frame.opcode()).isEqualTo(isBinary ? Opcode.BINARY : Opcode.TEXT);
        assertThat(frame.payload()).isEqualTo(event.content().bytes());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 124, 125, 126, 127, 1023, 1024, 1025, 65_535, 65_536, 65_537, 1 << 20})
    void aMessageHasAnyLength(int length) {
        for (boolean deflates : new boolean[] {false, true}) {
            byte[] data = "abcdefgh".repeat(length / 8 + 1).substring(0, length).getBytes(StandardCharsets.UTF_8);
            Event event = HostileEvents.event(HostileEvents.binary(data));
            ClientFrames.Frame frame = onlyFrame(HostileEvents.encoded(new WebSocketWire(false, deflates), event));
            assertThat(frame.isCompressed()).isEqualTo(deflates && length >= Deflate.BYTES_MIN);
            assertThat(frame.isCompressed() ? ClientFrames.inflated(frame.payload()) : frame.payload())
                    .isEqualTo(data);
            if (frame.isCompressed()) assertThat(frame.payload().length).isLessThan(length);
        }
    }

    @Property(tries = 100)
    void anyCompressedMessageDecompresses(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] data = new byte[1 + random.nextInt(100_000)];
        int alphabet = 1 + random.nextInt(256);
        for (int i = 0; i < data.length; i++) data[i] = (byte) random.nextInt(alphabet);
        ClientFrames.Frame frame = onlyFrame(
                HostileEvents.encoded(new WebSocketWire(false, true), HostileEvents.event(HostileEvents.binary(data))));
        assertThat(frame.isCompressed() ? ClientFrames.inflated(frame.payload()) : frame.payload())
                .isEqualTo(data);
    }

    @Test
    void incompressibleDataIsNotCompressed() {
        byte[] noise = new byte[5_000];
        new Random(1).nextBytes(noise);
        ClientFrames.Frame frame = onlyFrame(HostileEvents.encoded(
                new WebSocketWire(false, true), HostileEvents.event(HostileEvents.binary(noise))));
        assertThat(frame.isCompressed()).isFalse();
        assertThat(frame.payload()).isEqualTo(noise);
    }

    @Test
    void jsonEncodesMessagesOtherThanEvents() {
        assertThat(text(onlyFrame(JSON.begin(AT)))).isEqualTo("{\"cursor\":\"k3f-7\"}");
        assertThat(text(onlyFrame(JSON.gap(new Gap("x", AT, GapReason.SKIPPED)))))
                .isEqualTo("{\"gap\":{\"after\":\"x\",\"resume\":\"k3f-7\",\"reason\":\"skipped\"}}");
        assertThat(text(onlyFrame(JSON.closed(new ChannelName("a"), AT))))
                .isEqualTo("{\"closed\":{\"channel\":\"a\",\"cursor\":\"k3f-7\"}}");
        List<ClientFrames.Frame> beat = ClientFrames.read(JSON.heartbeat(AT, new Lag(4, 4)));
        assertThat(text(beat.getFirst())).isEqualTo("{\"heartbeat\":{\"cursor\":\"k3f-7\",\"behind\":4}}");
        assertThat(beat.getLast().opcode()).isEqualTo(Opcode.PING);
        List<ClientFrames.Frame> end = ClientFrames.read(JSON.end(new EndReason.TooFarBehind(AT)));
        assertThat(text(end.getFirst())).startsWith("{\"error\":{").contains("\"status\":503", "\"retry\":true");
        assertThat(end.getLast().code()).isEqualTo(4503);
        List<ClientFrames.Frame> expired = ClientFrames.read(JSON.end(new EndReason.Expired()));
        assertThat(text(expired.getFirst())).contains("/problems/token-expired", "\"status\":401");
        assertThat(expired.getLast().code()).isEqualTo(4401);
    }

    @Test
    void rawHasPingsAndCloseCodesOnly() {
        assertThat(RAW.begin(AT)).isNull();
        assertThat(RAW.gap(new Gap("x", AT, GapReason.SKIPPED))).isNull();
        assertThat(RAW.closed(new ChannelName("a"), AT)).isNull();
        assertThat(onlyFrame(RAW.heartbeat(AT, Lag.NONE)).opcode()).isEqualTo(Opcode.PING);
        assertThat(onlyFrame(RAW.end(new EndReason.Complete())).code()).isEqualTo(1000);
        assertThat(onlyFrame(RAW.end(new EndReason.Stopping())).code()).isEqualTo(1012);
        assertThat(onlyFrame(RAW.end(new EndReason.Missing(new Gap("x", AT, GapReason.DELETED))))
                        .code())
                .isEqualTo(4410);
        assertThat(onlyFrame(RAW.end(new EndReason.Unavailable("disk"))).code()).isEqualTo(4503);
        assertThat(onlyFrame(RAW.end(new EndReason.Expired())).code()).isEqualTo(4401);
        assertThat(onlyFrame(RAW.end(new EndReason.Revoked())).code()).isEqualTo(4401);
        assertThat(onlyFrame(RAW.end(new EndReason.ByClient(1007, "x"))).code()).isEqualTo(1007);
    }

    /// Clients join them with sentences of their own.
    @Test
    void givesItsReasonsAsSentences() {
        assertThat(text(onlyFrame(RAW.end(new EndReason.Complete())))).endsWith("All channels have ended.");
        assertThat(text(onlyFrame(RAW.end(new EndReason.Stopping())))).endsWith("The server restarts.");
    }

    @Property
    @Domain(HostileEvents.class)
    void aReasonIsCutBetweenTwoCharacters(@ForAll Event event, @ForAll("shifts") int shift) {
        String reason = "x".repeat(shift) + event.type().repeat(40);
        ClientFrames.Frame close = onlyFrame(Frames.close(1000, reason));
        assertThat(close.payload().length).isLessThanOrEqualTo(123);
        assertThat(reason).startsWith(text(close));
        assertThat(close.payload().length)
                .isGreaterThan(Math.min(reason.getBytes(StandardCharsets.UTF_8).length, 123) - 4);
    }

    @net.jqwik.api.Provide
    net.jqwik.api.Arbitrary<Integer> shifts() {
        return net.jqwik.api.Arbitraries.integers().between(0, 4);
    }

    @Test
    void aPongCarriesThePingsPayload() {
        byte[] payload = new byte[125];
        payload[7] = 7;
        assertThat(onlyFrame(Frames.pong(payload)).payload()).isEqualTo(payload);
        assertThat(onlyFrame(Frames.pong(new byte[0])).opcode()).isEqualTo(Opcode.PONG);
    }
}
