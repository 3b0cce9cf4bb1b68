package dev.sluice.core.cluster;

import dev.sluice.core.peers.ReplicationStatus.Role;
import java.util.ArrayList;
import java.util.List;

/// The nodes of a cluster, as an operator sees them.
public record ClusterReport(List<NodeReport> nodes) {
    public ClusterReport {
        nodes = List.copyOf(nodes);
    }

    /// Whether a node leads, and nothing is the matter with it. One that has lost its majority may go on to
    /// call itself the leader.
    public boolean hasLeader() {
        return nodes.stream().anyMatch(each -> each.role() == Role.LEADER && each.problem() == null);
    }

    /// What is not as it should be, a sentence each; none if all is well. A node that is not one of the cluster's is no
    /// fault of the cluster.
    public List<String> faults() {
        List<String> faults = new ArrayList<>();
        if (!hasLeader()) faults.add("The cluster has no leader that works.");
        for (NodeReport each : nodes) {
            if (each.isMember() && each.problem() != null) faults.add(each.address() + ": " + each.problem());
        }
        return faults;
    }
}
