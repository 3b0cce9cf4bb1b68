package dev.sluice.client;

import dev.sluice.client.json.Json;
import dev.sluice.client.json.JsonException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/** An event, whole, as a hub's envelope tells it. Immutable, safe to share. */
public final class Event implements Message {
    private final Json envelope;
    private final String cursor;
    private final String id;
    private final String channel;
    private final String type;
    private final Instant time;
    private final Optional<String> key;
    private final Optional<String> from;
    private final Data data;

    /** What an event carries: the bytes and what they are. */
    @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
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
                throw new JsonException("\"data_base64\" is no Base64");
            }
        }
    }

    /** @param cursor behind this event */
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
        data = Data.read(members);
    }

    private static Instant time(String text) throws JsonException {
        try {
            return Instant.parse(text);
        } catch (DateTimeException reason) {
            throw new JsonException("\"time\" is no time");
        }
    }

    /** Names this event, the same for every reader, for ever. */
    public String id() {
        return id;
    }

    /** The place behind this event: subscribe {@link SubscribeRequest#after} it to get what follows. */
    public String cursor() {
        return cursor;
    }

    public String channel() {
        return channel;
    }

    /** {@code message} unless the publisher said otherwise. */
    public String type() {
        return type;
    }

    /** When the hub's log took it; never goes back along a subscription. */
    public Instant time() {
        return time;
    }

    /** What this event is about: the newest of a key supersedes the older ones. */
    public Optional<String> key() {
        return key;
    }

    /** Who published it, where the hub knows. */
    public Optional<String> from() {
        return from;
    }

    /** As the hub says; without a word of it, {@code text/plain} for a string, else {@code application/json}. */
    public String contentType() {
        return data.contentType();
    }

    /** Whether this says that the key has ended, or stands where data was deleted; then there is no data. */
    public boolean isRemoved() {
        return data.isRemoved();
    }

    /** The data: of text its UTF-8, of JSON its text, of anything else the bytes. A copy. */
    public byte[] bytes() {
        return data.bytes().clone();
    }

    /** The data as text: text as it is, JSON as its text. What is neither is read as UTF-8 with replacements. */
    public String text() {
        return new String(data.bytes(), StandardCharsets.UTF_8);
    }

    /** The envelope as it was received, on one line, with members that this client does not know. */
    public String json() {
        return envelope.text();
    }

    /** Names the event, without its data. */
    @Override
    public String toString() {
        return "event " + id + " of " + channel;
    }
}
