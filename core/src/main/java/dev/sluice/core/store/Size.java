package dev.sluice.core.store;

import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;

/// What entries weigh.
public final class Size {
    /// What the log needs for an entry besides its data: the event, its id and content (about 110 bytes), its
    /// slots in two tracks (24 to 120), and its key, publisher and media type, which are mostly short.
    public static final int ENTRY_BYTES = 256;

    private Size() {}

    /// What readers get.
    public static long data(Entry entry) {
        return switch (entry) {
            case Event event -> event.content().bytes().length;
            case End end -> 0;
        };
    }

    /// What counts towards limits of bytes.
    static long kept(Entry entry) {
        return ENTRY_BYTES + data(entry);
    }
}
