package dev.sluice.demos.stage;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

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

    synchronized void add(WireUnit unit) {
        if (units.size() == UNITS_MAX) leaveOne();
        units.addLast(unit);
    }

    /// Leaves out the oldest frame. Heads of requests and answers stay, as long as there are frames.
    private void leaveOne() {
        leftOut++;
        for (var each = units.iterator(); each.hasNext(); ) {
            if (!each.next().kind().equals("frame")) continue;
            each.remove();
            return;
        }
        units.removeFirst();
    }

    synchronized Part take() {
        Part part = new Part(new ArrayList<>(units), leftOut);
        units.clear();
        leftOut = 0;
        return part;
    }
}
