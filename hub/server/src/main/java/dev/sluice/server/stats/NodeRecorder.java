package dev.sluice.server.stats;

import dev.sluice.core.event.Content;
import dev.sluice.core.peers.NodeFigures;
import dev.sluice.core.peers.PeerReport;
import dev.sluice.core.peers.Peers;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Records the nodes of the cluster while they have readers. Queries each node at most once a second, regardless
/// of the number of readers (`docs/decisions/0028-how-operators-look-into-a-hub.md`). Used by one thread.
final class NodeRecorder {
    /// The interval for each node: a cluster of more than ten nodes is queried less often than once a second, so
    /// that a page receives no more data than from ten nodes.
    static final long NODE_MS = 100;

    private final Peers peers;
    private final StatsGroup group;

    /// The reports to write at the next record; null if there are no new ones.
    private final AtomicReference<List<PeerReport>> answers = new AtomicReference<>();

    private boolean isAsked;
    private long dueMs;

    NodeRecorder(Peers peers, StatsWriter writer) {
        this.peers = peers;
        this.group = new StatsGroup(writer, StatsLog.NODES, "nodes", "nodes", 0);
    }

    void record(long nowMs) {
        List<PeerReport> answered = answers.getAndSet(null);
        if (answered != null) {
            isAsked = false;
            dueMs = Math.max(dueMs, dueMs - Statistics.EVERY_MS + NODE_MS * answered.size());
            if (!answered.isEmpty()) group.record(figures(answered), nowMs);
        }
        if (isAsked || nowMs < dueMs) return;
        dueMs = nowMs + Statistics.EVERY_MS;
        peers.reports().whenComplete((reports, failed) -> answers.set(failed == null ? reports : List.of()));
        isAsked = true;
    }

    private Content figures(List<PeerReport> reports) {
        return StatsJson.of(event -> event.add("self", address(reports))
                .object(
                        "nodes",
                        nodes -> reports.forEach(each -> nodes.object(each.address(), row -> add(each, row)))));
    }

    /// Returns the address of this node; null if it is no longer a node of the cluster.
    private @Nullable String address(List<PeerReport> reports) {
        return reports.stream()
                .filter(each -> each.id().equals(peers.self()))
                .map(PeerReport::address)
                .findFirst()
                .orElse(null);
    }

    private static void add(PeerReport report, StatsJson row) {
        row.add("id", report.id());
        if (report.role() != null) {
            row.add("role", report.role().name().toLowerCase(Locale.ROOT))
                    .add("term", report.term())
                    .add("commit", report.commit())
                    .add("applied", report.applied());
        }
        if (report.lag() < 0) row.addNull("lag");
        else row.add("lag", report.lag());
        row.add("problem", report.problem());
        NodeFigures figures = report.figures();
        if (figures == null) return;
        row.object(
                "figures",
                each -> each.add("published", figures.published())
                        .add("delivered", figures.delivered())
                        .add("deliveredBytes", figures.deliveredBytes())
                        .add("connections", figures.connections())
                        .add("readers", figures.readers())
                        .add("behind", figures.behind()));
    }
}
