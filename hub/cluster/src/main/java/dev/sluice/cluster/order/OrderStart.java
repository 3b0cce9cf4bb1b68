package dev.sluice.cluster.order;

import dev.sluice.cluster.folder.NodeFile;
import dev.sluice.cluster.peers.Member;
import dev.sluice.cluster.peers.NodeClient;
import dev.sluice.core.replication.Order;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;

/// The steps by which a node starts its part in an order, with Raft or Kafka. One instance serves one start
/// of one node.
public interface OrderStart {
    /// Checks that the order of a new cluster can begin. Blocks.
    ///
    /// @throws IOException if it can't
    void found() throws IOException, InterruptedException;

    /// Checks that the order is the one that this node was in. Blocks.
    ///
    /// @throws IOException if it is another order, or the folder has lost a part of it
    void requireSame() throws IOException, InterruptedException;

    /// Adds to a copy of this node's log the information that another node needs about its order.
    void describe(Path copy) throws IOException;

    /// Takes the information about the order from a copy of another node's log.
    ///
    /// @throws IOException if it does not match this node's configuration
    void take(Path copy) throws IOException, InterruptedException;

    /// Creates the order, which does not begin yet.
    ///
    /// @param onClose called once it has ended
    NodeOrder order(Member self, UUID cluster, NodeClient client, Runnable onClose) throws IOException;

    /// Begins the node's part in the created order.
    ///
    /// @param stage  the stage of the node when it started
    /// @param opened the position of its log
    /// @throws IOException if it can't begin
    void begin(NodeFile.Stage stage, Order.Position opened, StateMachine replica) throws IOException;

    /// Returns true if operators can remove a node from the cluster while the node is down.
    boolean hasRemovals();
}
