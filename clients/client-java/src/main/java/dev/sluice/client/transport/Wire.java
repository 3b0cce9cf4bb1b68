package dev.sluice.client.transport;

import dev.sluice.client.http.HttpStatusException;
import dev.sluice.client.json.Json;
import dev.sluice.client.json.JsonException;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads the JSON objects that a hub sends, the same on all transports that carry JSON. */
final class Wire {
    /** The limit for an event's data plus the event, its list and the page around it. */
    static final int DEPTH_MAX = Json.DATA_DEPTH_MAX + 3;

    private Wire() {}

    static Json parse(byte[] utf8) throws MalformedException {
        try {
            return Json.parse(utf8, DEPTH_MAX, utf8.length);
        } catch (JsonException reason) {
            throw new MalformedException("the hub sent invalid JSON: " + reason.getMessage(), reason);
        }
    }

    static Json parse(String text) throws MalformedException {
        try {
            return Json.parse(text, DEPTH_MAX, text.length());
        } catch (JsonException reason) {
            throw new MalformedException("the hub sent invalid JSON: " + reason.getMessage(), reason);
        }
    }

    /**
     * Reads an event or a control message.
     *
     * @return null for an unknown control message, which a later version may send
     */
    static @Nullable Arrival read(Json object) throws MalformedException, HttpStatusException {
        try {
            var members = object.members();
            if (members.containsKey("id")) return event(object, members, null);
            for (var member : members.entrySet()) {
                var arrival = control(member.getKey(), member.getValue());
                if (arrival != null) return arrival;
            }
            return null;
        } catch (JsonException reason) {
            throw malformed(reason);
        }
    }

    /** @param cursor the cursor after the event, if the transport carries it separately */
    static Arrival event(Json envelope, @Nullable String cursor) throws MalformedException {
        try {
            return event(envelope, envelope.members(), cursor);
        } catch (JsonException reason) {
            throw malformed(reason);
        }
    }

    private static Arrival event(Json envelope, Map<String, Json> members, @Nullable String cursor)
            throws JsonException, MalformedException {
        if (cursor != null) return new Arrival.Envelope(envelope, cursor);
        var id = Json.string(members, "id");
        return new Arrival.Envelope(
                envelope, Cursors.check(Json.optionalString(members, "cursor").orElse(id)));
    }

    /** Reads a control message. SSE carries its name as {@code event: sluice.NAME} and its value as data. */
    static @Nullable Arrival control(String name, Json value) throws MalformedException, HttpStatusException {
        try {
            return switch (name) {
                case "cursor" -> new Arrival.Begin(Cursors.check(value.string()));
                case "heartbeat" -> heartbeat(value.members());
                case "gap" -> gap(value.members());
                case "closed" -> closed(value.members());
                case "error" -> throw refusal(value, value.members());
                case "drain" -> throw draining(value.members());
                default -> null;
            };
        } catch (JsonException reason) {
            throw malformed(reason);
        }
    }

    private static Arrival heartbeat(Map<String, Json> members) throws JsonException, MalformedException {
        var cursor = Json.optionalString(members, "cursor").orElse(null);
        var behind = members.get("behind");
        return new Arrival.Heartbeat(
                cursor == null ? null : Cursors.check(cursor),
                behind == null ? OptionalLong.empty() : OptionalLong.of(behind.integer()));
    }

    private static Arrival gap(Map<String, Json> members) throws JsonException, MalformedException {
        return new Arrival.Gap(
                Json.optionalString(members, "after").orElse(null),
                Cursors.check(Json.string(members, "resume")),
                Json.optionalString(members, "reason").orElse(""));
    }

    private static Arrival closed(Map<String, Json> members) throws JsonException, MalformedException {
        return new Arrival.Closed(Json.string(members, "channel"), Cursors.check(Json.string(members, "cursor")));
    }

    private static HttpStatusException refusal(Json problem, Map<String, Json> members) throws JsonException {
        var status = members.get("status");
        int code = status == null ? 500 : Math.toIntExact(Math.min(Math.max(status.integer(), 0), 999));
        var retry = members.get("retry");
        boolean isTransient = retry == null ? HttpStatusException.isTransient(code) : retry.bool();
        return HttpStatusException.onStream(code, isTransient, problem.text(), retryAfter(members));
    }

    /** The end of a stream, and when to come back, as a temporary refusal: it counts for the next connection only. */
    private static HttpStatusException draining(Map<String, Json> members) throws JsonException {
        return HttpStatusException.onStream(
                503, true, "{\"title\":\"The hub ended the stream.\"}", retryAfter(members));
    }

    private static @Nullable Duration retryAfter(Map<String, Json> members) throws JsonException {
        var after = members.get("retryAfterMs");
        return after == null ? null : Duration.ofMillis(Math.max(0, after.integer()));
    }

    private static MalformedException malformed(JsonException reason) {
        return new MalformedException("the hub sent JSON with an unexpected structure: " + reason.getMessage(), reason);
    }
}
