package dev.sluice.demos.stage;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/// The newest units of a stage's connections, until the page fetches them. At a high rate the oldest are left out and
/// counted, because nobody can read them.
final class WireLog {
    private static final int UNITS_MAX = 40;

    /// The units since the last call.
    ///
    /// @param leftOut earlier ones that were left out
    record Part(List<WireUnit> units, int leftOut) {}

    private final Deque<WireUnit> units = new ArrayDeque<>();
    private int leftOut;

    /// Adds a unit. Heads of requests and answers are not left out.
    synchronized void add(WireUnit unit) {
        if (units.size() >= UNITS_MAX && units.removeIf(oldestFrame())) leftOut++;
        if (units.size() < 2 * UNITS_MAX) units.addLast(unit);
    }

    /// Returns a condition that holds once, for the first frame.
    private static Predicate<WireUnit> oldestFrame() {
        boolean[] found = new boolean[1];
        return unit -> {
            if (found[0] || !unit.kind().equals("frame")) return false;
            found[0] = true;
            return true;
        };
    }

    synchronized Part take() {
        Part part = new Part(new ArrayList<>(units), leftOut);
        units.clear();
        leftOut = 0;
        return part;
    }
}
