package dev.sluice.cluster;

import dev.sluice.cluster.order.NodeOrder;
import dev.sluice.cluster.peers.Member;
import dev.sluice.cluster.peers.NodeClient;
import dev.sluice.cluster.peers.NodeStatus;
import dev.sluice.core.cluster.ClusterSettings;
import dev.sluice.core.replication.ReplicatedLog;
import dev.sluice.core.thread.PeriodicTask;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Detects that this node was removed from its cluster. Raft only stops sending to a removed node, and a node
/// that was down at that time cannot notice even that. So a thread asks other nodes for the members that the
/// leader knows.
final class RemovalCheck implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(RemovalCheck.class.getName());
    private static final Duration PERIOD = Duration.ofSeconds(2);

    private final ReplicatedLog log;
    private final NodeOrder order;
    private final Membership membership;
    private final ClusterSettings settings;
    private final NodeService service;
    private final NodeClient client;
    private @Nullable Thread thread;

    RemovalCheck(
            ReplicatedLog log,
            NodeOrder order,
            Membership membership,
            ClusterSettings settings,
            NodeService service,
            NodeClient client) {
        this.log = log;
        this.order = order;
        this.membership = membership;
        this.settings = settings;
        this.service = service;
        this.client = client;
    }

    void start() {
        thread = Thread.ofVirtual()
                .name("removal")
                .start(() -> PeriodicTask.run(
                        PERIOD,
                        failed -> LOG.log(System.Logger.Level.ERROR, "the members could not be asked for", failed),
                        this::look));
    }

    private boolean look() throws InterruptedException {
        if (!isRemoved()) return true;
        membership.stopRemoved(log);
        return false;
    }

    private boolean isRemoved() throws InterruptedException {
        NodeStatus own = service.status();
        Set<String> others = others();
        String known = own.leader();
        if (known != null && !others.contains(known)) return false; // This node leads.
        if (known != null && isRemovedBy(known, own)) return true;
        if (known != null) return false;
        for (String each : others) if (isRemovedBy(each, own)) return true;
        return false;
    }

    /// The request addresses of all other nodes that this node knows.
    private Set<String> others() {
        return Stream.concat(
                        settings.others().stream(), order.members().stream().map(Member::address))
                .filter(each -> !each.equals(settings.address()))
                .map(Member::requestAddress)
                .collect(Collectors.toSet());
    }

    /// Returns true if the node leads the cluster and its members do not include this node. An older leader,
    /// which may not know that this node was added, does not count: its term is lower, or it has no majority.
    private boolean isRemovedBy(String address, NodeStatus own) throws InterruptedException {
        try {
            NodeStatus other = client.status(address);
            return "leader".equals(other.role())
                    && other.problem() == null
                    && other.term() >= own.term()
                    && other.cluster() != null
                    && other.cluster().equals(own.cluster())
                    && other.members().stream().noneMatch(each -> each.hexId().equals(own.id()));
        } catch (IOException _) {
            return false; // This node does not answer; another one may know.
        }
    }

    @Override
    public void close() {
        if (thread != null) thread.interrupt();
    }
}
