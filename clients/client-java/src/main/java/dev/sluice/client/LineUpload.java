package dev.sluice.client;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The target of {@link SluiceClient#publishLines}, which publishes each line as an event: {@code
 * LineUpload.to("logs/app").type("log")}. Immutable; each method returns a changed copy.
 */
public final class LineUpload {
    /** Leaves room for the line number that the client appends and for the one that the hub appends. */
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

    /** Declares each line to be a JSON value. By default lines are text. */
    public LineUpload json() {
        return new LineUpload(channel, "application/json", parameters, isClosing, idempotencyKey);
    }

    /** Sets the type of all events. Default: {@code message}. */
    public LineUpload type(String type) {
        return with("type", type);
    }

    /** Sets the key of all events. */
    public LineUpload key(String key) {
        return with("key", key);
    }

    /**
     * Gives the channel a lease, or renews it with each request: see {@link Publication#lease}.
     *
     * @throws IllegalArgumentException if this is not 1 second to 1 hour
     */
    public LineUpload lease(Duration lease) {
        return with("lease", Long.toString(Publication.checkLease(lease).toSeconds()));
    }

    /** Ends the channel after the last line. */
    public LineUpload closing() {
        return new LineUpload(channel, contentType, parameters, true, idempotencyKey);
    }

    /**
     * Sets an idempotency key for the upload: if the same lines are sent again within five minutes, by any process,
     * only missing lines are appended. For this, lines are sent in blocks of 1,000 lines or 256 KiB, and a block waits
     * until it is full or the lines end. Without a key, lines are sent as soon as they are read.
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
