package dev.sluice.client;

import dev.sluice.client.json.Json;
import dev.sluice.client.json.JsonException;
import java.util.Map;
import java.util.Optional;

/**
 * How a stream of events ended: the data of its last event, which has the type {@code end} ({@code docs/answers.md}).
 *
 * @param status  {@code done}, {@code failed} or {@code stopped}; {@code closed} if the channel ended without such an
 *     event
 * @param reason  a word for programs if it failed, such as {@code lost} if the hub heard nothing from the author
 * @param message a sentence for people
 * @param by      the name of the reader who stopped it
 * @param usage   JSON: what the answer cost, as its author says
 */
public record End(
        String status, Optional<String> reason, Optional<String> message, Optional<String> by, Optional<String> usage) {
    static final String TYPE = "end";

    /** The channel ended without an event that says how. */
    static final End CLOSED = new End("closed", Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** Reads the data of an {@code end} event. Data of another form counts as {@code closed}. */
    static End read(byte[] data) {
        try {
            Map<String, Json> members =
                    Json.parse(data, Json.DATA_DEPTH_MAX, data.length).members();
            return new End(
                    Json.string(members, "status"),
                    Json.optionalString(members, "reason"),
                    Json.optionalString(members, "message"),
                    Json.optionalString(members, "by"),
                    Optional.ofNullable(members.get("usage")).map(Json::text));
        } catch (JsonException other) {
            return CLOSED; // Any publisher may have ended the channel, with any data.
        }
    }

    /** Returns the data of the event. */
    String json() {
        var json = new StringBuilder("{\"status\":").append(Json.quote(status));
        reason.ifPresent(text -> json.append(",\"reason\":").append(Json.quote(text)));
        message.ifPresent(text -> json.append(",\"message\":").append(Json.quote(text)));
        by.ifPresent(text -> json.append(",\"by\":").append(Json.quote(text)));
        usage.ifPresent(value -> json.append(",\"usage\":").append(value));
        return json.append('}').toString();
    }
}
