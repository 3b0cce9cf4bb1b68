package dev.sluice.server.clients;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads the JSON that the hub says: events in their envelopes, places, and all else (`docs/protocol.md` §2).
public final class Envelopes {
    private static final JsonMapper JSON = JsonMapper.shared();

    private Envelopes() {}

    public static JsonNode parse(String text) {
        return JSON.readTree(text);
    }

    /// A line of JSON lines, or a message of a WebSocket.
    public static void read(String text, Seen seen) {
        JsonNode object = parse(text);
        if (object.has("id")) event(object, seen);
        else if (object.has("cursor")) seen.place(object.get("cursor").stringValue());
        else if (object.has("heartbeat"))
            seen.place(object.get("heartbeat").get("cursor").stringValue());
        else seen.note(text);
    }

    static void event(JsonNode envelope, Seen seen) {
        JsonNode place = envelope.has("cursor") ? envelope.get("cursor") : envelope.get("id");
        seen.event(place.stringValue(), envelope.get("data").stringValue());
    }
}
