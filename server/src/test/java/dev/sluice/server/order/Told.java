package dev.sluice.server.order;

import dev.sluice.core.event.Content;
import dev.sluice.core.event.Event;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Whether what a client was told of an event is all of it and nothing else. Several events are what `coalesce` may
/// have joined.
final class Told {
    private static final int JOINED_BYTES_MAX = 64 * 1024;

    private Told() {}

    static void checkEnvelope(List<Event> parts, JsonNode seen) {
        checkAlike(parts);
        Event event = parts.getLast();
        boolean isSilent = event.isKeyEnd() && event.content().bytes().length == 0;
        boolean hasData = !event.isForgotten() && !isSilent;
        boolean isBinary = event.content().kind() == Content.Kind.BINARY && hasData;
        int members = 4;
        check(Seen.text(seen, "id").equals(event.id().text()), event, seen);
        check(Seen.text(seen, "channel").equals(event.channel().value()), event, seen);
        check(Seen.text(seen, "type").equals(event.type()), event, seen);
        check(Instant.parse(Seen.text(seen, "time")).toEpochMilli() == event.timeMs(), event, seen);
        check(Objects.equals(text(seen, "key"), event.key()), event, seen);
        if (event.key() != null) members++;
        boolean isRemoved = event.isForgotten() || event.isKeyEnd();
        check(seen.has("removed") == isRemoved, event, seen);
        if (isRemoved) members++;
        if (hasData) {
            members += isBinary ? 2 : 1;
            check(hasData(parts, seen), event, seen);
        }
        check(seen.size() == members, "nothing else in " + event, seen);
    }

    private static boolean hasData(List<Event> parts, JsonNode seen) {
        Content content = parts.getLast().content();
        byte[] bytes = joined(parts);
        return switch (content.kind()) {
            case TEXT -> new String(bytes, StandardCharsets.UTF_8).equals(text(seen, "data"));
            case JSON -> Seen.JSON.readTree(bytes).equals(seen.get("data"));
            case BINARY ->
                content.type().equals(text(seen, "contentType"))
                        && Arrays.equals(bytes, Base64.getDecoder().decode(Seen.text(seen, "data_base64")));
        };
    }

    /// The data alone, as an event stream can carry it.
    static void checkRaw(List<Event> parts, Seen.Raw seen) {
        checkAlike(parts);
        Event event = parts.getLast();
        byte[] bytes = joined(parts);
        String data = event.content().kind() == Content.Kind.BINARY
                ? Base64.getEncoder().encodeToString(bytes)
                : new String(bytes, StandardCharsets.UTF_8)
                        .replace("\r\n", "\n")
                        .replace('\r', '\n');
        check(
                !event.isForgotten()
                        && seen.type().equals(event.type())
                        && seen.data().equals(data),
                parts + " <" + data + ">",
                seen);
    }

    /// Text with LF alone, as an event stream has it.
    static String lines(String text) {
        return text.replace("\r\n", "\n").replace('\r', '\n');
    }

    private static void checkAlike(List<Event> parts) {
        if (parts.size() == 1) return;
        Event last = parts.getLast();
        check(joined(parts).length <= JOINED_BYTES_MAX, "at most 64 KiB joined", parts);
        for (Event part : parts) {
            boolean isAlike = part.content().kind() == Content.Kind.TEXT
                    && !part.isForgotten()
                    && !part.isKeyEnd()
                    && part.channel().equals(last.channel())
                    && part.type().equals(last.type())
                    && Objects.equals(part.key(), last.key())
                    && part.content().type().equals(last.content().type());
            check(isAlike, part + " by itself", last);
        }
    }

    private static byte[] joined(List<Event> parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Event part : parts) bytes.writeBytes(part.content().bytes());
        return bytes.toByteArray();
    }

    private static @Nullable String text(JsonNode object, String name) {
        return object.has(name) ? Seen.text(object, name) : null;
    }

    private static void check(boolean holds, Object expected, Object seen) {
        if (!holds) throw new AssertionError("expected " + expected + ", was told " + seen);
    }
}
