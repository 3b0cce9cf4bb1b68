package dev.sluice.core.delivery;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Place;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Read;
import org.jspecify.annotations.Nullable;

/// The last few reads of one turn of an event loop: a thousand readers of a channel stand at the same place and ask the
/// same, so the log is asked once. Forgotten at the end of the turn, as the log grows.
final class ReadMemo {
    static final int ENTRIES_MAX = 512;
    static final long BYTES_MAX = Run.BYTES;
    private static final int SLOTS = 8;

    private final Log log;
    private final @Nullable Answer[] answers = new @Nullable Answer[SLOTS];

    private record Answer(Cursor cursor, Cursor known, Selection selection, Filter filter, Read read) {
        boolean isFor(Cursor cursor, Cursor known, Selection selection, Filter filter) {
            return this.cursor.equals(cursor)
                    && this.known.equals(known)
                    && this.selection.equals(selection)
                    && this.filter.equals(filter);
        }
    }

    ReadMemo(Log log) {
        this.log = log;
    }

    void forget() {
        java.util.Arrays.fill(answers, null);
    }

    Read read(Cursor cursor, Cursor known, Selection selection, Filter filter) {
        int slot = Long.hashCode(cursor.position()) & (SLOTS - 1);
        Answer answer = answers[slot];
        if (answer != null && answer.isFor(cursor, known, selection, filter)) return answer.read;
        Read read = log.read(new Place(cursor, known), selection, filter, ENTRIES_MAX, BYTES_MAX);
        answers[slot] = new Answer(cursor, known, selection, filter, read);
        return read;
    }
}
