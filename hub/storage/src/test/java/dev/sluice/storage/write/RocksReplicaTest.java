package dev.sluice.storage.write;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventType;
import dev.sluice.core.log.ChannelScan;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.LogLimits;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.RetentionRules;
import dev.sluice.core.replication.HeldMember;
import dev.sluice.core.replication.Lease;
import dev.sluice.core.replication.MemberLeaseStore;
import dev.sluice.core.replication.MemoryNode;
import dev.sluice.core.replication.Order;
import dev.sluice.core.replication.PresenceHistory;
import dev.sluice.core.replication.ReplicaProgress;
import dev.sluice.core.replication.ReplicatedLog;
import dev.sluice.core.replication.ReplicationHistory;
import dev.sluice.core.replication.SimulatedCluster;
import dev.sluice.storage.LogFixture;
import dev.sluice.storage.ReplicaFolder;
import dev.sluice.storage.RocksLog;
import dev.sluice.storage.engine.Checkpoints;
import dev.sluice.storage.folder.CannotOpenException;
import dev.sluice.storage.folder.OpenFailure;
import dev.sluice.storage.folder.OwnerOnly;
import dev.sluice.storage.record.ReplicaRecord;
import dev.sluice.storage.repair.Salvage;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Nodes with folders that are killed continue from their last flush, or from a copy of another one's, and
/// are equal to all others.
final class RocksReplicaTest {
    @TempDir
    Path folder;

    private int histories;

    private SimulatedCluster.Starter folders() {
        return new Folders(folder.resolve(Integer.toString(++histories)));
    }

    /// Starts processes on the folders of one history, which flush often.
    private static final class Folders implements SimulatedCluster.Starter {
        /// Of no effect: a copy has its own.
        private static final RetentionRules RULES = new RetentionRules(List.of(), Retention.ALL);

        private final Path history;
        private final Map<ReplicatedLog, RocksReplica> replicas = new IdentityHashMap<>();
        private int copies;

        Folders(Path history) {
            this.history = history;
        }

        private Path folderOf(long node) {
            return history.resolve(Long.toString(node));
        }

        @Override
        public SimulatedCluster.Process start(
                ReplicatedLog.Identity identity,
                Order order,
                LogLimits limits,
                RetentionRules rules,
                InstantSource clock) {
            RocksReplica replica = RocksReplica.open(
                    folderOf(identity.node()),
                    MemoryNode.EPOCH,
                    _ -> limits,
                    rules,
                    1,
                    1 << 30,
                    1_000 * (identity.node() * 20 + 1));
            ReplicatedLog log = replica.log(identity, order, clock, SimulatedCluster.TIMEOUT);
            replicas.put(log, replica);
            return new SimulatedCluster.Process(log, replica.index(), replica::kill);
        }

        @Override
        public void copy(SimulatedCluster.Process from, long to) {
            Path copy = history.resolve("copy-" + ++copies);
            RocksReplica replica = requireNonNull(replicas.get(from.log()));
            from.log().save(() -> replica.copyTo(copy));
            RocksLog.builder(folderOf(to)).retention(RULES).replica().replaceBy(copy);
        }
    }

    @Test
    void equalsALogThatWasNeverKilled() {
        ReplicationHistory.runAll(4, this::folders);
    }

    @Test
    @Tag("long")
    void equalsALogThatWasNeverKilledInManyHistories() {
        ReplicationHistory.runAll(500, this::folders);
    }

    @Test
    void keepsTheMembersThatNodesHold() {
        PresenceHistory.runAll(2, this::folders);
    }

    @Test
    @Tag("long")
    void keepsTheMembersThatNodesHoldInManyHistories() {
        PresenceHistory.runAll(200, this::folders);
    }

    @Test
    void recordsItsProgress() {
        var newest = Map.of(-7L, new ReplicaProgress.Newest(3, 4), 8L, new ReplicaProgress.Newest(1, 1 << 20));
        ReplicaProgress progress = new ReplicaProgress(new Order.Position(5, 6), 1_700_000_000_000L, -9, newest);
        assertThat(ReplicaRecord.read(ReplicaRecord.write(progress))).isEqualTo(progress);
    }

    /// An order of one node, in which each proposal has its place at once.
    private static final class Sequence implements Order {
        private final Queue<byte[]> proposed = new ArrayDeque<>();
        private long index;

        @Override
        public void propose(byte[] proposal) {
            proposed.add(proposal);
        }

        @Override
        public boolean isLeader() {
            return false;
        }

        void place(ReplicatedLog log) {
            while (!proposed.isEmpty()) log.placed(new Position(++index, 1), index, proposed.remove());
        }
    }

    private RocksReplica open() {
        return RocksReplica.open(
                folder,
                MemoryNode.EPOCH,
                _ -> LogLimits.builder().build(),
                new RetentionRules(List.of(), Retention.ALL),
                1,
                1 << 30);
    }

    private static ReplicatedLog log(RocksReplica replica, int incarnation, Order order) {
        return replica.log(
                new ReplicatedLog.Identity(1, incarnation), order, InstantSource.system(), SimulatedCluster.TIMEOUT);
    }

    private static void publish(ReplicatedLog log, String data) {
        log.writer()
                .append(new Publication(
                        Draft.event(new ChannelName("a"), EventType.MESSAGE, Contents.text(data)), Conditions.NONE));
    }

