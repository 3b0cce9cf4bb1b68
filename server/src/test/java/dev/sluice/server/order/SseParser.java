package dev.sluice.server.order;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A parser of event streams, written from WHATWG HTML §9.2.5 and §9.2.6 alone. Takes bytes one at a time, as a
/// connection may break after any of them.
final class SseParser {
    /// The fields between two blank lines.
    ///
    /// @param id    the last event id from here on
    /// @param hasId whether this block set it
    /// @param data  null without data: then the page receives no event
    record Block(
            String id, boolean hasId, String type, @Nullable String data) {}

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private boolean isFirstLine = true;
    private boolean wasCarriageReturn;
    private final StringBuilder data = new StringBuilder();
    private String type = "";
    private String id = "";
    private boolean hasId;
    private long retryMs;

    /// The block that this byte completes; null if none.
    @Nullable
    Block take(int next) {
        // A line ends with CRLF, with LF, or with a CR not followed by LF.
        boolean isSecondHalf = wasCarriageReturn && next == '\n';
        wasCarriageReturn = next == '\r';
        if (isSecondHalf) return null;
        if (next != '\n' && next != '\r') {
            line.write(next);
            return null;
        }
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        if (isFirstLine && text.startsWith("\uFEFF")) text = text.substring(1);
        isFirstLine = false;
        if (text.isEmpty()) return dispatch();
        int colon = text.indexOf(':');
        if (colon == 0) return null; // A comment.
        String value = colon < 0 ? "" : text.substring(colon + 1);
        field(colon < 0 ? text : text.substring(0, colon), value.startsWith(" ") ? value.substring(1) : value);
        return null;
    }

    private void field(String name, String value) {
        switch (name) {
            case "event" -> type = value;
            case "data" -> data.append(value).append('\n');
            case "id" -> {
                if (value.indexOf('\0') >= 0) return;
                id = value;
                hasId = true;
            }
            case "retry" -> {
                if (value.matches("[0-9]+")) retryMs = Long.parseLong(value);
            }
            default -> {} // "Otherwise: the field is ignored."
        }
    }

    private Block dispatch() {
        String text = data.isEmpty() ? null : data.substring(0, data.length() - 1);
        Block block = new Block(id, hasId, type.isEmpty() ? "message" : type, text);
        data.setLength(0);
        type = "";
        hasId = false;
        return block;
    }

    /// The last reconnection time the server sent; 0 if none.
    long retryMs() {
        return retryMs;
    }
}
