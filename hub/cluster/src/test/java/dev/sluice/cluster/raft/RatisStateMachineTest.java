package dev.sluice.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cluster.order.DiskCheck;
import dev.sluice.cluster.order.StateMachine;
import dev.sluice.cluster.peers.Member;
import dev.sluice.cluster.peers.NodeClient;
import dev.sluice.cluster.peers.TestNode;
import dev.sluice.core.cluster.NodeAddress;
import dev.sluice.core.replication.Order;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RatisStateMachineTest {
    private static final Instant NOW = Instant.parse("2026-01-02T08:00:00Z");

    @TempDir
    Path folder;

    private final List<String> ended = new ArrayList<>();

    @AutoClose
    private final NodeClient client = new NodeClient(TestNode.TOKEN, null);

    private RatisStateMachine machine;
    private ProposalSender sender;
    private OrderClock clock;

    @BeforeEach
    void open() throws IOException {
        var member = new Member(1, new NodeAddress("127.0.0.1", 9_420), true);
        var order = new RatisOrder(member, UUID.randomUUID(), client, null, () -> {});
        clock = new OrderClock(InstantSource.system(), System::nanoTime, new ClockOffsetFile(folder));
        sender = new ProposalSender(order);
        machine = new RatisStateMachine(new End(ended), clock, sender, Order.Position.NONE);
    }

    /// @param saved the position up to which it is on disk
    private record End(List<String> ended, Order.Position saved, BlockingQueue<Long> lost) implements StateMachine {
        End(List<String> ended) {
            this(ended, Order.Position.NONE);
        }

        End(List<String> ended, Order.Position saved) {
            this(ended, saved, new LinkedBlockingQueue<>());
        }

        @Override
        public void placed(Order.Position at, long stampMs, byte[] proposal) {
            throw new AssertionError("nothing is placed here");
        }

        @Override
        public void leaderChanged() {
            throw new AssertionError("nobody leads here");
        }

        @Override
        public void nodeLost(long node) {
            lost.add(node);
        }

        @Override
        public String failure() {
            return null;
        }

        @Override
        public void save() {}

        @Override
        public Set<Long> nodesWithLease() {
            return Set.of(1L, 2L, 3L);
        }

        @Override
        public void needsCopy() {
            throw new AssertionError("nothing is cut off here");
        }

        @Override
        public void lacksAcknowledged(String seen, boolean isMajorityLeft) {
            throw new AssertionError(seen);
        }

        @Override
        public void orderEnded(String reason) {
            ended.add(reason);
        }
    }

    @Test
    void aLogThatCannotBeWrittenEndsTheNode() {
        machine.notifyLogFailed(new IOException("No space left on device"), null);
        assertThat(ended).singleElement().asString().contains("No space left on device");
    }

    @Test
    void anEndOfRaftByItselfEndsTheNode() {
        machine.notifyServerShutdown(RoleInfoProto.getDefaultInstance(), true);
        assertThat(ended).singleElement().asString().contains("start this node again");
    }

    @Test
    void aRegularEndIsNoFailure() {
        machine.closing();
        machine.notifyServerShutdown(RoleInfoProto.getDefaultInstance(), true);
        assertThat(ended).isEmpty();
    }

    @Test
    void aNodeThatNeedsNoCopyReleasesItsReserveForTheLeader() {
        var saved = new Order.Position(20, 1);
        var ahead = new RatisStateMachine(new End(ended, saved), clock, sender, saved);
        assertThat(ahead.takeSnapshot()).isZero();
        assertThat(ahead.notifyInstallSnapshotFromLeader(RoleInfoProto.getDefaultInstance(), TermIndex.valueOf(1, 21)))
                .isCompletedWithValue(null);
        assertThat(ahead.takeSnapshot()).isEqualTo(20);
    }

    @Test
    void aNodeWithALeaseThatIsNoMemberAnyMoreIsLost() throws InterruptedException {
        End end = new End(ended);
        sender.start(end);
        new RatisStateMachine(end, clock, sender, Order.Position.NONE).lostAllBut(Set.of(1L, 3L, 4L));
        assertThat(end.lost().poll(10, TimeUnit.SECONDS)).isEqualTo(2);
        sender.close();
    }

    /// After a night in which all nodes were down, a node applies the evening's entries when it has a leader.
    @Test
    void theOrdersTimeIsThatOfTheCurrentLeadersEntries() throws IOException {
        assertThat(timeAfter(1, 9, NOW.minus(Duration.ofHours(8)))).isEqualTo(NOW);
        Instant behind = NOW.minus(Duration.ofHours(1));
        assertThat(timeAfter(2, 9, behind)).isEqualTo(behind);
    }

    /// A node that was away while the same node led applies what it has missed.
    @Test
    void theAgeOfABacklogIsNoDifferenceOfClocks() throws IOException {
        assertThat(timeAfter(2, 10, NOW.minus(Duration.ofHours(1)))).isEqualTo(NOW);
        assertThat(new ClockOffsetFile(folder).read()).isZero();
    }

    /// The order's time after the tenth entry, of another node, in the second term.
    ///
    /// @param committed the index up to which that node had committed a second before
    private Instant timeAfter(long term, long committed, Instant stamp) throws IOException {
        var nanos = new AtomicLong();
        var stopped = new OrderClock(InstantSource.fixed(NOW), nanos::get, new ClockOffsetFile(folder));
        var saved = new Order.Position(20, 2);
        var follower = new RatisStateMachine(new End(ended, saved), stopped, sender, saved);
        follower.begun(() -> 2);
        follower.notifyLeaderChanged(
                RaftGroupMemberId.valueOf(RaftPeerId.valueOf("n1"), RaftGroupId.valueOf(UUID.randomUUID())),
                RaftPeerId.valueOf("n2"));
        follower.heard(committed);
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
        follower.heard(10);
        byte[] data =
                ByteBuffer.allocate(Long.BYTES).putLong(stamp.toEpochMilli()).array();
        var entry = LogEntryProto.newBuilder()
                .setTerm(term)
                .setIndex(10)
                .setStateMachineLogEntry(StateMachineLogEntryProto.newBuilder().setLogData(ByteString.copyFrom(data)))
                .build();
        follower.applyTransaction(TransactionContext.newBuilder()
                .setStateMachine(follower)
                .setLogEntry(entry)
                .build());
        return Instant.ofEpochMilli(stopped.millis());
    }

    /// Ratis' default of ten seconds was longer than any client waits.
    @Test
    void aLeaderThatStepsDownIsSoonACandidateAgain() {
        var member = new Member(1, new NodeAddress("127.0.0.1", 9_420), true);
        var wait = RaftServerConfigKeys.LeaderElection.leaderStepDownWaitTime(RaftSettings.of(folder, member));
        assertThat(wait.toLong(TimeUnit.MILLISECONDS)).isBetween(1L, 2_000L);
    }

    @Test
    void aDiskThatIsNearlyFullEndsTheNode() {
        new DiskCheck(() -> DiskCheck.FREE_BYTES_MIN, new End(ended)).look();
        assertThat(ended).isEmpty();
        new DiskCheck(() -> DiskCheck.FREE_BYTES_MIN - 1, new End(ended)).look();
        assertThat(ended).singleElement().asString().contains("63 MiB left");
    }
}
