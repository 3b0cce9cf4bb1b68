package dev.sluice.server.order;

import dev.sluice.core.cursor.Cursor;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a client is told, whatever the transport.
sealed interface Seen {
    JsonMapper JSON = JsonMapper.builder().build();

    /// The answer begins.
    ///
    /// @param at what its header says; null: nothing
    record Opened(@Nullable String at) implements Seen {}

    /// The answer is another one.
    record Refused(int status, JsonNode problem) implements Seen {}

    /// 204: everything has ended and the client had it all.
    record NothingLeft() implements Seen {}

    /// An event as its envelope.
    record Envelope(JsonNode event) implements Seen {}

    /// An event as its data alone.
    record Raw(String id, String type, String data) implements Seen {}

    /// A place without an event: where it begins, a heartbeat, a raw event without data.
    record At(String cursor) implements Seen {}

    record Gap(String after, String resume, String reason) implements Seen {}

    record Closed(String channel, String cursor) implements Seen {}

    /// The answer to a poll is over.
    record Answered(String cursor, boolean more, boolean closed) implements Seen {}

    /// The stream ended as it should.
    record End() implements Seen {}

    /// The line broke.
    record Cut() implements Seen {}

    /// One of the objects of JSON lines and WebSocket.
    static Seen of(JsonNode object) {
        if (object.has("id")) return new Envelope(object);
        if (object.has("gap")) return gap(object.get("gap"));
        if (object.has("heartbeat")) return new At(text(object.get("heartbeat"), "cursor"));
        if (object.has("closed")) return closed(object.get("closed"));
        if (object.has("cursor")) return new At(text(object, "cursor"));
        if (object.has("error"))
            return new Refused(object.get("error").path("status").asInt(), object.get("error"));
        throw new AssertionError("nothing that the contract knows: " + object);
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

    /// Where a client that was told this last goes on; null: this says nothing of it.
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

    static Cursor place(String text) {
        return Cursor.parse(text).orElseThrow(() -> new AssertionError("no cursor of this log: " + text));
    }
}
