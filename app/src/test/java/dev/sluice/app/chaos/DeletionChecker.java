package dev.sluice.app.chaos;

import dev.sluice.app.chaos.Violation.Kind;
import java.util.ArrayList;
import java.util.List;

/// Compares the deletions of clients with the log of each node, after all attempts to publish have ended.
final class DeletionChecker {
    private DeletionChecker() {}

    /// An event that was acknowledged, and whose deletion was acknowledged after that.
    ///
    /// @param way the way of the deletion
    record Deletion(String channel, String value, String way) {}

    /// @param logs the events of all the channels on each node
    static List<Violation> check(List<Deletion> deletions, List<List<Entry>> logs) {
        List<Violation> violations = new ArrayList<>();
        for (Deletion each : deletions) {
            for (int node = 0; node < logs.size(); node++) {
                for (Entry entry : logs.get(node)) {
                    if (entry.value().equals(each.value()))
                        violations.add(new Violation(
                                Kind.DELETED_BUT_THERE, "node " + node + " has " + entry + " after " + each));
                }
            }
        }
        for (int node = 1; node < logs.size(); node++) {
            if (!logs.get(node).equals(logs.getFirst()))
                violations.add(
                        new Violation(Kind.NODES_DIFFER, "what is left after deletions, on nodes 0 and " + node));
        }
        return violations;
    }
}
