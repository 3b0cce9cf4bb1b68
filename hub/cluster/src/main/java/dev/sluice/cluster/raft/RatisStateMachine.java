package dev.sluice.cluster.raft;

import dev.sluice.cluster.order.StateMachine;
import dev.sluice.core.replication.Order;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;

/// Passes the committed entries of the Raft log to a node's replica. The replica stores itself: a snapshot
/// only states up to which entry it is on disk.
///
/// An entry has the leader's time in milliseconds since 1970 (8 bytes), then the proposal.
public final class RatisStateMachine extends BaseStateMachine {
    private static final int STAMP_BYTES = Long.BYTES;

    private final StateMachine replica;
    private final OrderClock clock;
    private final ProposalSender sender;
    private final LogReserve reserve = new LogReserve();
    private final AtomicLong leaderChanges = new AtomicLong();
    private @Nullable RaftPeerId lastLeader;

    /// The position of the replica when it was opened.
    private final Order.Position opened;

    /// The end of the Raft log while the replica, as a copy, is ahead of it; null if it is not ahead.
    private volatile Order.@Nullable Position behind;

    /// Whether another node leads.
    private volatile boolean isFollowing;

    /// The current term of Raft; 0 until it is known.
    private volatile LongSupplier term = () -> 0;

    private volatile boolean isClosing;

    /// @param clock  stamps proposals while this node leads
    /// @param sender notified of leaders and lost nodes, perhaps while Ratis holds its locks
    /// @param logged the end of the Raft log
    RatisStateMachine(StateMachine replica, OrderClock clock, ProposalSender sender, Order.Position logged) {
        this.replica = replica;
        this.clock = clock;
        this.sender = sender;
        opened = replica.saved();
        behind = !logged.equals(Order.Position.NONE) && logged.index() < opened.index() ? logged : null;
    }

    /// The position up to which this node needs no entries. A replica that is ahead of the Raft log receives
    /// the entries that are missing in the log a second time; otherwise Ratis would ask for later entries,
    /// and the leader would never notice.
    private Order.Position covered() {
        Order.Position end = behind;
        return end == null ? replica.saved() : end;
    }

    @Override
    public void initialize(RaftServer server, RaftGroupId group, RaftStorage storage) throws IOException {
        super.initialize(server, group, storage);
        getLifeCycle().startAndTransition(() -> {
            SnapshotInfo begin = getLatestSnapshot();
            if (begin != null) setLastAppliedTermIndex(begin.getTermIndex());
        });
    }

    /// Called once Raft has begun on this node.
    ///
    /// @param term the current term
    void begun(LongSupplier term) {
        this.term = term;
    }

    /// Called for each message of the leader.
    ///
    /// @param committed the index up to which it had committed
    void heard(long committed) {
        clock.heard(committed);
    }

    @Override
    public TransactionContext startTransaction(RaftClientRequest request) {
        ByteString stamp = UnsafeByteOperations.unsafeWrap(
                ByteBuffer.allocate(STAMP_BYTES).putLong(clock.millis()).flip());
        return TransactionContext.newBuilder()
                .setStateMachine(this)
                .setClientRequest(request)
                .setLogData(stamp.concat(request.getMessage().getContent()))
                .build();
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
        LogEntryProto entry = transaction.getLogEntry();
        ByteBuffer data = data(entry);
        boolean isCurrent = isFollowing && entry.getTerm() == term.getAsLong();
        clock.placed(data.getLong(), isCurrent && clock.isNew(entry.getIndex()));
        reserve.placed(entry.getIndex(), data.remaining());
        if (entry.getIndex() > opened.index()) {
            behind = null;
            place(entry, replica::placed);
        }
        updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
        return CompletableFuture.completedFuture(Message.EMPTY);
    }

    /// The stamp and the proposal of an entry. One too short for a stamp gets stamp 0 and an empty proposal, which the
    /// log refuses.
    private static ByteBuffer data(LogEntryProto entry) {
        ByteBuffer data = entry.getStateMachineLogEntry().getLogData().asReadOnlyByteBuffer();
        return data.remaining() < STAMP_BYTES ? ByteBuffer.allocate(STAMP_BYTES) : data;
    }

