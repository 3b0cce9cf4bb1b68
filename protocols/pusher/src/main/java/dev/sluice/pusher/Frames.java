package dev.sluice.pusher;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.util.RawValue;

/// The messages on a socket. The data of all but errors is a string, which mostly holds JSON.
final class Frames {
    /// Strict, with the hub's limits.
    static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(64)
                            .maxNumberLength(1000)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Frames() {}

    static boolean isJson(String text) {
        try {
            return !JSON.readTree(text).isMissingNode();
        } catch (JacksonException other) {
            return false;
        }
    }

    /// Returns a member of an object that is a string; null if there is none.
    static @Nullable String text(@Nullable JsonNode object, String member) {
        JsonNode value = object == null ? null : object.get(member);
        return value == null || !value.isString() ? null : value.stringValue();
    }

    static String established(String socketId, int activityTimeoutSeconds) {
        return frame(
                "pusher:connection_established",
                null,
                json(Map.of("socket_id", socketId, "activity_timeout", activityTimeoutSeconds)));
    }

    static String ping() {
        return frame("pusher:ping", null, "{}");
    }

    static String pong() {
        return frame("pusher:pong", null, "{}");
    }

    /// @param code null if the client is to take no action
    static String error(@Nullable Integer code, String message) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("code", code);
        data.put("message", message);
        return json(Map.of("event", "pusher:error", "data", data));
    }

    static String subscribed(String channel) {
        return frame("pusher_internal:subscription_succeeded", channel, "{}");
    }

    /// @param infos the `user_info` of each member in JSON, by its id; null if it has none
    static String subscribed(String channel, Map<String, @Nullable String> infos) {
        Map<String, @Nullable RawValue> hash = new LinkedHashMap<>();
        infos.forEach((id, info) -> hash.put(id, info == null ? null : new RawValue(info)));
        Map<String, Object> presence = new LinkedHashMap<>();
        presence.put("count", infos.size());
        presence.put("ids", infos.keySet());
        presence.put("hash", hash);
        return frame("pusher_internal:subscription_succeeded", channel, json(Map.of("presence", presence)));
    }

    static String notSubscribed(String channel, String type, String error, int status) {
        return frame(
                "pusher:subscription_error", channel, json(Map.of("type", type, "error", error, "status", status)));
    }

    /// @param info JSON; null for none
    static String memberAdded(String channel, String user, @Nullable String info) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("user_id", user);
        if (info != null) data.put("user_info", new RawValue(info));
        return frame("pusher_internal:member_added", channel, json(data));
    }

    static String memberRemoved(String channel, String user) {
        return frame("pusher_internal:member_removed", channel, json(Map.of("user_id", user)));
    }

    static String cacheMiss(String channel) {
        return frame("pusher:cache_miss", channel, "{}");
    }

    static String signedIn(String userData) {
        return frame("pusher:signin_success", null, json(Map.of("user_data", userData)));
    }

    /// An extension: events that the client asked for by `after` are gone.
    static String gap(String channel, String reason, String resume) {
        return frame("sluice:gap", channel, json(Map.of("reason", reason, "resume", resume)));
    }

    static String event(String channel, PusherEvent event) {
        Map<String, Object> frame = new LinkedHashMap<>();
        frame.put("event", event.name());
        frame.put("channel", channel);
        frame.put("data", event.data());
        if (event.user() != null) frame.put("user_id", event.user());
        return json(frame);
    }

    /// Adds the id of an event to its frame, for clients that asked for ids.
    ///
    /// @param id of the hub, whose characters JSON does not escape
    static String withId(String event, String id) {
        return event.substring(0, event.length() - 1) + ",\"id\":\"" + id + "\"}";
    }

    private static String frame(String event, @Nullable String channel, String data) {
        Map<String, Object> frame = new LinkedHashMap<>();
        frame.put("event", event);
        if (channel != null) frame.put("channel", channel);
        frame.put("data", data);
        return json(frame);
    }

    static String json(Object value) {
        return JSON.writeValueAsString(value);
    }
}
