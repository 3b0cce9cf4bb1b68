package dev.sluice.core.cluster;

import dev.sluice.core.peers.ReplicationStatus.Role;
import java.util.ArrayList;
import java.util.List;

/// The nodes of a cluster, as an operator sees them.
public record ClusterReport(List<NodeReport> nodes) {
    public ClusterReport {
        nodes = List.copyOf(nodes);
    }

    /// Returns true if a node leads and reports no problem. A node that has lost its majority may still call
    /// itself the leader.
    public boolean hasLeader() {
        return nodes.stream().anyMatch(each -> each.role() == Role.LEADER && each.problem() == null);
    }

    /// The faults of the cluster, one sentence each; empty if it is healthy. A node that is not a member is not
    /// a fault.
    public List<String> faults() {
        List<String> faults = new ArrayList<>();
        if (!hasLeader()) faults.add("The cluster has no leader that works.");
        for (NodeReport each : nodes) {
            if (each.isMember() && each.problem() != null) faults.add(each.address() + ": " + each.problem());
        }
        return faults;
    }
}
