package dev.sluice;

import dev.sluice.server.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One event of an [SseStream]. Immutable: `SseEvent.data("3:1").event("score").id("42")`.
///
/// @param event   its name; null: `message`
/// @param data    null: none, so that a page sees no event
/// @param id      what the client comes back with; null: none. An empty one makes it forget the last
/// @param retry   how long the client is to wait before it comes back; null: as before
/// @param comment what nobody sees, to keep a line alive; null: none
public record SseEvent(
        @Nullable String event,
        @Nullable String data,
        @Nullable String id,
        @Nullable Duration retry,
        @Nullable String comment) {
    /// @throws IllegalArgumentException if a name or id has line breaks, which would end it
    public SseEvent {
        if (event != null) requireOneLine("event", event);
        if (id != null) requireOneLine("id", id);
        if (retry != null && retry.isNegative()) throw new IllegalArgumentException("retry is not negative");
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

    /// Nothing yet: `SseEvent.empty().retry(Duration.ofSeconds(1))`.
    public static SseEvent empty() {
        return new SseEvent(null, null, null, null, null);
    }

    /// The same under a name.
    public SseEvent event(String name) {
        return new SseEvent(name, data, id, retry, comment);
    }

    /// The same with an id.
    public SseEvent id(String name) {
        return new SseEvent(event, data, name, retry, comment);
    }

    /// The same that also tells the client how long to wait before it comes back.
    public SseEvent retry(Duration time) {
        return new SseEvent(event, data, id, time, comment);
    }

    private static void requireOneLine(String field, String value) {
        if (value.chars().anyMatch(c -> c == '\n' || c == '\r' || c == 0)) {
            throw new IllegalArgumentException(field + " has line breaks or NUL, which end it (WHATWG HTML §9.2.6)");
        }
    }
}
