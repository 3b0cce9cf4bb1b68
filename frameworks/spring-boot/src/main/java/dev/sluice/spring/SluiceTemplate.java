package dev.sluice.spring;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Publishes events: `sluice.to("orders").type("created").key("1042").publish(order)`.
///
/// A `String` is published as text, a `byte[]` as binary data, any other object as JSON of the application's
/// [JsonMapper]. Safe for use by many threads.
public final class SluiceTemplate {
    private final SluiceHub hub;
    private final JsonMapper json;

    public SluiceTemplate(SluiceHub hub, JsonMapper json) {
        this.hub = hub;
        this.json = json;
    }

    /// Publishes an event without a type or a key, and waits until it is in the hub's log.
    ///
    /// @return the event's id
    /// @throws PublishFailedException if the event was not published, or if that is not known
    public String publish(String channel, Object data) {
        return to(channel).publish(data);
    }

    /// Begins an event for this channel.
    public Draft to(String channel) {
        return new Draft(this, channel, null, null, null);
    }

    /// An event without its data. Immutable; each method returns a changed copy.
    ///
    /// @param type           the kind of event; null for `message`
    /// @param key            identifies the thing the event is about; null for none
    /// @param idempotencyKey null for none
    public record Draft(
            SluiceTemplate template,
            String channel,
            @Nullable String type,
            @Nullable String key,
            @Nullable String idempotencyKey) {
        /// Sets the kind of event.
        public Draft type(String name) {
            return new Draft(template, channel, name, key, idempotencyKey);
        }

        /// Sets the key of the thing the event is about. A snapshot has the newest event of each key.
        public Draft key(String text) {
            return new Draft(template, channel, type, text, idempotencyKey);
        }

        /// Sets the idempotency key: an event that is published again with the same key within five minutes,
        /// by any instance, is stored once.
        public Draft idempotencyKey(String text) {
            return new Draft(template, channel, type, key, text);
        }

        /// Publishes the event, and waits until it is in the hub's log.
        ///
        /// @return the event's id
        /// @throws PublishFailedException if the event was not published, or if that is not known
        public String publish(Object data) {
            return template.hub.publish(publication(data));
        }

        /// Publishes the event after those handed over before, without waiting. The future completes with the
        /// event's id or with a [PublishFailedException], on a thread that must not be blocked.
        public CompletableFuture<String> publishLater(Object data) {
            return template.hub.publishLater(publication(data));
        }

        /// Removes the [#key()]: snapshots leave it out from now on.
        ///
        /// @return the event's id
        public String remove() {
            if (key == null) throw new IllegalStateException("There is no key to remove: call key(…) first.");
            return template.hub.publish(
                    new SluicePublication(channel, "text/plain", new byte[0], type, key, idempotencyKey, true));
        }

        private SluicePublication publication(Object data) {
            return switch (data) {
                case String text -> publication("text/plain", text.getBytes(StandardCharsets.UTF_8));
                case byte[] bytes -> publication("application/octet-stream", bytes.clone());
                default -> publication("application/json", template.json.writeValueAsBytes(data));
            };
        }

        private SluicePublication publication(String contentType, byte[] bytes) {
            return new SluicePublication(channel, contentType, bytes, type, key, idempotencyKey, false);
        }
    }
}
