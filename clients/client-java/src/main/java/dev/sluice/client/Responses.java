package dev.sluice.client;

import dev.sluice.client.json.Json;
import dev.sluice.client.json.JsonException;

/** Reads the hub's answers to publish requests. */
final class Responses {
    private Responses() {}

    static Published one(Sender.Accepted accepted) {
        try {
            return new Published(
                    Json.string(accepted.members(), "id"),
                    Json.string(accepted.members(), "channel"),
                    accepted.isReplay());
        } catch (JsonException reason) {
            throw malformed(reason);
        }
    }

    static PublishedMany many(Sender.Accepted accepted) {
        try {
            var count = accepted.members().get("count");
            if (count == null) throw new JsonException("\"count\" is missing");
            return new PublishedMany(count.integer(), Json.optionalString(accepted.members(), "last"));
        } catch (JsonException reason) {
            throw malformed(reason);
        }
    }

    private static ProtocolException malformed(JsonException reason) {
        return new ProtocolException(
                "The answer to a publish is not that of a hub: " + reason.getMessage(), true, reason);
    }
}
