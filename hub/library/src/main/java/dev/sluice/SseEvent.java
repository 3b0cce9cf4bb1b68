package dev.sluice;

import dev.sluice.server.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One event of an [SseStream]. Immutable: `SseEvent.data("3:1").event("score").id("42")`.
///
/// @param event   the event's name; null for `message`
/// @param data    the data; null for none, so that a browser dispatches no event
/// @param id      sent back by the client as `Last-Event-ID` when it reconnects; null for none; an empty id
///     resets it
/// @param retry   how long the client waits before it reconnects; null if unchanged
/// @param comment ignored by clients, for example as a heartbeat; null for none
public record SseEvent(
        @Nullable String event,
        @Nullable String data,
        @Nullable String id,
        @Nullable Duration retry,
        @Nullable String comment) {
    /// @throws IllegalArgumentException if the name or id contains a line break or NUL, or `retry` is negative
    public SseEvent {
        if (event != null) requireOneLine("event", event);
        if (id != null) requireOneLine("id", id);
        if (retry != null && retry.isNegative())
            throw new IllegalArgumentException("retry must not be negative, was " + retry);
    }

    public static SseEvent data(String data) {
        return new SseEvent(null, data, null, null, null);
    }

    public static SseEvent json(Object data) {
        return data(new String(Json.write(data), StandardCharsets.UTF_8));
    }

    public static SseEvent comment(String comment) {
        return new SseEvent(null, null, null, null, comment);
    }

    /// Returns an event without fields: `SseEvent.empty().retry(Duration.ofSeconds(1))`.
    public static SseEvent empty() {
        return new SseEvent(null, null, null, null, null);
    }

    /// Returns a copy with this name.
    public SseEvent event(String name) {
        return new SseEvent(name, data, id, retry, comment);
    }

    /// Returns a copy with this id.
    public SseEvent id(String id) {
        return new SseEvent(event, data, id, retry, comment);
    }

    /// Returns a copy that also sets how long the client waits before it reconnects.
    public SseEvent retry(Duration time) {
        return new SseEvent(event, data, id, time, comment);
    }

    /// Returns the event encoded for [SseStream#raw], with the empty line that ends it (WHATWG HTML §9.2.5). CRLF, CR
    /// and LF all end a line, so a value of several lines becomes several fields.
    public String text() {
        var text = new StringBuilder();
        if (comment != null) lines(text, "", comment);
        if (event != null) field(text, "event", event);
        if (id != null) field(text, "id", id);
        if (retry != null) field(text, "retry", "" + retry.toMillis());
        if (data != null) lines(text, "data", data);
        return text.append('\n').toString();
    }

    private static void lines(StringBuilder text, String name, String value) {
        String oneEnd = value.replace("\r\n", "\n").replace('\r', '\n');
        field(text, name, oneEnd.replace("\n", "\n" + name + ": "));
    }

    private static void field(StringBuilder text, String name, String value) {
        text.append(name).append(": ").append(value).append('\n');
    }

    private static void requireOneLine(String field, String value) {
        if (value.chars().anyMatch(c -> c == '\n' || c == '\r' || c == 0)) {
            throw new IllegalArgumentException(field + " must not contain line breaks or NUL (WHATWG HTML §9.2.6)");
        }
    }
}
