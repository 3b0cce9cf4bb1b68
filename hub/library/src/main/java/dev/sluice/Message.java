package dev.sluice;

import dev.sluice.server.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// An event to publish, and conditions for publishing it. Immutable:
/// `Message.json(score).type("goal").key("match/7")`.
///
/// @param data           the data and its media type
/// @param type           the kind of event; the default is `message`
/// @param key            identifies the thing the event is about; a snapshot has the newest event of each
///     key; null for none
/// @param removes        true if the event removes its key, so that snapshots leave the key out
/// @param closes         true if the channel ends after this event
/// @param once           idempotency key: publishing again with the same key has no effect; null for none
/// @param requiredLatest required id of the channel's newest event; null for any
/// @param requiresEmpty  true if the channel must have no event yet
/// @param from           the publisher's name, which readers get ([Event#from]); null for none
/// @param traceparent    the span in which it is published (W3C Trace Context), which readers continue; null
///     for none
/// @param lease          how long the channel then waits for its author; null to leave its lease as it is
public record Message(
        Data data,
        String type,
        @Nullable String key,
        boolean removes,
        boolean closes,
        @Nullable String once,
        @Nullable String requiredLatest,
        boolean requiresEmpty,
        @Nullable String from,
        @Nullable String traceparent,
        @Nullable Duration lease) {
    private static final String DEFAULT_TYPE = "message";

    /// The data of a message.
    ///
    /// @param bytes text and JSON in UTF-8; must not be changed afterwards
    @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
    public record Data(Kind kind, String contentType, byte[] bytes) {}

    /// How subscribers receive the data in an envelope.
    public enum Kind {
        /// A string.
        TEXT,
        /// A JSON value.
        JSON,
        /// A string in Base64.
        BINARY
    }

    public static Message text(String text) {
        return of(Kind.TEXT, "text/plain", text.getBytes(StandardCharsets.UTF_8));
    }

    /// Returns a message with a record, map or list as JSON.
    public static Message json(Object value) {
        return of(Kind.JSON, "application/json", Json.write(value));
    }

    public static Message binary(String contentType, byte[] bytes) {
        return of(Kind.BINARY, contentType, bytes.clone());
    }

    /// Returns a message with data whose kind and media type are given, for example JSON that is encoded
    /// already.
    public static Message of(Data data) {
        return new Message(data, DEFAULT_TYPE, null, false, false, null, null, false, null, null, null);
    }

    private static Message of(Kind kind, String contentType, byte[] bytes) {
        return of(new Data(kind, contentType, bytes));
    }

    public Message type(String other) {
        return new Message(
                data, other, key, removes, closes, once, requiredLatest, requiresEmpty, from, traceparent, lease);
    }

    public Message key(String other) {
        return new Message(
                data, type, other, removes, closes, once, requiredLatest, requiresEmpty, from, traceparent, lease);
    }

    /// Returns a copy that removes its key: snapshots leave the key out.
    public Message removingKey() {
        return new Message(
                data, type, key, true, closes, once, requiredLatest, requiresEmpty, from, traceparent, lease);
    }

    /// Returns a copy that ends the channel, which then accepts no more events.
    public Message closing() {
        return new Message(
                data, type, key, removes, true, once, requiredLatest, requiresEmpty, from, traceparent, lease);
    }

    /// Returns a copy with an idempotency key: if it is published several times within five minutes, it is
    /// appended once.
    public Message once(String idempotencyKey) {
        return new Message(
                data,
                type,
                key,
                removes,
                closes,
                idempotencyKey,
                requiredLatest,
                requiresEmpty,
                from,
                traceparent,
                lease);
    }

    /// Returns a copy that is only appended if this is still the id of the channel's newest event (`If-Match`).
    public Message ifLatest(String id) {
        return new Message(data, type, key, removes, closes, once, id, false, from, traceparent, lease);
    }

    /// Returns a copy that is only appended if the channel has no event yet (`If-None-Match`).
    public Message ifEmpty() {
        return new Message(data, type, key, removes, closes, once, null, true, from, traceparent, lease);
    }

    /// Returns a copy that is from this publisher, whose name the program vouches for.
    public Message from(String publisher) {
        return new Message(
                data, type, key, removes, closes, once, requiredLatest, requiresEmpty, publisher, traceparent, lease);
    }

    /// Returns a copy that belongs to a distributed trace: readers get its span with the event, and may
    /// continue the trace.
    ///
    /// @param header the publisher's span as the `traceparent` of W3C Trace Context, in the form that
    ///               OpenTelemetry's propagators write
    public Message traceparent(String header) {
        return new Message(data, type, key, removes, closes, once, requiredLatest, requiresEmpty, from, header, lease);
    }

    /// Returns a copy that gives the channel a lease, or renews it: if nobody renews it within this time, also not by
    /// [Channel#renew], the hub ends the channel with an event of the type `end` that says so.
    ///
    /// @param duration one second to an hour
    public Message lease(Duration duration) {
        return new Message(
                data, type, key, removes, closes, once, requiredLatest, requiresEmpty, from, traceparent, duration);
    }
}
