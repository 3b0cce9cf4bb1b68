package dev.sluice.core.index;

import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;

/// The sizes of entries, in bytes.
public final class Size {
    /// Memory for an entry without its data: the event (48 bytes, or 80 if it shares nothing), its slots in two
    /// lists (24 to 120 bytes), and its key, publisher and media type, which are usually short.
    public static final int ENTRY_BYTES = 256;

    private Size() {}

    /// Bytes of an entry's data.
    public static long data(Entry entry) {
        return switch (entry) {
            case Event event -> event.dataBytes();
            case End end -> 0;
        };
    }

    /// Bytes that count towards limits.
    public static long kept(Entry entry) {
        return ENTRY_BYTES + data(entry);
    }
}
