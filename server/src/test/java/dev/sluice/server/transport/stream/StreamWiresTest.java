package dev.sluice.server.transport.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.delivery.Ending;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.Lag;
import dev.sluice.server.transport.Chunks;
import dev.sluice.server.transport.Envelopes;
import dev.sluice.server.transport.Framing;
import dev.sluice.server.transport.Hostile;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.domains.Domain;
import org.junit.jupiter.api.Test;

class StreamWiresTest {
    private static final JsonLinesWire LINES = new JsonLinesWire(Framing.CHUNKED);
    private static final TextWire TEXT = new TextWire(Framing.CHUNKED);
    private static final Cursor AT = new Cursor(new Epoch("k3f"), 7);

    private static String line(byte[] chunk) {
        Chunks.Body body = Chunks.read(chunk);
        assertThat(body.count()).isEqualTo(1);
        assertThat(body.text()).endsWith("\n").containsOnlyOnce("\n");
        return body.text().strip();
    }

    @Property
    @Domain(Hostile.class)
    void aLineIsAnEnvelope(@ForAll Event event) {
        byte[] plain = Hostile.spelled(new JsonLinesWire(Framing.PLAIN), event);
        byte[] chunk = Hostile.spelled(LINES, event);
        assertThat(Chunks.read(chunk).bytes()).isEqualTo(plain);
        Envelopes.assertIs(event, line(chunk));
    }

    @Property
    @Domain(Hostile.class)
    void textIsTheBytesAsTheyAre(@ForAll Event event) {
        byte[] chunk = Hostile.spelled(TEXT, event);
        Chunks.Body body = Chunks.read(chunk);
        assertThat(body.bytes()).isEqualTo(event.content().bytes());
        assertThat(body.isWhole())
                .describedAs("an empty chunk would be the end of the body")
                .isFalse();
        assertThat(Hostile.spelled(new TextWire(Framing.PLAIN), event))
                .isEqualTo(event.content().bytes());
    }

    @Test
    void aMebibyteIsOneChunk() {
        Event event = Hostile.event(Hostile.binary(new byte[1 << 20]));
        assertThat(Chunks.read(Hostile.spelled(TEXT, event)).bytes()).hasSize(1 << 20);
        Envelopes.assertIs(event, line(Hostile.spelled(LINES, event)));
    }

    @Test
    void linesSayWhatIsSaidBesidesEvents() {
        assertThat(line(LINES.begin(AT))).isEqualTo("{\"cursor\":\"k3f-7\"}");
        assertThat(line(LINES.gap(new Gap("x", AT, Gap.Reason.DELETED))))
                .isEqualTo("{\"gap\":{\"after\":\"x\",\"resume\":\"k3f-7\",\"reason\":\"deleted\"}}");
        assertThat(line(LINES.heartbeat(AT, new Lag(2, 5))))
                .isEqualTo("{\"heartbeat\":{\"cursor\":\"k3f-7\",\"behind\":2}}");
        assertThat(line(LINES.closed(new ChannelName("a"), AT)))
                .isEqualTo("{\"closed\":{\"channel\":\"a\",\"cursor\":\"k3f-7\"}}");
        assertThat(line(LINES.end(new Ending.Unavailable("disk"))))
                .startsWith("{\"error\":{")
                .contains("\"status\":503", "\"retry\":true");
        assertThat(line(LINES.end(new Ending.Missing(new Gap("x", AT, Gap.Reason.EPOCH)))))
                .contains("\"status\":410", "\"reason\":\"epoch\"", "\"resume\":\"k3f-7\"", "\"retry\":false");
        for (Ending ending : new Ending[] {new Ending.Complete(), new Ending.Stopping(), new Ending.Unavailable("x")}) {
            assertThat(Chunks.read(LINES.end(ending)).isWhole()).isTrue();
        }
    }

    @Test
    void textHasNoWordsAndIsWholeOnlyWhereAllWasSaid() {
        assertThat(TEXT.gap(new Gap("x", AT, Gap.Reason.DELETED))).isNull();
        assertThat(TEXT.heartbeat(AT, Lag.NONE)).isNull();
        assertThat(TEXT.closed(new ChannelName("a"), AT)).isNull();
        assertThat(Chunks.read(TEXT.end(new Ending.Complete())).isWhole()).isTrue();
        assertThat(TEXT.end(new Ending.Stopping())).isNull();
        assertThat(TEXT.end(new Ending.Unavailable("x"))).isNull();
        assertThat(new String(new TextWire(Framing.PLAIN).end(new Ending.Complete()), StandardCharsets.UTF_8))
                .isEmpty();
    }
}
