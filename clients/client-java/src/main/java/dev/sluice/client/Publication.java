package dev.sluice.client;

import dev.sluice.client.json.Json;
import dev.sluice.client.json.JsonException;
import dev.sluice.client.json.Utf8;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An event to publish to a channel: {@code Publication.text("chat/7", "hello").key("greeting")}. Immutable; each method
 * returns a changed copy. The hub checks names, types, keys and data; publishing throws {@link RefusedException} if it
 * refuses them.
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

    /**
     * Creates an event with text.
     *
     * @throws IllegalArgumentException if the text contains an unpaired surrogate
     */
    public static Publication text(String channel, String text) {
        return of(channel, TEXT, Utf8.encode("The text", text));
    }

    /** Creates an event with one JSON value, which subscribers receive byte for byte. */
    public static Publication json(String channel, String json) {
        return of(channel, JSON, Utf8.encode("The JSON", json));
    }

    /**
     * Creates an event with data of any content type. Types other than text and JSON are treated as binary; subscribers
     * receive the content type.
     *
     * @throws IllegalArgumentException if a header cannot carry the content type (RFC 9110 §5.5)
     */
    public static Publication bytes(String channel, byte[] bytes, String contentType) {
        if (!contentType.chars().allMatch(c -> c == '\t' || (c >= ' ' && c <= 0xff && c != 0x7f))) {
            throw new IllegalArgumentException("A content type must be like image/png, was '" + contentType + "'");
        }
        return of(channel, contentType, bytes.clone());
    }

    /** Creates the end of a channel without an event. To end a channel with an event, use {@link #closing}. */
    public static Publication end(String channel) {
        return of(channel, TEXT, new byte[0]).closing();
    }

    /** Creates an event that removes a key: snapshots leave the key out from then on. */
    public static Publication removal(String channel, String key) {
        return of(channel, TEXT, new byte[0]).key(key).with("remove", "true");
    }

    /** Sets the type of the event. Default: {@code message}. */
    public Publication type(String type) {
        return with("type", type);
    }

    /**
     * Sets the key of the thing the event is about. The newest event of a key, channel and type supersedes older ones.
     */
    public Publication key(String key) {
        return with("key", key);
    }

    /** Ends the channel after this event. */
    public Publication closing() {
        return with("close", "true");
    }

    /**
     * Gives the channel a lease, or renews it: unless it is renewed again within this time, the hub ends the channel.
     *
     * @throws IllegalArgumentException if this is not 1 second to 1 hour
     */
    public Publication lease(Duration lease) {
        return with("lease", Long.toString(checkLease(lease).toSeconds()));
    }

    static Duration checkLease(Duration lease) {
        if (lease.toSeconds() < 1 || lease.toSeconds() > 3_600)
            throw new IllegalArgumentException("A lease lasts from 1 second to 1 hour, not " + lease);
        return lease;
    }

    private Publication with(String name, String value) {
        var changed = new LinkedHashMap<>(parameters);
        changed.put(name, value);
        return new Publication(channel, contentType, data, changed, ifMatch, isOnlyIfNone, idempotencyKey);
    }

    /**
     * Publishes only if the channel's newest event is still this one; otherwise the hub refuses it with status 412 and
     * the newest id ({@link RefusedException#latest}).
     */
    public Publication ifMatch(String id) {
        return new Publication(channel, contentType, data, parameters, id, isOnlyIfNone, idempotencyKey);
    }

    /** Publishes only if the channel has no event; otherwise the hub refuses it with status 412 and the newest id. */
    public Publication ifNoneMatch() {
        return new Publication(channel, contentType, data, parameters, ifMatch, true, idempotencyKey);
    }

    /**
     * Sets the idempotency key: an event that is published again with the same key within five minutes, by any process,
     * is stored once. By default the client generates a key, so that its own retries are safe.
     *
     * @throws IllegalArgumentException if this is not 1 to 255 visible ASCII characters
     */
    public Publication idempotencyKey(String key) {
        return new Publication(
                channel, contentType, data, parameters, ifMatch, isOnlyIfNone, IdempotencyKeys.check(key, 255));
    }

    boolean isClosing() {
        return parameters.containsKey("close");
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
     * Returns this event as a line of a batch.
     *
     * @throws IllegalArgumentException if it has an option that a batch does not support, or its JSON is invalid
     */
    String line() {
        boolean isSupported = parameters.keySet().stream().allMatch(name -> name.equals("type") || name.equals("key"));
        if (!isSupported || ifMatch != null || isOnlyIfNone || idempotencyKey != null) {
            throw new IllegalArgumentException(
                    "An event in a batch can only have a channel, type, key and data; publish this one separately: "
                            + this);
        }
        var line = new StringBuilder("{\"channel\":").append(Json.quote(channel));
        parameters.forEach(
                (name, value) -> line.append(",\"").append(name).append("\":").append(Json.quote(value)));
        if (contentType.equals(TEXT)) return line.append(",\"data\":") + Json.quote(text()) + "}\n";
        if (contentType.equals(JSON)) {
            var json = checkedJson();
            // A JSON string would be read as text. In other values line breaks occur only between tokens.
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
            throw new IllegalArgumentException(
                    "The data is not JSON that a hub accepts: " + reason.getMessage(), reason);
        }
    }

    /** Returns the channel and the size, without the data. */
    @Override
    public String toString() {
        return data.length + " bytes for " + channel;
    }
}
