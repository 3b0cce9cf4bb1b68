package dev.sluice.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The fields of an event stream between two blank lines (WHATWG HTML §9.2.6). Immutable. A browser dispatches no event
/// for a block without data; its id moves the reader all the same.
///
/// @param event    the event's name; null if absent
/// @param data     the lines of data, joined by LF; null if there are none
/// @param id       the id that this block sets; null if it sets none
/// @param retryMs  the reconnection time that this block sets, in milliseconds; -1 if it sets none
/// @param comments the text of each comment, after the colon
/// @param unknown  the names of fields that the standard does not know, which clients ignore
public record SseBlock(
        @Nullable String event,
        @Nullable String data,
        @Nullable String id,
        long retryMs,
        List<String> comments,
        List<String> unknown) {
    /// Returns the type of the event in a browser.
    public String type() {
        return event == null || event.isEmpty() ? "message" : event;
    }
}
