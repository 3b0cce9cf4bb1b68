package dev.sluice.server.order;

import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
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

/// Checks that a client received all of an event and nothing else. Several events are those that `coalesce` may
/// have joined.
final class DeliveryCheck {
    private static final int JOINED_BYTES_MAX = 64 * 1024;

    private DeliveryCheck() {}

    static void checkEnvelope(List<Event> parts, JsonNode observed) {
        checkAlike(parts);
        Event event = parts.getLast();
        boolean isSilent = event.isKeyEnd() && event.content().bytes().length == 0;
        boolean hasData = !event.isForgotten() && !isSilent;
        boolean isBinary = event.content().kind() == ContentKind.BINARY && hasData;
        int members = 4;
        check(Observation.text(observed, "id").equals(event.id().text()), event, observed);
        check(Observation.text(observed, "channel").equals(event.channel().value()), event, observed);
        check(Observation.text(observed, "type").equals(event.type()), event, observed);
        check(Instant.parse(Observation.text(observed, "time")).toEpochMilli() == event.timeMs(), event, observed);
        check(Objects.equals(text(observed, "key"), event.key()), event, observed);
        if (event.key() != null) members++;
        boolean isRemoved = event.isForgotten() || event.isKeyEnd();
        check(observed.has("removed") == isRemoved, event, observed);
        if (isRemoved) members++;
        if (hasData) {
            members += isBinary ? 2 : 1;
            check(hasData(parts, observed), event, observed);
        }
        check(observed.size() == members, "nothing else in " + event, observed);
    }

    private static boolean hasData(List<Event> parts, JsonNode observed) {
        Content content = parts.getLast().content();
        byte[] bytes = joined(parts);
        return switch (content.kind()) {
            case TEXT -> new String(bytes, StandardCharsets.UTF_8).equals(text(observed, "data"));
            case JSON -> Observation.JSON.readTree(bytes).equals(observed.get("data"));
            case BINARY ->
                content.type().equals(text(observed, "contentType"))
                        && Arrays.equals(bytes, Base64.getDecoder().decode(Observation.text(observed, "data_base64")));
        };
    }

    /// Checks the data alone, as an event stream carries it.
    static void checkRaw(List<Event> parts, Observation.Raw observed) {
        checkAlike(parts);
        Event event = parts.getLast();
        byte[] bytes = joined(parts);
        String data = event.content().kind() == ContentKind.BINARY
                ? Base64.getEncoder().encodeToString(bytes)
                : new String(bytes, StandardCharsets.UTF_8)
                        .replace("\r\n", "\n")
                        .replace('\r', '\n');
        check(
                !event.isForgotten()
                        && observed.type().equals(event.type())
                        && observed.data().equals(data),
                parts + " <" + data + ">",
                observed);
    }

    private static void checkAlike(List<Event> parts) {
        if (parts.size() == 1) return;
        Event last = parts.getLast();
        check(joined(parts).length <= JOINED_BYTES_MAX, "at most 64 KiB joined", parts);
        for (Event part : parts) {
            boolean isAlike = part.content().kind() == ContentKind.TEXT
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
        return object.has(name) ? Observation.text(object, name) : null;
    }

    private static void check(boolean holds, Object expected, Object observed) {
        if (!holds) throw new AssertionError("expected " + expected + ", received " + observed);
    }
}
