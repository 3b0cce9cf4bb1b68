package dev.sluice.server.order;

import dev.sluice.core.cursor.Cursor;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Something a client receives, the same for all transports.
public sealed interface Observation {
    JsonMapper JSON = JsonMapper.builder().build();

    /// The answer starts.
    ///
    /// @param at the cursor in its header; null if absent
    record Opened(@Nullable String at) implements Observation {}

    /// The request is refused.
    record Refused(int status, JsonNode problem) implements Observation {}

    /// 204: all channels have ended and the client has received everything.
    record NothingLeft() implements Observation {}

    /// An event as its envelope.
    record Envelope(JsonNode event) implements Observation {}

    /// An event as data alone.
    record Raw(String id, String type, String data) implements Observation {}

    /// A cursor without an event: at the start, in a heartbeat, or for a raw event without data.
    record At(String cursor) implements Observation {}

    record Gap(String after, String resume, String reason) implements Observation {}

    record Closed(String channel, String cursor) implements Observation {}

    /// The end of a poll's answer.
    record Answered(String cursor, boolean more, boolean closed) implements Observation {}

    /// The stream ended properly.
    record End() implements Observation {}

    /// The connection broke.
    record Cut() implements Observation {}

    /// Parses a message of JSON lines or WebSocket.
    static Observation of(JsonNode object) {
        if (object.has("id")) return new Envelope(object);
        if (object.has("gap")) return gap(object.get("gap"));
        if (object.has("heartbeat")) return new At(text(object.get("heartbeat"), "cursor"));
        if (object.has("drain")) return new End();
        if (object.has("closed")) return closed(object.get("closed"));
        if (object.has("cursor")) return new At(text(object, "cursor"));
        if (object.has("error"))
            return new Refused(object.get("error").path("status").asInt(), object.get("error"));
        throw new AssertionError("not in the contract: " + object);
    }

    static Gap gap(JsonNode object) {
        return new Gap(text(object, "after"), text(object, "resume"), text(object, "reason"));
    }

    static Closed closed(JsonNode object) {
        return new Closed(text(object, "channel"), text(object, "cursor"));
    }

    static String text(JsonNode object, String name) {
        JsonNode value = object.get(name);
        if (value == null || !value.isString()) throw new AssertionError("no text '" + name + "' in " + object);
        return value.stringValue();
    }

    /// The cursor to resume from after this; null if it has none.
    default @Nullable String cursor() {
        return switch (this) {
            case Opened(String at) -> at;
            case Envelope(JsonNode event) -> event.has("cursor") ? text(event, "cursor") : text(event, "id");
            case Raw(String id, String _, String _) -> id;
            case At(String cursor) -> cursor;
            case Gap(String _, String resume, String _) -> resume;
            case Closed(String _, String cursor) -> cursor;
            case Answered(String cursor, boolean _, boolean _) -> cursor;
            case Refused _, NothingLeft _, End _, Cut _ -> null;
        };
    }

    static Cursor parseCursor(String text) {
        return Cursor.parse(text).orElseThrow(() -> new AssertionError("no cursor of this log: " + text));
    }
}
