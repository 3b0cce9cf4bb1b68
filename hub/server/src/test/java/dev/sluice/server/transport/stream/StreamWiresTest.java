package dev.sluice.server.transport.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.delivery.stream.EndReason;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.GapReason;
import dev.sluice.core.log.Lag;
import dev.sluice.server.http.BodyFraming;
import dev.sluice.server.transport.Chunks;
import dev.sluice.server.transport.Envelopes;
import dev.sluice.server.transport.HostileEvents;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.domains.Domain;
import org.junit.jupiter.api.Test;

class StreamWiresTest {
    private static final JsonLinesWire LINES = new JsonLinesWire(BodyFraming.CHUNKED);
    private static final TextWire TEXT = new TextWire(BodyFraming.CHUNKED);
    private static final Cursor AT = new Cursor(new Epoch("k3f"), 7);

    private static String line(byte[] chunk) {
        Chunks.Body body = Chunks.read(chunk);
        assertThat(body.count()).isEqualTo(1);
        // Some readers split lines at all line ends of Unicode.
        assertThat(body.text().split("\\R", -1)).hasSize(2).endsWith("");
        return body.text().strip();
    }

    @Property
    @Domain(HostileEvents.class)
    void aLineIsAnEnvelope(@ForAll Event event) {
        byte[] plain = HostileEvents.encoded(new JsonLinesWire(BodyFraming.PLAIN), event);
        byte[] chunk = HostileEvents.encoded(LINES, event);
        assertThat(Chunks.read(chunk).bytes()).isEqualTo(plain);
        Envelopes.assertIs(event, line(chunk));
    }

    @Property
    @Domain(HostileEvents.class)
    void textIsTheUnchangedData(@ForAll Event event) {
        byte[] chunk = HostileEvents.encoded(TEXT, event);
        Chunks.Body body = Chunks.read(chunk);
        assertThat(body.bytes()).isEqualTo(event.content().bytes());
        assertThat(body.isWhole())
                .describedAs("an empty chunk would end the body")
                .isFalse();
        assertThat(HostileEvents.encoded(new TextWire(BodyFraming.PLAIN), event))
                .isEqualTo(event.content().bytes());
    }

    @Test
    void aMebibyteIsOneChunk() {
        Event event = HostileEvents.event(HostileEvents.binary(new byte[1 << 20]));
        assertThat(Chunks.read(HostileEvents.encoded(TEXT, event)).bytes()).hasSize(1 << 20);
        Envelopes.assertIs(event, line(HostileEvents.encoded(LINES, event)));
    }

    @Test
    void linesEncodeMessagesOtherThanEvents() {
        assertThat(line(LINES.begin(AT, List.of()))).isEqualTo("{\"cursor\":\"k3f-7\"}");
        assertThat(line(LINES.begin(AT, List.of(new ChannelName("a"), new ChannelName("b\"")))))
                .isEqualTo("{\"cursor\":\"k3f-7\",\"ended\":[\"a\",\"b\\\"\"]}");
        assertThat(line(LINES.gap(new Gap("x", AT, GapReason.DELETED))))
                .isEqualTo("{\"gap\":{\"after\":\"x\",\"resume\":\"k3f-7\",\"reason\":\"deleted\"}}");
        assertThat(line(LINES.heartbeat(AT, new Lag(2, 5))))
                .isEqualTo("{\"heartbeat\":{\"cursor\":\"k3f-7\",\"behind\":2}}");
        assertThat(line(LINES.closed(new ChannelName("a"), AT)))
                .isEqualTo("{\"closed\":{\"channel\":\"a\",\"cursor\":\"k3f-7\"}}");
        assertThat(line(LINES.end(new EndReason.Unavailable("disk"))))
                .startsWith("{\"error\":{")
                .contains("\"status\":503", "\"retry\":true");
        assertThat(line(LINES.end(new EndReason.Missing(new Gap("x", AT, GapReason.EPOCH)))))
                .contains("\"status\":410", "\"reason\":\"epoch\"", "\"resume\":\"k3f-7\"", "\"retry\":false");
        assertThat(line(LINES.end(new EndReason.Expired())))
                .contains("/problems/token-expired", "\"status\":401", "\"retry\":false");
        for (EndReason.Reported reason : new EndReason.Reported[] {
            new EndReason.Complete(), new EndReason.Stopping(), new EndReason.Unavailable("x"), new EndReason.Revoked()
        }) {
            assertThat(Chunks.read(LINES.end(reason)).isWhole()).isTrue();
        }
    }

    @Test
    void textHasNoOtherMessagesAndIsWholeOnlyWhenComplete() {
        assertThat(TEXT.gap(new Gap("x", AT, GapReason.DELETED))).isNull();
        assertThat(TEXT.heartbeat(AT, Lag.NONE)).isNull();
        assertThat(TEXT.closed(new ChannelName("a"), AT)).isNull();
        assertThat(Chunks.read(TEXT.end(new EndReason.Complete())).isWhole()).isTrue();
        assertThat(TEXT.end(new EndReason.Stopping())).isNull();
        assertThat(TEXT.end(new EndReason.Unavailable("x"))).isNull();
        assertThat(TEXT.end(new EndReason.Expired())).isNull();
        assertThat(TEXT.end(new EndReason.Revoked())).isNull();
        assertThat(new String(new TextWire(BodyFraming.PLAIN).end(new EndReason.Complete()), StandardCharsets.UTF_8))
                .isEmpty();
    }
}
