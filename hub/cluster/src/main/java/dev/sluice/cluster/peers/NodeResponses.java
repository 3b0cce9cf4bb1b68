package dev.sluice.cluster.peers;

import dev.sluice.core.cluster.NodeAddress;
import dev.sluice.core.cluster.NodeReport;
import dev.sluice.core.peers.ReplicationStatus.Role;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The answers of nodes, and for the other nodes the reasons why there is none.
public final class NodeResponses {
    public final Map<NodeAddress, NodeStatus> given = new LinkedHashMap<>();
    public final Map<NodeAddress, String> missing = new LinkedHashMap<>();

    /// The leader. A deposed leader that does not know it yet has an older term, and does not count.
    @Nullable
    public NodeStatus leader() {
        return given.values().stream()
                .filter(each -> "leader".equals(each.role()))
                .max(Comparator.comparingLong(NodeStatus::term))
                .orElse(null);
    }

    /// The cluster's nodes as known to the leader, or else to the node with the newest part of the order.
    public List<Member> members() {
        NodeStatus leader = leader();
        if (leader != null) return leader.members();
        return given.values().stream()
                .max(Comparator.comparingLong(NodeStatus::term).thenComparingLong(NodeStatus::commit))
                .map(NodeStatus::members)
                .orElse(List.of());
    }

    /// The report about a node, from its own answer and those of the others.
    ///
    /// @param member null if the node does not belong to the cluster
    public NodeReport report(NodeAddress address, @Nullable Member member) {
        NodeStatus status = given.get(address);
        String id = member == null ? status == null ? null : status.id() : member.hexId();
        if (status == null) {
            String why = missing.getOrDefault(address, "it does not answer");
            return new NodeReport(address.toString(), id, member != null, null, 0, 0, 0, -1, why);
        }
        NodeStatus leader = leader();
        return new NodeReport(
                address.toString(),
                id,
                member != null,
                role(status, member),
                status.term(),
                status.commit(),
                status.applied(),
                leader == null ? -1 : Math.max(0, leader.commit() - status.applied()),
                problem(status, member, leader));
    }

    /// The role of a node. Ratis sometimes also calls a listener a follower.
    private static @Nullable Role role(NodeStatus status, @Nullable Member member) {
        if (status.role() == null) return null;
        if (member != null && !member.votes()) return Role.LISTENER;
        for (Role each : Role.values()) if (each.name().equalsIgnoreCase(status.role())) return each;
        return null; // Another version of Sluice may have more.
    }

    private static @Nullable String problem(NodeStatus status, @Nullable Member member, @Nullable NodeStatus leader) {
        if (member != null && !member.hexId().equals(status.id())) {
            return "the node at this address has another folder, with the id " + status.id();
        }
        if (leader != null && leader.cluster() != null && !leader.cluster().equals(status.cluster())) {
            return status.cluster() == null ? "it belongs to no cluster yet" : "it belongs to another cluster";
        }
        return switch (status.state()) {
            case NEW -> "it looks for its cluster";
            case JOINING -> "it gets a copy of the cluster's log";
            case MEMBER -> member == null ? "it does not belong to the cluster" : status.problem();
        };
    }
}
