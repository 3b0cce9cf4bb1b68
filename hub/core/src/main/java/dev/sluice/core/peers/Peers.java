package dev.sluice.core.peers;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/// A node's way to the other nodes of its cluster, for what only one node has: a session is on the node of its
/// connection, but its client's requests may reach any node. Methods may be called from any thread, and do not
/// block.
public interface Peers {
    /// This node's name, for ids that clients carry to other nodes: letters and digits; empty if there are no
    /// others.
    String self();

    /// Sends messages to the node that has their session. The stage never fails.
    ///
    /// @param node the [#self] of that node
    CompletionStage<Delivery> send(String node, SessionMessages messages);

    /// Sets the receiver of the messages that other nodes send here.
    void receive(Receiver receiver);

    /// Sets the supplier of this node's figures, which are sent to the other nodes.
    ///
    /// @param figures must not block
    default void describe(Supplier<NodeFigures> figures) {}

    /// Requests the state of all nodes of the cluster at once, including this one. The report of a node that
    /// does not answer within about a second states that problem. The stage never fails; if there are no other
    /// nodes, the list is empty.
    default CompletionStage<List<PeerReport>> reports() {
        return CompletableFuture.completedStage(List.of());
    }

    /// The outcome of messages sent to another node.
    enum Delivery {
        /// The session has received them.
        TAKEN,
        /// There is no such session, or no longer, or no such node.
        GONE,
        /// The node does not answer: it may have received them.
        UNKNOWN
    }

    /// Receives messages from other nodes.
    interface Receiver {
        /// @return false if there is no such session, or not for this caller
        CompletionStage<Boolean> take(SessionMessages messages);
    }

    /// The peers of a single hub: none.
    Peers NONE = new Peers() {
        @Override
        public String self() {
            return "";
        }

        @Override
        public CompletionStage<Delivery> send(String node, SessionMessages messages) {
            return CompletableFuture.completedStage(Delivery.GONE);
        }

        @Override
        public void receive(Receiver receiver) {}
    };
}
