package dev.sluice.load;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one reader has had of each lane, and so whether an event is the next, one over which it was passed, or one that
/// it had before. A reader that gets all in order costs an int for each lane.
final class Order {
    /// A place is free again as soon as its event comes; a server that makes more holes is beyond telling apart.
    private static final int HOLES_MAX = 10_000;

    enum Verdict {
        NEXT,
        LATE,
        REPEATED
    }

    /// Events of a lane that were passed over, from the first to before the last.
    private record Hole(int slot, int from, int to) {}

    private final int[] next;
    private @Nullable List<Hole> holes;

    /// @param slots how many lanes it may have events of
    Order(int slots) {
        next = new int[slots];
    }

    Verdict take(int slot, int sequence) {
        int expected = next[slot];
        if (sequence == expected) {
            next[slot] = expected + 1;
            return Verdict.NEXT;
        }
        if (sequence > expected) {
            passOver(new Hole(slot, expected, sequence));
            next[slot] = sequence + 1;
            return Verdict.NEXT;
        }
        return fill(slot, sequence) ? Verdict.LATE : Verdict.REPEATED;
    }

    private void passOver(Hole hole) {
        if (holes == null) holes = new ArrayList<>();
        if (holes.size() < HOLES_MAX) holes.add(hole);
    }

    private boolean fill(int slot, int sequence) {
        if (holes == null) return false;
        for (int i = 0; i < holes.size(); i++) {
            var hole = holes.get(i);
            if (hole.slot != slot || sequence < hole.from || sequence >= hole.to) continue;
            holes.remove(i);
            if (sequence > hole.from) holes.add(new Hole(slot, hole.from, sequence));
            if (sequence + 1 < hole.to) holes.add(new Hole(slot, sequence + 1, hole.to));
            return true;
        }
        return false;
    }
}
