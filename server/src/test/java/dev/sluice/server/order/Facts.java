package dev.sluice.server.order;

import dev.sluice.core.cursor.Cursor;
import java.util.List;

/// Everything that was ever placed, to be found by its place.
///
/// @param all in order
record Facts(List<Chronicle.Fact> all) {
    Chronicle.Fact at(String id) {
        int found = firstBehind(Seen.place(id)) - 1;
        boolean is = found >= 0 && all.get(found).entry.id().text().equals(id);
        if (!is) throw new AssertionError("the reader is told of " + id + ", which never was");
        return all.get(found);
    }

    List<Chronicle.Fact> upTo(Cursor place) {
        return all.subList(0, firstBehind(place));
    }

    List<Chronicle.Fact> behind(Cursor place) {
        return all.subList(firstBehind(place), all.size());
    }

    /// Behind one place and up to another.
    List<Chronicle.Fact> between(Cursor from, Cursor to) {
        return to.isBefore(from) ? List.of() : all.subList(firstBehind(from), firstBehind(to));
    }

    private int firstBehind(Cursor place) {
        int low = 0;
        int high = all.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (place.isBefore(all.get(middle).entry.id())) high = middle;
            else low = middle + 1;
        }
        return low;
    }
}
