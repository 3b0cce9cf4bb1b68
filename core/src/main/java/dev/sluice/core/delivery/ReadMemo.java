package dev.sluice.core.delivery;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Place;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Read;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The last few reads of one turn of an event loop: a thousand readers of a channel stand at the same place and ask the
/// same, so the log is asked once. Forgotten at the end of the turn, as the log grows.
final class ReadMemo {
    static final int ENTRIES_MAX = 512;
    static final long BYTES_MAX = Run.BYTES;
    private static final int SLOTS = 8;

    private final Log log;
    private final @Nullable Answer[] answers = new @Nullable Answer[SLOTS];

    private record Answer(Place place, Selection selection, Filter filter, Read read) {
        boolean isFor(Place otherPlace, Selection otherSelection, Filter otherFilter) {
            return place.equals(otherPlace) && selection.equals(otherSelection) && filter.equals(otherFilter);
        }
    }

    ReadMemo(Log log) {
        this.log = log;
    }

    void forget() {
        Arrays.fill(answers, null);
    }

    Read read(Place place, Selection selection, Filter filter) {
        int slot = Long.hashCode(place.cursor().position()) & (SLOTS - 1);
        Answer answer = answers[slot];
        if (answer != null && answer.isFor(place, selection, filter)) return answer.read;
        Read read = log.read(place, selection, filter, ENTRIES_MAX, BYTES_MAX);
        answers[slot] = new Answer(place, selection, filter, read);
        return read;
    }
}
