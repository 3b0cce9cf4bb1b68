package dev.sluice.core.replication;

import dev.sluice.core.peers.Peers;
import dev.sluice.core.peers.ReplicationStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One total order of proposals for all nodes of a cluster (atomic broadcast). It does not interpret
/// proposals. On every node it delivers all proposals in the same order, with the same bytes and the same times. It
/// delivers a proposal only once a majority of the nodes has it on disk, so that no proposal is ever taken back.
public interface Order extends AutoCloseable {
    /// The size in bytes of the largest proposal: with an order's overhead, it stays below 16 MiB.
    int PROPOSAL_BYTES_MAX = (16 << 20) - 1_024;

    /// Requests a place in the order. The proposal may be placed once, several times or never, and after
    /// proposals that were made later: the proposer numbers its proposals and repeats those that do not arrive
    /// ([Replica]), as the same array unless it has changed. Does not block, and never calls back from within
    /// this method. May be called from any thread.
    void propose(byte[] proposal);

    /// Proposes again everything that this process has in flight. If the order still keeps other proposals of
    /// this process, it must drop them: their callers gave up, and they must not be carried out much later.
    default void repeat(List<byte[]> proposals) {
        proposals.forEach(this::propose);
    }

    /// Returns true if this node proposes the commands that become due with time. More than one node may do so,
    /// or none for a while. May be called from any thread.
    boolean isLeader();

    /// Why this node takes no proposals now, or is behind the others, as a message for the operator; null if
    /// neither is true. May be called from any thread, and does not block.
    default @Nullable String notReady() {
        return null;
    }

    /// Returns true if nothing could be placed for longer than an election takes, so that a proposal would only
    /// wait. May be called from any thread, for each publish, and does not block.
    default boolean isOutOfReach() {
        return false;
    }

    /// The other nodes, for messages outside the order.
    default Peers peers() {
        return Peers.NONE;
    }

    /// This node's part in the order, without its number of proposals; null if it has not begun or is unknown.
    /// May be called from any thread, and does not block.
    default @Nullable ReplicationStatus status() {
        return null;
    }

    /// Does the work that becomes due with time. Called about once a second; may block.
    default void maintain() {}

    /// Lets another node propose the commands that become due with time, if this one does, because this one no
    /// longer can. May block.
    default void resign() {}

    /// Ends this node's part: nothing is delivered once it returns.
    @Override
    default void close() {}

    /// The place of a proposal in the order.
    ///
    /// @param index grows with the order; need not count proposals
    /// @param term  the term of the leader that placed it; never lower than that of the place before. The same
    ///              on all nodes
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

        /// The nodes have another leader: proposals that only the former one had may be lost. Must return
        /// quickly.
        void leaderChanged();

        /// This node is the leader and has had no contact with another one for a while. Called every few seconds
        /// until there is contact again, because the leader may change.
        default void nodeLost(long node) {}
    }
}
