package dev.sluice.storage.record;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.event.EventFields;
import dev.sluice.core.record.RecordInput;
import dev.sluice.core.record.RecordOutput;

/// The record of an entry in the family `events`:
///
/// ```
/// flags 1 | more flags 1, if FURTHER | time 8 | of an event: type | fields | media type | data, to the end
/// ```
/// Two bits of the flags are the kind of the data, and three belong to the first three fields of the event.
/// If the event has a later field, the kind is FURTHER, and the octet of more flags has the kind and the bits
/// of later fields. A version that does not know a field can't read events that have it.
public final class EntryRecord {
    private static final int END = 1;
    private static final int KEY_ENDS = 2;
    private static final int FORGOTTEN = 4;
    private static final int FIELDS = 3; // Bits before those of the first two fields.
    private static final int KIND = 5;
    private static final int TEXT = 0;
    private static final int JSON = 1;
    private static final int BINARY = 2;
    private static final int FURTHER = 3;

    private EntryRecord() {}

    public static void write(Entry entry, RecordOutput out) {
        switch (entry) {
            case End end -> out.octet(END).fixed(end.timeMs());
            case Event event -> write(event, out);
        }
    }

    private static void write(Event event, RecordOutput out) {
        int fields = event.bits();
        int kind = switch (event.contentKind()) {
            case TEXT -> TEXT;
            case JSON -> JSON;
            case BINARY -> BINARY;
        };
        int further = fields >> 3;
        out.octet((event.isKeyEnd() ? KEY_ENDS : 0)
                | (event.isForgotten() ? FORGOTTEN : 0)
                | (fields & 3) << FIELDS
                | (further == 0 ? kind : FURTHER) << KIND
                | (fields & 4) << KIND);
        if (further != 0) out.octet(kind | further << 2);
        out.fixed(event.timeMs()).text(event.type());
        event.write(out);
        out.text(event.contentType()).rest(event.data());
    }

    public static Entry read(Cursor id, ChannelName channel, byte[] record) {
        RecordInput in = new RecordInput(record);
        int flags = in.octet();
        int kind = flags >> KIND & 3;
        int further = kind == FURTHER ? in.octet() : kind;
        long timeMs = in.fixed();
        if (has(flags, END)) return new End(id, channel, timeMs);
        String type = in.text();
        int present = ((flags >> FIELDS) & 3) | ((flags >> KIND) & 4) | ((further >> 2) << 3);
        EventFields fields = EventFields.read(present, in);
        ContentKind contentKind = switch (further & 3) {
            case TEXT -> ContentKind.TEXT;
            case JSON -> ContentKind.JSON;
            case BINARY -> ContentKind.BINARY;
            default -> throw new RecordInput.BrokenRecordException();
        };
        Content content = new Content(contentKind, in.text(), in.rest());
        Draft draft = new Draft(channel, type, fields, content, has(flags, KEY_ENDS), false);
        Event event = Event.of(id, timeMs, draft);
        return has(flags, FORGOTTEN) ? event.forgotten() : event;
    }

    public static boolean isForgotten(byte[] record) {
        return has(record[0], FORGOTTEN);
    }

    private static boolean has(int flags, int flag) {
        return (flags & flag) != 0;
    }
}
