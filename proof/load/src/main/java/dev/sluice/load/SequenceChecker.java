package dev.sluice.load;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Tracks the events that one reader has received of each lane, to classify each event as the next one, an
/// earlier one that was missing, or a repetition. A reader that receives everything in order costs an int per
/// lane.
final class SequenceChecker {
    /// Limit for ranges of missing events. Beyond it late events count as repeated.
    private static final int HOLES_MAX = 10_000;

    enum Verdict {
        NEXT,
        LATE,
        REPEATED
    }

    /// Missing events of a lane: `from` inclusive, `to` exclusive.
    private record Hole(int slot, int from, int to) {}

    private final int[] next;
    private @Nullable List<Hole> holes;

    /// @param slots the number of lanes of its channels
    SequenceChecker(int slots) {
        next = new int[slots];
    }

    Verdict take(int slot, int sequence) {
        int expected = next[slot];
        if (sequence == expected) {
            next[slot] = expected + 1;
            return Verdict.NEXT;
        }
        if (sequence > expected) {
            addHole(new Hole(slot, expected, sequence));
            next[slot] = sequence + 1;
            return Verdict.NEXT;
        }
        return fill(slot, sequence) ? Verdict.LATE : Verdict.REPEATED;
    }

    private void addHole(Hole hole) {
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
