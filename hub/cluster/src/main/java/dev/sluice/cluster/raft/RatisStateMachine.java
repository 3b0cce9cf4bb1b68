package dev.sluice.cluster.raft;

import dev.sluice.cluster.order.StateMachine;
import dev.sluice.core.replication.Order;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
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

/// Passes the committed entries of the Raft log on to a node's replica. The replica keeps itself: a snapshot is the
/// statement up to where it is on disk.
///
/// An entry is the leader's time in milliseconds since 1970, 8 bytes, then the proposal.
public final class RatisStateMachine extends BaseStateMachine {
    private static final int STAMP_BYTES = Long.BYTES;

    private final StateMachine replica;
    private final OrderClock clock;
    private final ProposalSender sender;
    private final LogReserve reserve = new LogReserve();
    private final AtomicLong leaderChanges = new AtomicLong();
    private @Nullable RaftPeerId lastLeader;

    /// Up to where the replica was when it was opened.
    private final Order.Position opened;

    /// The end of the Raft log while the replica, as a copy, is ahead of it; null: it is not.
    private volatile Order.@Nullable Position behind;

    /// Whether another node leads.
    private volatile boolean isFollowing;

    private volatile boolean isClosing;

    /// @param clock  stamps proposals while this node leads
    /// @param sender is told of leaders and lost nodes, maybe while Ratis holds its locks
    /// @param logged the end of the Raft log
    RatisStateMachine(StateMachine replica, OrderClock clock, ProposalSender sender, Order.Position logged) {
        this.replica = replica;
        this.clock = clock;
        this.sender = sender;
        opened = replica.saved();
        behind = !logged.equals(Order.Position.NONE) && logged.index() < opened.index() ? logged : null;
    }

    /// Up to where this node needs nothing of the order. A replica that is ahead of the Raft log gets what is missing
    /// there a second time: Ratis would ask for what comes after, and the leader would never take notice.
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
        clock.placed(data.getLong(), isFollowing);
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

    /// Takes an entry of the order.
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

    /// How often another node has led than before.
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

    /// The node is closed on purpose from here on.
    void closing() {
        isClosing = true;
    }

    /// A full or broken disk. Ratis would stay a follower that takes nothing any more.
    @Override
    public void notifyLogFailed(@Nullable Throwable cause, @Nullable LogEntryProto entry) {
        replica.orderEnded("The Raft log can't be written (" + cause
                + "): free space on the disk, or replace it, and start this node again.");
    }

    /// Ratis closes itself for good after a pause of the process of more than a minute.
    @Override
    public void notifyServerShutdown(RoleInfoProto role, boolean isWhole) {
        ended();
    }

    /// Raft has ended, or is about to. Ratis says so only sometimes, and only if its end does not wait for ever.
    void ended() {
        if (isClosing) return;
        replica.orderEnded(
                "Raft has ended on this node, as after more than a minute in which the process was stopped or"
                        + " the machine slept: start this node again.");
    }

    /// Up to where the Raft log may be cut off.
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

    /// The leader asks whether this node needs a copy, as its log begins here. It asks each new node, too.
    @Override
    public CompletableFuture<@Nullable TermIndex> notifyInstallSnapshotFromLeader(RoleInfoProto role, TermIndex first) {
        if (first.getIndex() <= covered().index() + 1) {
            // The leader asks until Ratis knows of a snapshot from which its log goes on, and sends nothing meanwhile.
            reserve.release();
            return CompletableFuture.completedFuture(null);
        }
        replica.needsCopy();
        return new CompletableFuture<>(); // The process has to start again.
    }

    @Override
    public void pause() {
        if (getLifeCycleState() == LifeCycle.State.RUNNING) {
            getLifeCycle().transition(LifeCycle.State.PAUSING);
            getLifeCycle().transition(LifeCycle.State.PAUSED);
        }
    }
}
