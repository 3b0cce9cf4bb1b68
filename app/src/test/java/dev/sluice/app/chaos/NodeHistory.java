package dev.sluice.app.chaos;

import dev.sluice.core.history.Violation;
import dev.sluice.core.history.Violation.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The history of the nodes' processes: a node may end only after a fault that allows it, and each node must
/// be ready again in time. May be used by several threads.
final class NodeHistory {
    /// The processor time of a node from the start of its process, or from the end of a fault, until
    /// `/readyz` is 200, under continuous load. A start takes some six seconds, however many other tests
    /// share the processors. Ten times as much leaves room for compilers, collectors and shared cores.
    static final Duration READY_PROCESSOR_TIME = Duration.ofSeconds(60);

    /// The same limit in wall-clock time, which ends the wait for an idle node: five nodes and their clients
    /// may have a tenth of a processor each beside other tests. Rounds of faults run on a separate machine,
    /// and set `-Dsluice.chaos.ready=SECONDS`.
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

    /// A node was started again: faults of the former process are no reason for this one to end.
    synchronized void started(int node) {
        endangered.remove(node);
    }

    /// Returns true if a node has taken too long to be ready, by one limit or the other.
    static boolean isTooLate(long afterMs, Duration processorTime) {
        return afterMs > READY_MS || processorTime.compareTo(READY_PROCESSOR_TIME) > 0;
    }

    /// A node is ready.
    synchronized void ready(int node, long afterMs, Duration processorTime) {
        longestReadyMs = Math.max(longestReadyMs, afterMs);
        if (isTooLate(afterMs, processorTime))
            notReady(node, afterMs, "it was ready then, after " + processorTime.toMillis() + " ms of processor time");
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

    /// Forgets the violations so far, which have been reported.
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
