package dev.sluice.client;

import dev.sluice.client.json.Json;
import dev.sluice.client.json.JsonException;

/** What the hub's answers to a publish say. */
final class Answers {
    private Answers() {}

    static Published one(Sender.Taken taken) {
        try {
            return new Published(
                    Json.string(taken.members(), "id"), Json.string(taken.members(), "channel"), taken.isReplay());
        } catch (JsonException reason) {
            throw malformed(reason);
        }
    }

    static PublishedMany many(Sender.Taken taken) {
        try {
            var count = taken.members().get("count");
            if (count == null) throw new JsonException("\"count\" is missing");
            return new PublishedMany(count.integer(), Json.optionalString(taken.members(), "last"));
        } catch (JsonException reason) {
            throw malformed(reason);
        }
    }

    private static ProtocolException malformed(JsonException reason) {
        return new ProtocolException("What answered a publish is no hub: " + reason.getMessage(), reason);
    }
}
