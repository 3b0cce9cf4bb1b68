package dev.sluice.client;

import dev.sluice.client.json.Json;
import dev.sluice.client.json.JsonException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/** A complete event: its data and the members of its envelope. Immutable, safe to share. */
public final class Event implements Message {
    private final Json envelope;
    private final String cursor;
    private final String id;
    private final String channel;
    private final String type;
    private final Instant time;
    private final Optional<String> key;
    private final Optional<String> from;
    private final Optional<String> traceparent;
    private final Data data;

    /** The data of an event and its type. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Data(byte[] bytes, String contentType, boolean isRemoved) {
        static Data read(Map<String, Json> members) throws JsonException {
            var removed = members.get("removed");
            boolean isRemoved = removed != null && removed.bool();
            var contentType = Json.optionalString(members, "contentType");
            var base64 = Json.optionalString(members, "data_base64");
            if (base64.isPresent()) {
                return new Data(decode(base64.get()), contentType.orElse("application/octet-stream"), isRemoved);
            }
            var data = members.get("data");
            if (data == null) return new Data(new byte[0], contentType.orElse("text/plain"), isRemoved);
            boolean isText = data.kind() == Json.Kind.STRING;
            var text = isText ? data.string() : data.text();
            return new Data(
                    text.getBytes(StandardCharsets.UTF_8),
                    contentType.orElse(isText ? "text/plain" : "application/json"),
                    isRemoved);
        }

        private static byte[] decode(String base64) throws JsonException {
            try {
                return Base64.getDecoder().decode(base64);
            } catch (IllegalArgumentException reason) {
                throw new JsonException("\"data_base64\" is not valid Base64");
            }
        }
    }

    /** @param cursor the cursor after this event */
    Event(Json envelope, String cursor) throws JsonException {
        this.envelope = envelope;
        this.cursor = cursor;
        var members = envelope.members();
        id = Json.string(members, "id");
        channel = Json.string(members, "channel");
        type = Json.optionalString(members, "type").orElse("message");
        time = time(Json.string(members, "time"));
        key = Json.optionalString(members, "key");
        from = Json.optionalString(members, "from");
        traceparent = Json.optionalString(members, "traceparent");
        data = Data.read(members);
    }

    private static Instant time(String text) throws JsonException {
        try {
            return Instant.parse(text);
        } catch (DateTimeException reason) {
            throw new JsonException("\"time\" is not a valid time");
        }
    }

    /** Returns the event's id, which is the same for all subscribers and never changes. */
    public String id() {
        return id;
    }

    /** Returns the cursor after this event. {@link SubscribeRequest#after} resumes there. */
    public String cursor() {
        return cursor;
    }

    public String channel() {
        return channel;
    }

    /** Returns the event's type; {@code message} if the publisher did not set one. */
    public String type() {
        return type;
    }

    /** Returns the time at which the event was appended to the hub's log. It never decreases within a subscription. */
    public Instant time() {
        return time;
    }

    /** Returns the key of the thing the event is about. The newest event of a key supersedes older ones. */
    public Optional<String> key() {
        return key;
    }

    /** Returns the publisher's identity, if the hub knows it. */
    public Optional<String> from() {
        return from;
    }

    /**
     * Returns the span in which the event was published, as the {@code traceparent} of W3C Trace Context, if its publisher
     * sent one. A reader with OpenTelemetry extracts its parent from it.
     */
    public Optional<String> traceparent() {
        return traceparent;
    }

    /**
     * Returns the content type that the hub sent; if none, {@code text/plain} for a string and {@code application/json}
     * for any other JSON value.
     */
    public String contentType() {
        return data.contentType();
    }

    /** Returns true if this event removes its key, or replaces an event whose data was deleted. It then has no data. */
    public boolean isRemoved() {
        return data.isRemoved();
    }

    /** Returns a copy of the data: text and JSON in UTF-8, any other data as its bytes. */
    public byte[] bytes() {
        return data.bytes().clone();
    }

    /** Returns the data as text. Binary data is decoded as UTF-8 with replacement characters. */
    public String text() {
        return new String(data.bytes(), StandardCharsets.UTF_8);
    }

    /** Returns the envelope as it was received, on one line, including members that this client does not know. */
    public String json() {
        return envelope.text();
    }

    /** Returns the id and the channel, without the data. */
    @Override
    public String toString() {
        return "event " + id + " of " + channel;
    }
}
