package dev.sluice.cluster;

import dev.sluice.cluster.peers.NodeClient;
import dev.sluice.cluster.peers.NodeStatus;
import dev.sluice.core.thread.Repeated;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// Detects that this node was removed from its cluster. Raft only stops sending to a removed node, and a node
/// that was down at that time cannot notice even that. So a thread asks other nodes for the members that the
/// leader knows.
final class RemovalCheck implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(RemovalCheck.class.getName());
    private static final Duration PERIOD = Duration.ofSeconds(2);

    private final Self self;
    private final NodeClient client;
    private @Nullable Thread thread;

    /// This node, which may have been removed.
    interface Self {
        NodeStatus status();

        /// The request addresses of all other nodes that this node knows.
        Collection<String> others();

        /// Called when the cluster continues without this node.
        void removed();
    }

    RemovalCheck(Self self, NodeClient client) {
        this.self = self;
        this.client = client;
    }

    void start() {
        thread = Thread.ofVirtual()
                .name("removal")
                .start(() -> Repeated.run(
                        PERIOD,
                        failed -> LOG.log(System.Logger.Level.ERROR, "the members could not be asked for", failed),
                        this::look));
    }

    private boolean look() throws InterruptedException {
        if (!isRemoved()) return true;
        self.removed();
        return false;
    }

    private boolean isRemoved() throws InterruptedException {
        NodeStatus own = self.status();
        String known = own.leader();
        if (known != null && !self.others().contains(known)) return false; // This node leads.
        if (known != null && isRemovedBy(known, own)) return true;
        if (known != null) return false;
        for (String each : self.others()) if (isRemovedBy(each, own)) return true;
        return false;
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
