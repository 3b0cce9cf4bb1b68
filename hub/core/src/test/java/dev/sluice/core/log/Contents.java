package dev.sluice.core.log;

import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Data to publish in tests, and short descriptions of entries to compare.
public final class Contents {
    private Contents() {}

    public static Content text(String data) {
        return new Content(ContentKind.TEXT, "text/plain", data.getBytes(StandardCharsets.UTF_8));
    }

    public static String data(Event event) {
        return new String(event.content().bytes(), StandardCharsets.UTF_8);
    }

    /// The data of an event, `(forgotten)` if it was erased, or `end of CHANNEL`.
    public static String describe(Entry entry) {
        return switch (entry) {
            case Event event when event.isForgotten() -> "(forgotten)";
            case Event event -> data(event);
            case End end -> "end of " + end.channel();
        };
    }

    public static List<String> describeAll(List<Entry> entries) {
        return entries.stream().map(Contents::describe).toList();
    }
}
