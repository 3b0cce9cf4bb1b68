package dev.sluice.server.session;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.Gap;
import dev.sluice.core.log.Lag;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.json.Timestamp;
import dev.sluice.server.transport.JsonMessages;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// The server's messages in a session, as JSON. See `docs/protocol.md` §4.
final class ServerMessage {
    private ServerMessage() {}

    /// @param messageBytesMax of a message, or of the body of a request with messages
    /// @param grant           of the session
    static String welcome(
            String session, @Nullable String client, long heartbeatSeconds, int messageBytesMax, Grant grant) {
        return of("welcome", null, json -> {
            json.writeStringProperty("session", session);
            if (client != null) json.writeStringProperty("client", client);
            json.writeNumberProperty("heartbeat", heartbeatSeconds);
            json.writeNumberProperty("messageBytesMax", messageBytesMax);
            expires(json, grant);
        });
    }

    /// The answer to an accepted token, with the grant that the session now has.
    static String refreshed(@Nullable String ref, Grant grant) {
        return ok(ref, json -> expires(json, grant));
    }

    private static void expires(JsonGenerator json, Grant grant) {
        Instant expiry = grant.expiry();
        if (expiry == null) return;
        json.writeStringProperty("expires", Timestamp.of(expiry.toEpochMilli()));
        json.writeNumberProperty("expiresInMs", Math.max(0, grant.timeLeftMs())); // The client's clock may be wrong.
    }

    static String ok(@Nullable String ref, Consumer<JsonGenerator> members) {
        return of("ok", ref, members);
    }

    static String ok(@Nullable String ref) {
        return of("ok", ref, _ -> {});
    }

    /// The answer to a publish. A ref is JSON, and an id has nothing to escape.
    ///
    /// @param replay whether the event had been published before
    static String published(String ref, String id, boolean replay) {
        return "{\"op\":\"ok\",\"ref\":" + ref + ",\"id\":\"" + id + "\"" + (replay ? ",\"replay\":true}" : "}");
    }

    /// The answer with the members of a channel.
    ///
    /// @param members an array, as JSON
    static String members(String ref, String members, Cursor at) {
        return "{\"op\":\"ok\",\"ref\":" + ref + ",\"members\":" + members + ",\"cursor\":\"" + at.text() + "\"}";
    }

    static String begins(String ref, Cursor at) {
        return ok(ref, json -> json.writeStringProperty("cursor", at.text()));
    }

    static String error(@Nullable String ref, Problem problem) {
        return of("error", ref, json -> {
            json.writeName("problem");
            json.writeStartObject();
            problem.writeMembers(json);
            json.writeEndObject();
            json.writeBooleanProperty("retry", problem.isTemporary());
        });
    }

    static String gap(String ref, Gap gap) {
        return of("gap", ref, json -> JsonMessages.gap(json, gap));
    }

    static String closed(String ref, ChannelName channel, Cursor at) {
        return of("closed", ref, json -> JsonMessages.closed(json, channel, at));
    }

    static String complete(String ref) {
        return of("complete", ref, _ -> {});
    }

    static String heartbeat(Cursor at, Map<String, Lag> behind) {
        return of("heartbeat", null, json -> {
            json.writeStringProperty("cursor", at.text());
            if (behind.isEmpty()) return;
            json.writeName("behind");
            json.writeStartObject();
            behind.forEach((ref, lag) -> json.writeNumberProperty(ref, lag.events()));
            json.writeEndObject();
        });
    }

    static String drain(long retryAfterMs) {
        return of("drain", null, json -> json.writeNumberProperty("retryAfterMs", retryAfterMs));
    }

    static String pong(@Nullable String ref) {
        return of("pong", ref, _ -> {});
    }

    /// The bytes before the members of an event's envelope.
    static String eventPrefix(String ref) {
        return "{\"op\":\"event\",\"ref\":" + ref + ",";
    }

    private static String of(String op, @Nullable String ref, Consumer<JsonGenerator> members) {
        return JsonMessages.object(json -> {
            json.writeStringProperty("op", op);
            if (ref != null) {
                json.writeName("ref");
                json.writeRawValue(ref);
            }
            members.accept(json);
        });
    }
}
