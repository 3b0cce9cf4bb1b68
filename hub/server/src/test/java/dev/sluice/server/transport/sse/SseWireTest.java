package dev.sluice.server.transport.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.delivery.stream.EndReason;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.GapReason;
import dev.sluice.core.log.Lag;
import dev.sluice.server.http.BodyFraming;
import dev.sluice.server.subscribe.HeartbeatForm;
import dev.sluice.server.transport.Chunks;
import dev.sluice.server.transport.Envelopes;
import dev.sluice.server.transport.HostileEvents;
import dev.sluice.wire.SseParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.domains.Domain;
import org.junit.jupiter.api.Test;

/// Checks the encoding with a parser that knows the standard and nothing of the hub.
class SseWireTest {
    private static final SseWire RAW = new SseWire(false, BodyFraming.PLAIN, HeartbeatForm.BLOCK);
    private static final SseWire JSON = new SseWire(true, BodyFraming.PLAIN, HeartbeatForm.BLOCK);
    private static final Cursor AT = new Cursor(new Epoch("k3f"), 7);

    /// What a browser gets of a stream: its events, and the id to resume after.
    private record EventStream(List<Message> messages, String lastEventId) {
        private record Message(String type, String data, String lastEventId) {}

        static EventStream read(byte[] bytes) throws IOException {
            var parser = new SseParser();
            var messages = new ArrayList<Message>();
            parser.parse(bytes, 0, bytes.length, block -> {
                assertThat(block.unknown()).isEmpty();
                if (block.data() != null) messages.add(new Message(block.type(), block.data(), parser.lastEventId()));
            });
            return new EventStream(messages, parser.lastEventId());
        }
    }

    private static EventStream read(SseWire wire, byte[] bytes) throws IOException {
        return EventStream.read(
                wire.framing() == BodyFraming.CHUNKED ? Chunks.read(bytes).bytes() : bytes);
    }

    @Property
    @Domain(HostileEvents.class)
    void encodesRawDataWithItsTypeAndId(@ForAll Event event) throws IOException {
        EventStream stream = EventStream.read(HostileEvents.encoded(RAW, event));
        assertThat(stream.lastEventId()).isEqualTo("k3f-1042");
        if (event.isForgotten()) {
            assertThat(stream.messages()).isEmpty();
        } else {
            assertThat(stream.messages())
                    .containsExactly(new EventStream.Message(event.type(), asReceived(event.content()), "k3f-1042"));
        }
    }

    /// The format has only one kind of line end, and no binary data.
    private static String asReceived(Content content) {
        if (content.kind() == ContentKind.BINARY) return Base64.getEncoder().encodeToString(content.bytes());
        return new String(content.bytes(), StandardCharsets.UTF_8)
                .replace("\r\n", "\n")
                .replace('\r', '\n');
    }

    @Property
    @Domain(HostileEvents.class)
    void encodesEnvelopesExactly(@ForAll Event event) throws IOException {
        EventStream stream = EventStream.read(HostileEvents.encoded(JSON, event));
        assertThat(stream.messages()).hasSize(1);
        EventStream.Message message = stream.messages().getFirst();
        assertThat(message.type()).isEqualTo(event.type());
        assertThat(message.lastEventId()).isEqualTo("k3f-1042");
        Envelopes.assertIs(event, message.data());
    }

    @Property
    @Domain(HostileEvents.class)
    void makesEachEventOneChunkOfTheSameBytes(@ForAll Event event) {
        for (boolean json : new boolean[] {false, true}) {
            Chunks.Body body = Chunks.read(
                    HostileEvents.encoded(new SseWire(json, BodyFraming.CHUNKED, HeartbeatForm.BLOCK), event));
            assertThat(body.count()).isEqualTo(1);
            assertThat(body.bytes())
                    .isEqualTo(HostileEvents.encoded(new SseWire(json, BodyFraming.PLAIN, HeartbeatForm.BLOCK), event));
        }
    }

    @Test
    void carriesAMebibyte() throws IOException {
        String text = "0123456789abcde\n".repeat(65_536);
        Event event = HostileEvents.event(HostileEvents.text(text));
        assertThat(EventStream.read(HostileEvents.encoded(RAW, event))
                        .messages()
                        .getFirst()
                        .data())
                .isEqualTo(text);
    }

    @Test
    void encodesMessagesOtherThanEvents() throws IOException {
        for (BodyFraming framing : BodyFraming.values()) {
            SseWire wire = new SseWire(false, framing, HeartbeatForm.BLOCK);
            Gap gap = new Gap("old~1", AT, GapReason.TRIMMED);
            assertThat(read(wire, wire.gap(gap)).messages())
                    .containsExactly(new EventStream.Message(
                            "sluice.gap",
                            "{\"after\":\"old~1\",\"resume\":\"k3f-7\",\"reason\":\"trimmed\"}",
                            "k3f-7"));
            assertThat(read(wire, wire.closed(new ChannelName("a"), AT)).messages())
                    .containsExactly(new EventStream.Message(
                            "sluice.closed", "{\"channel\":\"a\",\"cursor\":\"k3f-7\"}", "k3f-7"));
        }
    }

    @Test
    void encodesHeartbeatsAsAnIdOrAsAnEvent() throws IOException {
        EventStream silent = read(RAW, RAW.heartbeat(AT, new Lag(3, 9)));
        assertThat(silent.messages()).isEmpty();
        assertThat(silent.lastEventId()).isEqualTo("k3f-7");
        SseWire visible = new SseWire(false, BodyFraming.PLAIN, HeartbeatForm.EVENT);
        assertThat(read(visible, visible.heartbeat(AT, new Lag(3, 9))).messages())
                .containsExactly(
                        new EventStream.Message("sluice.heartbeat", "{\"cursor\":\"k3f-7\",\"behind\":3}", "k3f-7"));
    }

    @Test
    void endsCompletelyOrWithAnErrorWithoutId() throws IOException {
        SseWire wire = new SseWire(false, BodyFraming.CHUNKED, HeartbeatForm.BLOCK);
        assertThat(Chunks.read(wire.end(new EndReason.Complete())).isWhole()).isTrue();
        assertThat(Chunks.read(wire.end(new EndReason.Stopping())).isWhole()).isTrue();
        Chunks.Body body = Chunks.read(wire.end(new EndReason.TooFarBehind(AT)));
        assertThat(body.isWhole()).isTrue();
        EventStream stream = EventStream.read(body.bytes());
        assertThat(stream.lastEventId()).isEmpty();
        assertThat(stream.messages()).singleElement().satisfies(error -> {
            assertThat(error.type()).isEqualTo("sluice.error");
            assertThat(error.data()).contains("\"status\":503", "\"cursor\":\"k3f-7\"", "\"retry\":true");
        });
        body = Chunks.read(wire.end(new EndReason.Revoked()));
        assertThat(body.isWhole()).isTrue();
        assertThat(EventStream.read(body.bytes()).messages()).singleElement().satisfies(error -> {
            assertThat(error.type()).isEqualTo("sluice.error");
            assertThat(error.data()).contains("/problems/revoked", "\"status\":401", "\"retry\":false");
        });
    }
}
