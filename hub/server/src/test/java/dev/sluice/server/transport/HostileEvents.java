package dev.sluice.server.transport;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.delivery.stream.Wire;
import dev.sluice.core.encoding.ByteBuilder;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.Event;
import dev.sluice.core.event.EventFields;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;
import net.jqwik.api.domains.DomainContextBase;
import org.jspecify.annotations.Nullable;

/// Events made of characters that break parsers.
public final class HostileEvents extends DomainContextBase {
    private static final String[] PIECES = {
        "\r",
        "\n",
        "\r\n",
        "\n\n",
        "\0",
        "\u2028",
        "\u2029",
        "\u0085",
        "\uFEFF",
        "\u000B",
        "\"",
        "'",
        "\\",
        "\\u0000",
        ":",
        " ",
        "data: ",
        "id: 1\n",
        "event: x\r",
        "retry: 1",
        "{",
        "}",
        "[",
        "]",
        ",",
        "0\r\n\r\n",
        "é",
        "漢",
        "😀",
        "\t",
        "<script>",
        "a",
        "\u007F",
        "\uFFFF"
    };

    /// A text of some of these pieces.
    static Arbitrary<String> text() {
        return Arbitraries.of(PIECES).list().ofMaxSize(12).map(pieces -> String.join("", pieces));
    }

    private static Arbitrary<String> name() {
        return Arbitraries.of(
                "message", "tick", " x", "x ", ":", "data", "é", "\u2028", "a:b", "\"", "\\", "{}", "#", "漢字", "😀");
    }

    private static Arbitrary<Content> content() {
        return Arbitraries.oneOf(
                text().map(HostileEvents::text),
                Arbitraries.bytes().array(byte[].class).ofMaxSize(40).map(HostileEvents::binary),
                text().map(text -> json(quoted(text))),
                Arbitraries.of("{\r\n \"a\" :\t[1,\n2 ] }", "null", " 1.0e5\n", "\"\\ud800\"", "[[[[]]]]")
                        .map(HostileEvents::json));
    }

    @Provide
    Arbitrary<Event> events() {
        Arbitrary<String> nullable = name().injectNull(0.5);
        return Combinators.combine(
                        content(),
                        name(),
                        nullable,
                        nullable,
                        Arbitraries.integers().between(0, 9))
                .as((content, type, key, from, kind) -> {
                    Event event = event(type, key, from, content, key != null && kind == 0);
                    return kind == 1 ? event.forgotten() : event;
                });
    }

    public static Content text(String text) {
        return new Content(ContentKind.TEXT, "text/plain", text.getBytes(StandardCharsets.UTF_8));
    }

    public static Content binary(byte[] bytes) {
        return new Content(ContentKind.BINARY, "application/octet-stream", bytes);
    }

    public static Content json(String json) {
        return new Content(ContentKind.JSON, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    /// The text as a JSON string, with as few escapes as possible.
    private static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') json.append('\\').append(c);
            else if (c < 0x20) json.append("\\u%04x".formatted((int) c));
            else json.append(c);
        }
        return json.append('"').toString();
    }

    public static Event event(Content content) {
        return event("message", null, null, content, false);
    }

    public static Event event(
            String type, @Nullable String key, @Nullable String from, Content content, boolean keyEnds) {
        Cursor id = new Cursor(new Epoch("k3f"), 1042);
        Draft draft = new Draft(
                new ChannelName("chat/7"), type, EventFields.ofKey(key).with("from", from), content, keyEnds, false);
        return Event.of(id, 1_795_162_530_123L, draft);
    }

    /// An event as a wire encodes it; fails unless encoding is deterministic.
    public static byte[] encoded(Wire wire, Event event) {
        ByteBuilder out = new ByteBuilder();
        out.text("before");
        wire.event(event, out);
        byte[] bytes = Arrays.copyOfRange(out.toByteArray(), 6, out.size());
        ByteBuilder again = new ByteBuilder();
        wire.event(event, again);
        if (!Arrays.equals(bytes, again.toByteArray())) throw new AssertionError("encoding is not deterministic");
        return bytes;
    }
}
