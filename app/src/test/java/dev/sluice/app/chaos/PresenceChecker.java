package dev.sluice.app.chaos;

import dev.sluice.app.chaos.Violation.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Compares the members of a channel, as each node lists them, with the clients that are connected.
final class PresenceChecker {
    private PresenceChecker() {}

    /// @param connected the clients that have a connection to any node
    /// @param lists     the members on each node
    static List<Violation> check(Set<String> connected, List<Set<String>> lists) {
        List<Violation> violations = new ArrayList<>();
        for (int node = 0; node < lists.size(); node++) {
            Set<String> listed = lists.get(node);
            Set<String> extra = new TreeSet<>(listed);
            extra.removeAll(connected);
            if (!extra.isEmpty())
                violations.add(new Violation(Kind.PRESENT_WITHOUT_CONNECTION, "node " + node + " lists " + extra));
            Set<String> missing = new TreeSet<>(connected);
            missing.removeAll(listed);
            if (!missing.isEmpty())
                violations.add(new Violation(Kind.CONNECTED_BUT_ABSENT, "node " + node + " lacks " + missing));
            if (!listed.equals(lists.getFirst()))
                violations.add(new Violation(
                        Kind.NODES_DIFFER, "node 0 lists " + lists.getFirst() + ", node " + node + " " + listed));
        }
        return violations;
    }
}
