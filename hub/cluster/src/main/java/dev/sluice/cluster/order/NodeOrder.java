package dev.sluice.cluster.order;

import dev.sluice.cluster.peers.FollowerProgress;
import dev.sluice.cluster.peers.Member;
import dev.sluice.cluster.peers.NodePeers;
import dev.sluice.core.replication.Order;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A node's end of the order of its cluster, with what the node needs to know of the others: who belongs to the
/// cluster, and who leads. Methods may be called from any thread.
public interface NodeOrder extends Order {
    /// The leader, as this node knows it.
    Leader leader();

    /// The index of the last entry of the order that this node has, committed or not.
    long last();

    /// Whether the order's time is that of this node's clock, now.
    boolean keepsTime();

    /// Takes proposals of another node, if they have to go through the leader and this node leads.
    ///
    /// @return whether it took them
    boolean take(List<byte[]> proposals);

    /// Whether this node is one of the cluster's, as far as it knows.
    boolean isMember();

    /// The cluster's nodes, as far as this one knows.
    List<Member> members();

    /// The nodes of which a majority decides, as far as this one knows.
    Voters voters();

    /// How far another node has come.
    ///
    /// @param node its id
    /// @return null: this node does not lead by Raft, or does not know
    default @Nullable FollowerProgress follower(String node) {
        return null;
    }

    /// Lets a node into the cluster; does nothing if it is there. Blocks.
    ///
    /// @throws IOException if it could not be done, now
    void add(Member member) throws IOException;

    /// Removes a node from the cluster. Blocks.
    ///
    /// @param node its address or id
    /// @throws NotLeader                         if only the leader can, and this node is not
    /// @throws dev.sluice.core.cluster.ClusterRejectedException if it must not be, as the message says
    /// @throws IOException                       if it could not be done, now
    void remove(String node) throws IOException;

    /// Has another node lead. Blocks.
    ///
    /// @param node its address or id
    /// @throws NotLeader                         if only the leader can, and this node is not
    /// @throws dev.sluice.core.cluster.ClusterRejectedException if it can't, as the message says
    /// @throws IOException                       if it could not be done, now
    void lead(String node) throws IOException;

    @Override
    NodePeers peers();
}
