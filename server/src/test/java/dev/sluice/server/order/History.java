package dev.sluice.server.order;

import dev.sluice.core.cursor.Cursor;
import java.util.List;

/// Every entry ever appended, searchable by cursor.
///
/// @param all in order
record History(List<RecordingLog.Fact> all) {
    RecordingLog.Fact at(String id) {
        int found = firstAfter(Observation.parseCursor(id)) - 1;
        boolean isFound = found >= 0 && all.get(found).entry.id().text().equals(id);
        if (!isFound) throw new AssertionError("the reader received " + id + ", which was never appended");
        return all.get(found);
    }

    List<RecordingLog.Fact> upTo(Cursor cursor) {
        return all.subList(0, firstAfter(cursor));
    }

    List<RecordingLog.Fact> after(Cursor cursor) {
        return all.subList(firstAfter(cursor), all.size());
    }

    /// After one cursor and up to another.
    List<RecordingLog.Fact> between(Cursor from, Cursor to) {
        return to.isBefore(from) ? List.of() : all.subList(firstAfter(from), firstAfter(to));
    }

    private int firstAfter(Cursor cursor) {
        int low = 0;
        int high = all.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (cursor.isBefore(all.get(middle).entry.id())) high = middle;
            else low = middle + 1;
        }
        return low;
    }
}
