package dev.sluice.server.transport.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.delivery.Ending;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.Lag;
import dev.sluice.server.transport.Chunks;
import dev.sluice.server.transport.Envelopes;
import dev.sluice.server.transport.Framing;
import dev.sluice.server.transport.Hostile;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.domains.Domain;
import org.junit.jupiter.api.Test;

/// What we write, as a parser reads it that was written from the standard alone.
class SseWireTest {
    private static final SseWire RAW = new SseWire(false, Framing.PLAIN, false);
    private static final SseWire JSON = new SseWire(true, Framing.PLAIN, false);
    private static final Cursor AT = new Cursor(new Epoch("k3f"), 7);

    private static EventStream read(SseWire wire, byte[] bytes) {
        return EventStream.read(
                wire.framing() == Framing.CHUNKED ? Chunks.read(bytes).bytes() : bytes);
    }

    @Property
    @Domain(Hostile.class)
    void givesRawDataWithItsTypeAndId(@ForAll Event event) {
        EventStream stream = EventStream.read(Hostile.spelled(RAW, event));
        assertThat(stream.lastEventId()).isEqualTo("k3f-1042");
        if (event.isForgotten()) {
            assertThat(stream.messages()).isEmpty();
        } else {
            assertThat(stream.messages())
                    .containsExactly(new EventStream.Message(event.type(), carried(event.content()), "k3f-1042"));
        }
    }

    /// The format has one kind of line end, and no bytes.
    private static String carried(Content content) {
        if (content.kind() == Content.Kind.BINARY) return Base64.getEncoder().encodeToString(content.bytes());
        return new String(content.bytes(), StandardCharsets.UTF_8)
                .replace("\r\n", "\n")
                .replace('\r', '\n');
    }

    @Property
    @Domain(Hostile.class)
    void givesEnvelopesExactly(@ForAll Event event) {
        EventStream stream = EventStream.read(Hostile.spelled(JSON, event));
        assertThat(stream.messages()).hasSize(1);
        EventStream.Message message = stream.messages().getFirst();
        assertThat(message.type()).isEqualTo(event.type());
        assertThat(message.lastEventId()).isEqualTo("k3f-1042");
        Envelopes.assertIs(event, message.data());
    }

    @Property
    @Domain(Hostile.class)
    void makesEachEventOneChunkOfTheSameBytes(@ForAll Event event) {
        for (boolean json : new boolean[] {false, true}) {
            Chunks.Body body = Chunks.read(Hostile.spelled(new SseWire(json, Framing.CHUNKED, false), event));
            assertThat(body.count()).isEqualTo(1);
            assertThat(body.bytes()).isEqualTo(Hostile.spelled(new SseWire(json, Framing.PLAIN, false), event));
        }
    }

    @Test
    void carriesAMebibyte() {
        String text = "0123456789abcde\n".repeat(65_536);
        Event event = Hostile.event(Hostile.text(text));
        assertThat(EventStream.read(Hostile.spelled(RAW, event))
                        .messages()
                        .getFirst()
                        .data())
                .isEqualTo(text);
    }

    @Test
    void saysWhatItSaysBesidesEvents() {
        for (Framing framing : Framing.values()) {
            SseWire wire = new SseWire(false, framing, false);
            Gap gap = new Gap("old~1", AT, Gap.Reason.TRIMMED);
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
    void beatsWithAnIdAloneOrAsAnEvent() {
        EventStream quiet = read(RAW, RAW.heartbeat(AT, new Lag(3, 9)));
        assertThat(quiet.messages()).isEmpty();
        assertThat(quiet.lastEventId()).isEqualTo("k3f-7");
        SseWire loud = new SseWire(false, Framing.PLAIN, true);
        assertThat(read(loud, loud.heartbeat(AT, new Lag(3, 9))).messages())
                .containsExactly(
                        new EventStream.Message("sluice.heartbeat", "{\"cursor\":\"k3f-7\",\"behind\":3}", "k3f-7"));
    }

    @Test
    void endsWholeOrWithAnErrorThatHasNoId() {
        SseWire wire = new SseWire(false, Framing.CHUNKED, false);
        assertThat(Chunks.read(wire.end(new Ending.Complete())).isWhole()).isTrue();
        assertThat(Chunks.read(wire.end(new Ending.Stopping())).isWhole()).isTrue();
        Chunks.Body body = Chunks.read(wire.end(new Ending.TooFarBehind(AT)));
        assertThat(body.isWhole()).isTrue();
        EventStream stream = EventStream.read(body.bytes());
        assertThat(stream.lastEventId()).isEmpty();
        assertThat(stream.messages()).singleElement().satisfies(error -> {
            assertThat(error.type()).isEqualTo("sluice.error");
            assertThat(error.data()).contains("\"status\":503", "\"cursor\":\"k3f-7\"", "\"retry\":true");
        });
    }
}
