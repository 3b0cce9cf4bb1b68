package dev.sluice.client.transport;

import dev.sluice.client.http.RefusalException;
import dev.sluice.client.json.Json;
import dev.sluice.client.json.JsonException;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The JSON objects in which a hub speaks, alike on every transport that carries JSON. */
final class Wire {
    /** An event's data may be as deep as the hub takes it; around it are the event, its list and the page. */
    static final int DEPTH_MAX = Json.DATA_DEPTH_MAX + 3;

    private Wire() {}

    static Json parse(byte[] utf8) throws MalformedException {
        try {
            return Json.parse(utf8, DEPTH_MAX, utf8.length);
        } catch (JsonException reason) {
            throw new MalformedException("the hub sent no JSON: " + reason.getMessage(), reason);
        }
    }

    static Json parse(String text) throws MalformedException {
        try {
            return Json.parse(text, DEPTH_MAX, text.length());
        } catch (JsonException reason) {
            throw new MalformedException("the hub sent no JSON: " + reason.getMessage(), reason);
        }
    }

    /** An event, or one of the hub's own words. @return null for a word that is unknown: a later hub may have more */
    static @Nullable Arrival read(Json object) throws MalformedException, RefusalException {
        try {
            var members = object.members();
            if (members.containsKey("id")) return event(object, members, null);
            for (var member : members.entrySet()) {
                var arrival = said(member.getKey(), member.getValue());
                if (arrival != null) return arrival;
            }
            return null;
        } catch (JsonException reason) {
            throw malformed(reason);
        }
    }

    /** @param cursor where the transport has it beside the event */
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

    /** What a word of the hub means; SSE has the words as {@code event: sluice.WORD} and the value as data. */
    static @Nullable Arrival said(String word, Json value) throws MalformedException, RefusalException {
        try {
            return switch (word) {
                case "cursor" -> new Arrival.Begin(Cursors.check(value.string()));
                case "heartbeat" -> heartbeat(value.members());
                case "gap" -> gap(value.members());
                case "closed" -> closed(value.members());
                case "error" -> throw refusal(value, value.members());
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

    private static RefusalException refusal(Json problem, Map<String, Json> members) throws JsonException {
        var status = members.get("status");
        int code = status == null ? 500 : Math.toIntExact(Math.min(Math.max(status.integer(), 0), 999));
        var retry = members.get("retry");
        boolean passing = retry == null ? RefusalException.isPassing(code) : retry.bool();
        var after = members.get("retryAfterMs");
        return RefusalException.said(
                code, passing, problem.text(), after == null ? null : Duration.ofMillis(Math.max(0, after.integer())));
    }

    private static MalformedException malformed(JsonException reason) {
        return new MalformedException("the hub sent JSON of another shape: " + reason.getMessage(), reason);
    }
}
