package dev.sluice;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.EventType;
import dev.sluice.core.log.Conditions.Newest;
import dev.sluice.server.json.Json;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What is to be published and what must hold for it. Immutable:
/// `Message.json(score).type("goal").key("match/7")`.
///
/// @param content the data
/// @param type    what kind of event; `message` if nothing else is said
/// @param key     what it is about; null: nothing in particular
/// @param removes whether it is the last word about its key
/// @param closes  whether the channel ends behind it
/// @param once    the publisher's name for it, so that publishing it again changes nothing; null: none
/// @param newest  what must be the channel's newest event
public record Message(
        Content content,
        String type,
        @Nullable String key,
        boolean removes,
        boolean closes,
        @Nullable String once,
        Newest newest) {
    public static Message text(String text) {
        return of(Content.Kind.TEXT, "text/plain", text.getBytes(StandardCharsets.UTF_8));
    }

    /// A record, map or list as JSON.
    public static Message json(Object value) {
        return of(Content.Kind.JSON, "application/json", Json.write(value));
    }

    public static Message binary(String contentType, byte[] bytes) {
        return of(Content.Kind.BINARY, contentType, bytes.clone());
    }

    private static Message of(Content.Kind kind, String contentType, byte[] bytes) {
        return new Message(
                new Content(kind, contentType, bytes), EventType.MESSAGE, null, false, false, null, new Newest.Any());
    }

    public Message type(String other) {
        return new Message(content, other, key, removes, closes, once, newest);
    }

    public Message key(String other) {
        return new Message(content, type, other, removes, closes, once, newest);
    }

    /// The last word about its key: snapshots leave it out.
    public Message removingKey() {
        return new Message(content, type, key, true, closes, once, newest);
    }

    /// The channel ends behind it.
    public Message closing() {
        return new Message(content, type, key, removes, true, once, newest);
    }

    /// Published once, however often it is tried within five minutes: an Idempotency-Key.
    public Message once(String name) {
        return new Message(content, type, key, removes, closes, name, newest);
    }

    /// Only if this is still the channel's newest event: If-Match.
    public Message ifLatest(Cursor id) {
        return new Message(content, type, key, removes, closes, once, new Newest.Is(id.text()));
    }

    /// Only if the channel has no event yet: If-None-Match.
    public Message ifEmpty() {
        return new Message(content, type, key, removes, closes, once, new Newest.None());
    }
}