    /// A salvaged replica without its place in the order would apply all of it again.
    @Test
    void keepsItsPlaceInTheOrderWhenItIsSalvaged() throws IOException {
        RocksReplica replica = open();
        var lease = new Lease(3, 5_000, 7, true);
        replica.holds().write(8, lease);
        var order = new Sequence();
        ReplicatedLog log = log(replica, 1, order);
        List<byte[]> proposals = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            publish(log, "event " + i);
            proposals.addAll(order.proposed);
            order.place(log);
            if (i == 4) log.save(() -> {});
        }
        replica.kill();
        Files.delete(folder.resolve("db/CURRENT"));
        assertThat(Salvage.of(folder, Clock.systemUTC())).isNotNull();

        assertThatThrownBy(() -> RocksLog.builder(folder).open())
                .isInstanceOfSatisfying(
                        CannotOpenException.class,
                        cannot -> assertThat(cannot.reason()).isEqualTo(OpenFailure.OF_CLUSTER));
        replica = open();
        Map<Long, Lease> leases = new HashMap<>();
        replica.holds().restore(new MemberLeaseStore.Consumer() {
            @Override
            public void member(HeldMember member) {}

            @Override
            public void lease(long node, Lease kept) {
                leases.put(node, kept);
            }
        });
        assertThat(leases).containsExactly(Map.entry(8L, lease));
        assertThat(replica.progress().index()).isEqualTo(5);
        log = log(replica, 2, new Sequence());
        for (int index = 6; index <= 10; index++)
            log.placed(new Order.Position(index, 1), index, proposals.get(index - 1));
        List<String> events = new ArrayList<>();
        ChannelScan.read(log, new ChannelName("a"), Filter.NONE, event -> events.add(Contents.data(event)));
        replica.kill();
        assertThat(events)
                .isEqualTo(IntStream.range(0, 10).mapToObj(i -> "event " + i).toList());
    }

    /// A node that began with it would apply its order from the beginning, to a log that has its events.
    @Test
    void isNotOpenedAsANodesLogWithoutItsPlaceInTheOrder() {
        RocksLog.builder(folder).open().close();
        ReplicaFolder node = RocksLog.builder(folder).retention(Folders.RULES).replica();
        assertThatThrownBy(() -> node.open(
                        new ReplicatedLog.Identity(1, 1),
                        new Sequence(),
                        InstantSource.system(),
                        SimulatedCluster.TIMEOUT))
                .isInstanceOf(CannotOpenException.class)
                .hasMessageContaining("has lost its place in the order of its cluster");
        node.found();
        node.open(new ReplicatedLog.Identity(1, 1), new Sequence(), InstantSource.system(), SimulatedCluster.TIMEOUT)
                .close();
    }

    /// All nodes would drop what exceeds a limit by a single command.
    @Test
    void aClusterBeginsWithALogWithinItsLimits() {
        try (RocksLog log = RocksLog.builder(folder).open()) {
            log.appendAll(Collections.nCopies(200, LogFixture.publication("a", "x")));
        }
        ReplicaFolder node = RocksLog.builder(folder)
                .retention(Folders.RULES)
                .limits(limits -> limits.entriesMax(10).trimMax(5))
                .replica();
        node.found();
        try (ReplicatedLog log = node.open(
                new ReplicatedLog.Identity(1, 1), new Sequence(), InstantSource.system(), SimulatedCluster.TIMEOUT)) {
            assertThat(log.status().entries()).isBetween(10L, 11L);
        }
    }

    /// A copy of a large log takes minutes: a flush each second would write thousands of small tables.
    @Test
    void isFlushedForARequestedCopyAndNotWhileItIsTaken() throws IOException {
        RocksReplica replica = open();
        var order = new Sequence();
        ReplicatedLog log = log(replica, 1, order);
        Path copies = Files.createDirectory(folder.resolve(Checkpoints.FOLDER));
        Files.createFile(Checkpoints.wanted(copies));
        try (FileChannel file = OwnerOnly.open(Checkpoints.lock(copies));
                FileLock _ = file.lock()) {
            for (int i = 0; i < 10; i++) {
                publish(log, "event " + i);
                order.place(log);
                log.maintain();
                assertThat(Checkpoints.made(copies)).isDirectory();
                assertThat(log.saved().index()).isEqualTo(1);
            }
        }
        log.maintain();
        assertThat(Checkpoints.made(copies)).doesNotExist();
        replica.kill();
    }

    @Test
    void appliesOnlyUnflushedProposalsAgainAfterAKill() {
        RocksReplica replica = open();
        var order = new Sequence();
        ReplicatedLog log = log(replica, 1, order);
        int perSecond = RocksReplica.FLUSH_PROPOSALS_MIN / 4;
        for (int second = 0; second < 3 * RocksReplica.FLUSH_SECONDS; second++) {
            for (int i = 0; i < perSecond; i++) {
                publish(log, "");
                order.place(log);
            }
            log.maintain();
        }
        long placed = order.index;
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        // The data of two flushes ago is on disk; the last flush may be in progress.
        while (log.saved().index() == 0 && System.nanoTime() < deadlineNs) log.maintain();
        replica.kill();
        RocksReplica reopened = open();
        long again = placed - reopened.progress().position().index();
        reopened.kill();
        assertThat(again).isLessThanOrEqualTo(2L * RocksReplica.FLUSH_SECONDS * perSecond);
    }
}
