package dev.sluice.cluster;

import dev.sluice.cluster.order.NodeOrder;
import dev.sluice.cluster.peers.Member;
import dev.sluice.cluster.peers.NodeStatus;
import dev.sluice.core.cluster.ClusterSettings;
import dev.sluice.core.replication.ReplicatedLog;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// This node, for the check whether an operator has removed it.
record RemovableNode(
        ReplicatedLog log, NodeOrder order, Membership membership, ClusterSettings settings, NodeService service)
        implements RemovalCheck.Self {
    @Override
    public NodeStatus status() {
        return service.status();
    }

    @Override
    public Set<String> others() {
        return Stream.concat(
                        settings.others().stream(), order.members().stream().map(Member::address))
                .filter(each -> !each.equals(settings.address()))
                .map(Member::requestAddress)
                .collect(Collectors.toSet());
    }

    @Override
    public void removed() {
        membership.stopRemoved(log);
    }
}
