package dev.sluice.server.clients;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Parses the hub's JSON messages: events in their envelopes, cursors, and the others (`docs/protocol.md` §2).
public final class Envelopes {
    private static final JsonMapper JSON = JsonMapper.shared();

    private Envelopes() {}

    public static JsonNode parse(String text) {
        return JSON.readTree(text);
    }

    /// Parses a line of JSON lines, or a WebSocket message.
    public static void read(String text, ReceivedEvents received) {
        JsonNode object = parse(text);
        if (object.has("id")) event(object, received);
        else if (object.has("cursor")) received.cursor(object.get("cursor").stringValue());
        else if (object.has("heartbeat"))
            received.cursor(object.get("heartbeat").get("cursor").stringValue());
        else received.note(text);
    }

    static void event(JsonNode envelope, ReceivedEvents received) {
        JsonNode cursor = envelope.has("cursor") ? envelope.get("cursor") : envelope.get("id");
        received.event(cursor.stringValue(), envelope.get("data").stringValue());
    }
}
