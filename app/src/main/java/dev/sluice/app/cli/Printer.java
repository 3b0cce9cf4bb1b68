package dev.sluice.app.cli;

import dev.sluice.client.Event;
import dev.sluice.client.Message;
import dev.sluice.client.Raw;
import java.util.Locale;

/// Prints the messages of a subscription: only the data, or whole events in the format of the hub's JSON lines
/// (docs/protocol.md §2).
public final class Printer {
    private final Output out;
    private final Messages messages;
    private final boolean isJson;

    public Printer(Output out, Messages messages, boolean isJson) {
        this.out = out;
        this.messages = messages;
        this.isJson = isJson;
    }

    public void print(Message message) {
        switch (message) {
            case Event event when isJson -> out.line(event.json());
            case Event event when event.isRemoved() -> {} // It has no data.
            case Event event -> out.line(event.bytes());
            case Raw raw -> out.bytes(raw.bytes());
            case Message.Gap gap when isJson -> out.line(json(gap));
            case Message.Gap gap ->
                messages.line(
                        "Events are missing here (%s); continuing after %s.".formatted(reason(gap), gap.resume()));
            case Message.Closed closed
            when isJson ->
                out.line("{\"closed\":{\"channel\":%s,\"cursor\":%s}}"
                        .formatted(quoted(closed.channel()), quoted(closed.cursor())));
            case Message.Closed _ -> {} // Shown by the end of the output.
        }
    }

    private static String json(Message.Gap gap) {
        var after =
                gap.after().map(cursor -> "\"after\":" + quoted(cursor) + ",").orElse("");
        return "{\"gap\":{%s\"resume\":%s,\"reason\":%s}}".formatted(after, quoted(gap.resume()), quoted(reason(gap)));
    }

    private static String reason(Message.Gap gap) {
        return gap.reason().name().toLowerCase(Locale.ROOT);
    }

    /// Names and cursors have no control characters, so only two characters need escaping (RFC 8259 §7).
    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
