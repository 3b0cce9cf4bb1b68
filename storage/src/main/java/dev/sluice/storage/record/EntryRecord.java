package dev.sluice.storage.record;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.event.TraceParent;
import dev.sluice.core.record.RecordInput;
import dev.sluice.core.record.RecordOutput;
import org.jspecify.annotations.Nullable;

/// The record of an entry in the family `events`:
///
/// ```
/// flags 1 | time 8 | of an event: type | key, if any | from, if any | trace 25, if any | media type | data, to the end
/// ```
/// The trace is its id 16, the span 8 and flags 1. A version that does not know of traces can't read events that have
/// one.
public final class EntryRecord {
    private static final int END = 1;
    private static final int KEY_ENDS = 2;
    private static final int FORGOTTEN = 4;
    private static final int HAS_KEY = 8;
    private static final int HAS_FROM = 16;
    private static final int JSON = 32;
    private static final int BINARY = 64;
    private static final int HAS_TRACE = 128;

    private EntryRecord() {}

    public static void write(Entry entry, RecordOutput out) {
        switch (entry) {
            case End end -> out.octet(END).fixed(end.timeMs());
            case Event event -> write(event, out);
        }
    }

    private static void write(Event event, RecordOutput out) {
        String key = event.key();
        String from = event.from();
        TraceParent trace = event.traceParent();
        int flags = (event.isKeyEnd() ? KEY_ENDS : 0)
                | (event.isForgotten() ? FORGOTTEN : 0)
                | (key != null ? HAS_KEY : 0)
                | (from != null ? HAS_FROM : 0)
                | (trace != null ? HAS_TRACE : 0)
                | switch (event.contentKind()) {
                    case TEXT -> 0;
                    case JSON -> JSON;
                    case BINARY -> BINARY;
                };
        out.octet(flags).fixed(event.timeMs()).text(event.type());
        if (key != null) out.text(key);
        if (from != null) out.text(from);
        if (trace != null) {
            out.fixed(trace.traceHigh())
                    .fixed(trace.traceLow())
                    .fixed(trace.span())
                    .octet(trace.flags());
        }
        out.text(event.contentType()).rest(event.data());
    }

    public static Entry read(Cursor id, ChannelName channel, byte[] record) {
        RecordInput in = new RecordInput(record);
        int flags = in.octet();
        long timeMs = in.fixed();
        if (has(flags, END)) return new End(id, channel, timeMs);
        String type = in.text();
        @Nullable String key = has(flags, HAS_KEY) ? in.text() : null;
        @Nullable String from = has(flags, HAS_FROM) ? in.text() : null;
        @Nullable TraceParent trace = has(flags, HAS_TRACE) ? trace(in) : null;
        ContentKind kind =
                has(flags, JSON) ? ContentKind.JSON : has(flags, BINARY) ? ContentKind.BINARY : ContentKind.TEXT;
        Content content = new Content(kind, in.text(), in.rest());
        Draft draft = new Draft(channel, type, key, from, content, has(flags, KEY_ENDS), false, trace);
        Event event = Event.of(id, timeMs, draft);
        return has(flags, FORGOTTEN) ? event.forgotten() : event;
    }

    private static TraceParent trace(RecordInput in) {
        return new TraceParent(in.fixed(), in.fixed(), in.fixed(), (byte) in.octet());
    }

    public static boolean isForgotten(byte[] record) {
        return has(record[0], FORGOTTEN);
    }

    private static boolean has(int flags, int flag) {
        return (flags & flag) != 0;
    }
}
