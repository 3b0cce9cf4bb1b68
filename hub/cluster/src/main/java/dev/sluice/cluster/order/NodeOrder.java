package dev.sluice.cluster.order;

import dev.sluice.cluster.peers.FollowerProgress;
import dev.sluice.cluster.peers.Member;
import dev.sluice.cluster.peers.NodePeers;
import dev.sluice.core.replication.Order;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A node's part in the order of its cluster, with the node's view of the cluster: its members and its
/// leader. Methods may be called from any thread.
public interface NodeOrder extends Order {
    /// The leader, as this node knows it.
    Leader leader();

    /// The index of the last entry of the order that this node has, committed or not.
    long last();

    /// Returns true if the order takes its time from this node's clock now.
    boolean keepsTime();

    /// Takes proposals of another node if this order places proposals through the leader and this node leads.
    ///
    /// @return true if it took them
    boolean take(List<byte[]> proposals);

    /// Returns true if this node belongs to the cluster, as far as it knows.
    boolean isMember();

    /// The cluster's nodes, as far as this one knows.
    List<Member> members();

    /// The voting nodes, as far as this one knows.
    Voters voters();

    /// The progress of another node.
    ///
    /// @param node its id
    /// @return null if this node does not lead by Raft, or does not know the progress
    default @Nullable FollowerProgress follower(String node) {
        return null;
    }

    /// Admits a node to the cluster; does nothing if it is a member. Blocks.
    ///
    /// @throws IOException if the attempt failed and may be repeated
    void add(Member member) throws IOException;

    /// Removes a node from the cluster. Blocks.
    ///
    /// @param node its address or id
    /// @throws NotLeader                         if only the leader can do this, and this node does not lead
    /// @throws dev.sluice.core.cluster.ClusterRejectedException if the node must not be removed; the message
    ///     has the reason
    /// @throws IOException                       if the attempt failed and may be repeated
    void remove(String node) throws IOException;

    /// Hands leadership over to another node. Blocks.
    ///
    /// @param node its address or id
    /// @throws NotLeader                         if only the leader can do this, and this node does not lead
    /// @throws dev.sluice.core.cluster.ClusterRejectedException if that node can't lead; the message has the
    ///     reason
    /// @throws IOException                       if the attempt failed and may be repeated
    void lead(String node) throws IOException;

    @Override
    NodePeers peers();
}
