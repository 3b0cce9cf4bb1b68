package dev.sluice.demos.stage;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The newest units of a stage's connections, until the page fetches them. At a high rate the oldest units of
/// a connection are dropped and counted, because nobody could read them.
final class WireLog {
    private static final int UNITS_MAX = 40; // Per connection.
    private static final int CONNECTIONS_MAX = 8; // Limited, because visitors choose the names.
    private static final String OTHER = "other";

    /// The units since the previous call.
    ///
    /// @param leftOut how many older units of each connection were dropped
    record Part(List<WireUnit> units, Map<String, Integer> leftOut) {}

    private final Deque<WireUnit> units = new ArrayDeque<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private final Map<String, Integer> leftOut = new HashMap<>();

    synchronized void add(WireUnit unit) {
        boolean isKnown = counts.containsKey(unit.connection()) || counts.size() < CONNECTIONS_MAX;
        WireUnit named = isKnown ? unit : unit.of(OTHER);
        if (counts.merge(named.connection(), 1, Integer::sum) > UNITS_MAX) leaveOne(named.connection());
        units.addLast(named);
    }

    /// Drops the oldest unit of a connection, but keeps heads of requests and responses as long as there is
    /// any other unit.
    private void leaveOne(String connection) {
        leftOut.merge(connection, 1, Integer::sum);
        counts.merge(connection, -1, Integer::sum);
        WireUnit oldest = null;
        for (WireUnit each : units) {
            if (!each.connection().equals(connection)) continue;
            if (oldest == null) oldest = each;
            if (each.kind().equals("http")) continue;
            oldest = each;
            break;
        }
        if (oldest != null) units.removeFirstOccurrence(oldest);
    }

    synchronized Part take() {
        Part part = new Part(new ArrayList<>(units), Map.copyOf(leftOut));
        units.clear();
        leftOut.clear();
        counts.replaceAll((_, _) -> 0);
        return part;
    }
}
