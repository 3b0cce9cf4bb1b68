package dev.sluice.client;

import dev.sluice.client.json.Json;
import dev.sluice.client.json.JsonException;
import dev.sluice.client.json.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What to publish, and where: {@code Publication.text("chat/7", "hello").key("greeting")}. Immutable; each method gives a
 * changed copy. The hub checks names, types, keys and data; what it refuses comes back as a {@link RefusedException}.
 */
public final class Publication {
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String JSON = "application/json";

    private final String channel;
    private final String contentType;
    private final byte[] data;
    private final Map<String, String> parameters;
    private final @Nullable String ifMatch;
    private final boolean isOnlyIfNone;
    private final @Nullable String idempotencyKey;

    private Publication(
            String channel,
            String contentType,
            byte[] data,
            Map<String, String> parameters,
            @Nullable String ifMatch,
            boolean isOnlyIfNone,
            @Nullable String idempotencyKey) {
        this.channel = HubAddress.checkName(channel);
        this.contentType = contentType;
        this.data = data;
        this.parameters = parameters;
        this.ifMatch = ifMatch;
        this.isOnlyIfNone = isOnlyIfNone;
        this.idempotencyKey = idempotencyKey;
    }

    private static Publication of(String channel, String contentType, byte[] data) {
        return new Publication(channel, contentType, data, Map.of(), null, false, null);
    }

    /** Text. @throws IllegalArgumentException if it holds half of a surrogate pair, which is no character */
    public static Publication text(String channel, String text) {
        return of(channel, TEXT, Utf8.encode("The text", text));
    }

    /** One JSON value, which readers get byte by byte as it is here. */
    public static Publication json(String channel, String json) {
        return of(channel, JSON, Utf8.encode("The JSON", json));
    }

    /** Data of any kind. Of text and JSON the hub knows what it is; anything else is binary, its type told to readers. */
    public static Publication bytes(String channel, byte[] bytes, String contentType) {
        return of(channel, contentType, bytes.clone());
    }

    /** The end of a channel and nothing else; an event may carry it instead: {@link #closing}. */
    public static Publication end(String channel) {
        return of(channel, TEXT, new byte[0]).closing();
    }

    /** The end of a key: snapshots leave it out from here on. */
    public static Publication removal(String channel, String key) {
        return of(channel, TEXT, new byte[0]).key(key).with("remove", "true");
    }

    /** {@code message} unless told otherwise. */
    public Publication type(String type) {
        return with("type", type);
    }

    /** What the event is about: the newest event of a key, channel and type supersedes the older ones. */
    public Publication key(String key) {
        return with("key", key);
    }

    /** Ends the channel behind this event. */
    public Publication closing() {
        return with("close", "true");
    }

    private Publication with(String name, String value) {
        var changed = new LinkedHashMap<>(parameters);
        changed.put(name, value);
        return new Publication(channel, contentType, data, changed, ifMatch, isOnlyIfNone, idempotencyKey);
    }

    /** Only if the channel's newest event is still this one; else refused with status 412 and the newest id. */
    public Publication ifMatch(String id) {
        return new Publication(channel, contentType, data, parameters, id, isOnlyIfNone, idempotencyKey);
    }

    /** Only if the channel has no event; else refused with status 412 and the newest id. */
    public Publication ifNoneMatch() {
        return new Publication(channel, contentType, data, parameters, ifMatch, true, idempotencyKey);
    }

    /**
     * Names this publish, so that sent again within five minutes, by whatever process, it is taken once. Without one, the
     * client makes one, and so its own retries are safe as well.
     *
     * @throws IllegalArgumentException if this is not 1 to 255 visible ASCII characters
     */
    public Publication idempotencyKey(String key) {
        return new Publication(
                channel, contentType, data, parameters, ifMatch, isOnlyIfNone, IdempotencyKeys.check(key, 255));
    }

    String channel() {
        return channel;
    }

    String contentType() {
        return contentType;
    }

    byte[] data() {
        return data;
    }

    Map<String, String> parameters() {
        return parameters;
    }

    Optional<String> ifMatch() {
        return Optional.ofNullable(ifMatch);
    }

    boolean isOnlyIfNone() {
        return isOnlyIfNone;
    }

    Optional<String> idempotencyKey() {
        return Optional.ofNullable(idempotencyKey);
    }

    /**
     * As a line of a batch.
     *
     * @throws IllegalArgumentException if it asks for what a line can't say, or its JSON is none
     */
    String line() {
        boolean isPlain = parameters.keySet().stream().allMatch(name -> name.equals("type") || name.equals("key"));
        if (!isPlain || ifMatch != null || isOnlyIfNone || idempotencyKey != null) {
            throw new IllegalArgumentException(
                    "In a batch an event has channel, type, key and data; publish this one for itself: " + this);
        }
        var line = new StringBuilder("{\"channel\":").append(Json.quote(channel));
        parameters.forEach(
                (name, value) -> line.append(",\"").append(name).append("\":").append(Json.quote(value)));
        if (contentType.equals(TEXT)) return line.append(",\"data\":") + Json.quote(text()) + "}\n";
        if (contentType.equals(JSON)) {
            var json = checkedJson();
            // A JSON string would be taken for text. What else has line breaks has them between values only.
            if (json.kind() != Json.Kind.STRING) {
                return line.append(",\"data\":")
                        + json.text().replace('\n', ' ').replace('\r', ' ') + "}\n";
            }
        }
        return line.append(",\"data_base64\":\"") + Base64.getEncoder().encodeToString(data) + "\",\"contentType\":"
                + Json.quote(contentType) + "}\n";
    }

    private String text() {
        return new String(data, StandardCharsets.UTF_8);
    }

    private Json checkedJson() {
        try {
            return Json.parse(data, Json.DATA_DEPTH_MAX, data.length);
        } catch (JsonException reason) {
            throw new IllegalArgumentException("This is no JSON that a hub takes: " + reason.getMessage(), reason);
        }
    }

    /** Names the channel, without the data. */
    @Override
    public String toString() {
        return data.length + " bytes for " + channel;
    }
}