    /// Receives the entries of the order.
    public interface Target {
        void placed(Order.Position at, long stampMs, byte[] proposal);
    }

    public static void place(LogEntryProto entry, Target replica) {
        ByteBuffer data = data(entry);
        long stampMs = data.getLong();
        byte[] proposal = new byte[data.remaining()];
        data.get(proposal);
        replica.placed(new Order.Position(entry.getIndex(), entry.getTerm()), stampMs, proposal);
    }

    @Override
    public void notifyLeaderChanged(RaftGroupMemberId self, @Nullable RaftPeerId leader) {
        isFollowing = leader != null && !leader.equals(self.getPeerId());
        if (leader != null && !leader.equals(lastLeader)) {
            lastLeader = leader;
            leaderChanges.incrementAndGet();
        }
        sender.leaderChanged();
    }

    /// The number of changes to another leader.
    long leaderChanges() {
        return leaderChanges.get();
    }

    @Override
    public void notifyLeaderReady() {
        sender.leaderChanged();
    }

    @Override
    public void notifyFollowerSlowness(RoleInfoProto leader, RaftPeer slow) {
        sender.nodeLost(RaftPeers.node(slow.getId()));
    }

    /// Ends the leases of nodes that left the cluster, because they were removed or replaced by a node with an empty
    /// folder. Ratis never reports them as slow, so their members would stay for good.
    void lostAllBut(Set<Long> members) {
        for (long each : replica.nodesWithLease()) if (!members.contains(each)) sender.nodeLost(each);
    }

    /// Called before the node is closed on purpose.
    void closing() {
        isClosing = true;
    }

    /// Called when the disk is full or broken. Ratis would remain a follower that takes no more entries.
    @Override
    public void notifyLogFailed(@Nullable Throwable cause, @Nullable LogEntryProto entry) {
        replica.orderEnded("The Raft log can't be written (" + cause
                + "): free space on the disk, or replace it, and start this node again.");
    }

    /// Called when Ratis closes itself for good, after the process was paused for more than a minute.
    @Override
    public void notifyServerShutdown(RoleInfoProto role, boolean isWhole) {
        ended();
    }

    /// Called when Raft has ended or is about to end. Ratis calls it only sometimes, and only if it does not
    /// hang while it ends.
    void ended() {
        if (isClosing) return;
        replica.orderEnded("Raft has ended on this node, as it does after the process was stopped or the machine slept"
                + " for more than a minute, if the leader changed while the node was let into the cluster, or if the"
                + " node was removed from its cluster: start this node again.");
    }

    /// Makes the next purge of the Raft log leave no reserve.
    void releaseReserve() {
        reserve.release();
    }

    /// Returns the index up to which the Raft log may be purged. It must not be before an earlier one, nor before the
    /// snapshot with which Ratis began: Raft would end.
    @Override
    public long takeSnapshot() {
        return reserve.cut(covered().index());
    }

    @Override
    public @Nullable SnapshotInfo getLatestSnapshot() {
        Order.Position position = covered();
        if (position.equals(Order.Position.NONE)) return null;
        TermIndex at = TermIndex.valueOf(position.term(), position.index());
        return new SnapshotInfo() {
            @Override
            public TermIndex getTermIndex() {
                return at;
            }

            @Override
            public List<FileInfo> getFiles() {
                return List.of();
            }
        };
    }

    /// Called when the leader's log begins after the end of this node's log, so that this node may need a
    /// copy. The leader also calls it for each new node.
    @Override
    public CompletableFuture<@Nullable TermIndex> notifyInstallSnapshotFromLeader(RoleInfoProto role, TermIndex first) {
        if (first.getIndex() <= covered().index() + 1) {
            // The leader repeats this, and sends no entries, until Ratis knows a snapshot from which its log
            // continues.
            reserve.release();
            return CompletableFuture.completedFuture(null);
        }
        replica.needsCopy();
        return new CompletableFuture<>(); // Never completes: the node stops, and is opened again with a copy.
    }

    @Override
    public void pause() {
        if (getLifeCycleState() == LifeCycle.State.RUNNING) {
            getLifeCycle().transition(LifeCycle.State.PAUSING);
            getLifeCycle().transition(LifeCycle.State.PAUSED);
        }
    }
}
