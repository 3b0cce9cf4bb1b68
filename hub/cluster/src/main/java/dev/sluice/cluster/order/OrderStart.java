package dev.sluice.cluster.order;

import dev.sluice.cluster.folder.NodeFile;
import dev.sluice.cluster.peers.Member;
import dev.sluice.cluster.peers.NodeClient;
import dev.sluice.core.replication.Order;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;

/// How a node comes to its end of an order: by Raft, or in Kafka. For one start of one node.
public interface OrderStart {
    /// Makes sure that the order of a new cluster can begin. Blocks.
    ///
    /// @throws IOException if it can't
    void found() throws IOException, InterruptedException;

    /// Makes sure that the order is the one in which this node was. Blocks.
    ///
    /// @throws IOException if it is not, or the folder lost what belongs to it
    void requireSame() throws IOException, InterruptedException;

    /// Adds to a copy of this node's log what another node needs to know of its order.
    void describe(Path copy) throws IOException;

    /// Takes from a copy of another node's log what it says of its order.
    ///
    /// @throws IOException if it is not the order of this node's configuration
    void take(Path copy) throws IOException, InterruptedException;

    /// Makes the order, which has not begun yet.
    ///
    /// @param onClose called once it has ended
    NodeOrder order(Member self, UUID cluster, NodeClient client, Runnable onClose) throws IOException;

    /// Begins the node's part in the order that was made.
    ///
    /// @param stage  of the node when it started
    /// @param opened up to where its log is
    /// @throws IOException if it can't begin
    void begin(NodeFile.Stage stage, Order.Position opened, StateMachine replica) throws IOException;

    /// Whether operators can remove nodes from the cluster while these are away.
    boolean hasRemovals();
}
