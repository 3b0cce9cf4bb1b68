package dev.sluice.core.replication;

import dev.sluice.core.peers.Peers;
import dev.sluice.core.peers.ReplicationStatus;
import org.jspecify.annotations.Nullable;

/// One total order of proposals for all nodes of a cluster (atomic broadcast). It does not interpret
/// proposals. On every node it delivers all proposals in the same order, with the same bytes and the same times. It
/// delivers a proposal only once a majority of the nodes has it on disk, so that no proposal is ever taken back.
public interface Order extends AutoCloseable {
    /// Requests a place in the order. The proposal may be placed once, several times or never, and after
    /// proposals that were made later: the proposer numbers its proposals and repeats those that do not arrive
    /// ([Replica]). Does not block, and never calls back from within this method. May be called from any thread.
    void propose(byte[] proposal);

    /// Whether this node proposes the commands that only time demands. More than one may, or none for a while. May be
    /// called from any thread.
    boolean isLeader();

    /// Why this node takes no proposals now, or is behind the others, as a message for the operator; null:
    /// neither. May be called from any thread, and does not block.
    default @Nullable String notReady() {
        return null;
    }

    /// Returns true if nothing could be placed for longer than an election takes, so that a proposal would only wait.
    /// May be called from any thread, for each publish, and does not block.
    default boolean isOutOfReach() {
        return false;
    }

    /// The other nodes, for what is not ordered.
    default Peers peers() {
        return Peers.NONE;
    }

    /// This node's part in the order, with no proposals; null if it has not begun, or can't say. May be called
    /// from any thread, and does not block.
    default @Nullable ReplicationStatus status() {
        return null;
    }

    /// Does what only time demands. Called about once a second; may block.
    default void maintain() {}

    /// Has another node propose what only time demands, if this one does: it can't any more. May block.
    default void resign() {}

    /// Ends this node's part: nothing is handed over any more once it returns.
    @Override
    default void close() {}

    /// The place of a proposal in the order.
    ///
    /// @param index grows with the order; need not count proposals
    /// @param term  of the leader that placed it; never less than that of the place before. Same for all nodes
    record Position(long index, long term) {
        /// Before the first proposal.
        public static final Position NONE = new Position(0, 0);
    }

    /// A node's end of the order. Called by one thread.
    interface Listener {
        /// The next proposal of the order.
        ///
        /// @param at      its place
        /// @param stampMs when the leader placed it, in milliseconds since 1970; elections may set it back
        void placed(Position at, long stampMs, byte[] proposal);

        /// The nodes have another leader: what the former one had may be lost. Must return quickly.
        void leaderChanged();

        /// This node is the leader and has had no contact with another one for a while. To be called every few
        /// seconds until there is contact again, as the leader may change.
        default void nodeLost(long node) {}
    }
}
