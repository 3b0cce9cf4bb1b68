package dev.sluice.core.peers;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/// A node's way to the other nodes of its cluster, for what one node alone has: a session is where its
/// connection is, and its client's requests may come to any node. Methods may be called from any thread,
/// and do not block.
public interface Peers {
    /// This node's name, for ids that clients carry to other nodes: letters and digits; empty where there
    /// are no others.
    String self();

    /// Sends messages to the node that has their session. The stage never fails.
    ///
    /// @param node as [#self] of that node
    CompletionStage<Delivery> send(String node, SessionMessages messages);

    /// Hands over what other nodes send here.
    void receive(Receiver receiver);

    /// Sets the supplier of this node's figures, which are sent to the other nodes.
    ///
    /// @param figures must not block
    default void describe(Supplier<NodeFigures> figures) {}

    /// Asks all nodes of the cluster at once how they are, this one too. One that does not answer within about a
    /// second is in the list with that problem. The stage never fails; where there are no others, the list is
    /// empty.
    default CompletionStage<List<PeerReport>> reports() {
        return CompletableFuture.completedStage(List.of());
    }

    /// The outcome of messages sent to another node.
    enum Delivery {
        /// The session has them.
        TAKEN,
        /// There is no such session (any more), or no such node.
        GONE,
        /// The node does not answer: it may have taken them.
        UNKNOWN
    }

    /// Takes messages from other nodes.
    interface Receiver {
        /// @return false: there is no such session, or not for this caller
        CompletionStage<Boolean> take(SessionMessages messages);
    }

    /// A hub alone.
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
