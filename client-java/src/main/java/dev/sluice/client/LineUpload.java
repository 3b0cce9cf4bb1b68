package dev.sluice.client;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where lines go, each as an event: {@code LineUpload.to("logs/app").type("log")}. Immutable; each method gives a changed
 * copy.
 */
public final class LineUpload {
    /** Leaves room behind it for the number of a line, twice. */
    private static final int KEY_LENGTH_MAX = 200;

    private final String channel;
    private final String contentType;
    private final Map<String, String> parameters;
    private final boolean isClosing;
    private final @Nullable String idempotencyKey;

    private LineUpload(
            String channel,
            String contentType,
            Map<String, String> parameters,
            boolean isClosing,
            @Nullable String idempotencyKey) {
        this.channel = HubAddress.checkName(channel);
        this.contentType = contentType;
        this.parameters = parameters;
        this.isClosing = isClosing;
        this.idempotencyKey = idempotencyKey;
    }

    public static LineUpload to(String channel) {
        return new LineUpload(channel, "text/plain; charset=utf-8", Map.of(), false, null);
    }

    /** Each line is a JSON value. */
    public LineUpload json() {
        return new LineUpload(channel, "application/json", parameters, isClosing, idempotencyKey);
    }

    /** Of each event; {@code message} unless told otherwise. */
    public LineUpload type(String type) {
        return with("type", type);
    }

    /** Of each event. */
    public LineUpload key(String key) {
        return with("key", key);
    }

    /** Ends the channel behind the last line. */
    public LineUpload closing() {
        return new LineUpload(channel, contentType, parameters, true, idempotencyKey);
    }

    /**
     * Names this upload, so that the same lines sent again within five minutes, by whatever process, add only what is
     * missing. For that they go in blocks whose borders follow from the lines alone: of 1,000 lines or 256 KiB, so a block
     * waits until it is full or the lines end. Without a key of yours, lines go as soon as they are there.
     *
     * @throws IllegalArgumentException if this is not 1 to 200 visible ASCII characters
     */
    public LineUpload idempotencyKey(String key) {
        return new LineUpload(channel, contentType, parameters, isClosing, IdempotencyKeys.check(key, KEY_LENGTH_MAX));
    }

    private LineUpload with(String name, String value) {
        var changed = new LinkedHashMap<>(parameters);
        changed.put(name, value);
        return new LineUpload(channel, contentType, changed, isClosing, idempotencyKey);
    }

    String channel() {
        return channel;
    }

    String contentType() {
        return contentType;
    }

    Map<String, String> parameters() {
        return parameters;
    }

    boolean isClosing() {
        return isClosing;
    }

    Optional<String> idempotencyKey() {
        return Optional.ofNullable(idempotencyKey);
    }
}
