package dev.sluice.server.stats;

import dev.sluice.core.log.ForwardingLog;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.core.peers.NodeFigures;
import dev.sluice.core.peers.PeerReport;
import dev.sluice.core.peers.Peers;
import dev.sluice.core.peers.ReplicationStatus.Role;
import dev.sluice.core.peers.SessionMessages;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// A log in memory that says to be kept by several nodes, whose answers a test sets.
public final class ClusteredLog extends ForwardingLog {
    public static final String SELF = "00000000000000a1";

    private final AtomicInteger questions = new AtomicInteger();
    private volatile List<PeerReport> reports = three();
    private volatile int failures;
    private volatile Supplier<NodeFigures> own = () -> new NodeFigures(0, 0, 0, 0, 0, 0);

    private final Peers peers = new Peers() {
        @Override
        public String self() {
            return SELF;
        }

        @Override
        public CompletionStage<Delivery> send(String node, SessionMessages messages) {
            return CompletableFuture.completedStage(Delivery.GONE);
        }

        @Override
        public void receive(Receiver receiver) {}

        @Override
        public void describe(Supplier<NodeFigures> figures) {
            own = figures;
        }

        @Override
        public CompletionStage<List<PeerReport>> reports() {
            if (questions.getAndIncrement() < failures) return CompletableFuture.failedStage(new OutOfMemoryError());
            return CompletableFuture.completedStage(reports);
        }
    };

    public ClusteredLog() {
        super(MemoryLog.builder(InstantSource.system()).open());
    }

    /// A leader, a follower, and a node that does not answer.
    private static List<PeerReport> three() {
        return List.of(
                report(1, Role.FOLLOWER, 3, null, new NodeFigures(40, 800, 64_000, 12, 10, 1)),
                report(2, Role.LEADER, 0, null, new NodeFigures(41, 1_200, 96_000, 30, 28, 0)),
                report(3, null, -1, "it does not answer", null));
    }

    /// @param role    null: the node does not answer
    /// @param problem null: none
    public static PeerReport report(int number, Role role, long lag, String problem, NodeFigures figures) {
        return new PeerReport(
                "10.0.0." + number + ":9420",
                "00000000000000a" + number,
                role,
                role == null ? 0 : 7,
                role == null ? 0 : 4_711,
                role == null ? 0 : 4_711 - lag,
                lag,
                problem,
                figures);
    }

    /// Has the nodes answer this from now on.
    public void answer(List<PeerReport> answers) {
        reports = answers;
    }

    /// Has the first questions fail.
    void fail(int count) {
        failures = count;
    }

    /// How often the nodes were asked.
    public int questions() {
        return questions.get();
    }

    /// What this node tells the others.
    public NodeFigures own() {
        return own.get();
    }

    @Override
    public Peers peers() {
        return peers;
    }
}
