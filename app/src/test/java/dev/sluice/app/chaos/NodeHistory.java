package dev.sluice.app.chaos;

import dev.sluice.app.chaos.Violation.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The lives of the nodes' processes: no node ends unless something was done to it from which it may, and each node is
/// ready again in time. May be used by several threads.
final class NodeHistory {
    /// From the start of a process, or the end of a fault, until `/readyz` is 200, under a load that goes on. A start
    /// takes some seconds of processor time, which may take minutes beside other tests: rounds of faults set
    /// `-Dsluice.chaos.ready=SECONDS`.
    static final long READY_MS = 1_000L * Integer.getInteger("sluice.chaos.ready", 600);

    private final Set<Integer> endangered = new HashSet<>();
    private final List<Violation> violations = new ArrayList<>();
    private long longestReadyMs;

    /// A fault from which a node may end, now or until all is [#settled]: it was killed, say.
    synchronized void endangered(int node) {
        endangered.add(node);
    }

    /// The process of a node was found ended.
    synchronized void ended(int node, int exitCode) {
        if (endangered.contains(node)) return;
        violations.add(new Violation(Kind.ENDED_BY_ITSELF, "node " + node + " with exit code " + exitCode));
    }

    /// A node was started again: nothing that was done to the process before may end this one.
    synchronized void started(int node) {
        endangered.remove(node);
    }

    /// A node is ready.
    synchronized void ready(int node, long afterMs) {
        longestReadyMs = Math.max(longestReadyMs, afterMs);
        if (afterMs > READY_MS) notReady(node, afterMs, "it was ready then");
    }

    /// A node is not ready.
    ///
    /// @param why its own words
    synchronized void notReady(int node, long afterMs, String why) {
        violations.add(new Violation(Kind.NOT_READY_AGAIN, "node " + node + " after " + afterMs + " ms: " + why));
    }

    /// All faults are over.
    synchronized void settled() {
        endangered.clear();
    }

    /// Forgets the violations so far, which have been told.
    synchronized void forget() {
        violations.clear();
    }

    synchronized List<Violation> violations() {
        return List.copyOf(violations);
    }

    /// The longest time that a node took to be ready, since the last call.
    synchronized long takeLongestReadyMs() {
        long taken = longestReadyMs;
        longestReadyMs = 0;
        return taken;
    }
}
