package dev.sluice.core.replication;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.index.Index;
import dev.sluice.core.index.IndexReader;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.LogReader;
import dev.sluice.core.log.LogStatus;
import dev.sluice.core.log.LogWriter;
import dev.sluice.core.log.RetentionRules;
import dev.sluice.core.metrics.AppendCount;
import dev.sluice.core.peers.Peers;
import dev.sluice.core.peers.ReplicationStatus;
import dev.sluice.core.presence.MemberLeases;
import dev.sluice.core.presence.PresenceRecovery;
import dev.sluice.core.presence.PresenceSettings;
import dev.sluice.core.sequencer.RuleChange;
import dev.sluice.core.sequencer.Sequencer;
import dev.sluice.core.thread.PeriodicTask;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A log that several nodes keep together: each has all of it, reads its own copy, and writes by proposing
/// commands to their common order. A publish is acknowledged once this node has applied it, so a majority has it
/// on disk.
///
/// A node that cannot apply a proposal stops, because it would differ from the others from then on: its reads
/// continue, and its appends fail.
///
/// Closing it closes the order.
public final class ReplicatedLog implements Log, Order.Listener, MemberLeases.Source {
    private static final System.Logger LOG = System.getLogger(ReplicatedLog.class.getName());

    private static final Duration EXPIRY_PERIOD = Duration.ofSeconds(1);

    /// The maximum number of entries that one command of [#maintain] drops.
    private static final int MAINTAINED_MAX = 4_096;

    /// The maximum number of entries of deleted channels that are cleared after each proposal.
    private static final int CLEARED_MAX = 1_024;

    private final Order order;
    private final Index index;
    private final Sequencer sequencer;
    private final Replica replica;
    private final IndexReader reader;
    private final ReplicaStore store;
    private final ProposingWriter writer;
    private final Object lock = new Object(); // Of index, sequencer, replica, table and isClosed.
    private final Object stopping = new Object(); // Of failure and isReplaced.
    private final MemberLeaseTable table;
    private final ReplicatedMemberLeases holds;
    private final EndedLeases endedLeases;
    private final Thread expiry =
            Thread.ofPlatform().name("publish-timeout").daemon().unstarted(this::expireRepeatedly);
    private final long node;
    private volatile LogStatus status;
    private volatile @Nullable String failure;
    private volatile boolean isReplaced;
    private volatile @Nullable Unreadable unreadable;
    private boolean isClosed;

    /// A node and its process.
    ///
    /// @param node        drawn at random when its folder is created
    /// @param incarnation greater than that of every earlier process of the node
    public record Identity(long node, long incarnation) {}

    /// An entry of the order that was left out.
    ///
    /// @param reason the defect, for the operator
    public record Unreadable(long index, String reason) {}

    /// @param store    keeps the index
    /// @param rules    the retention rules of the sequencer; null if they are a function, which cannot be
    ///                 compared
    /// @param clock    for deadlines: monotonic, not necessarily the time of day
    /// @param timeout  the time after which a publish that has no outcome fails
    public ReplicatedLog(
            Identity identity,
            Order order,
            Index index,
            Sequencer sequencer,
            IndexReader reader,
            ReplicaStore store,
            @Nullable RetentionRules rules,
            InstantSource clock,
            Duration timeout) {
        this.order = order;
        this.index = index;
        this.sequencer = sequencer;
        this.reader = reader;
        this.store = store;
        node = identity.node();
        table = new MemberLeaseTable(store.holds());
        if (store.progress().equals(ReplicaProgress.NONE)) adoptMembers();
        replica = new Replica(index, sequencer, table, store.progress());
        writer = new ProposingWriter(
                identity,
                order,
                clock::millis,
                timeout,
                commands -> new RuleChange(sequencer, new Counting(), commands, this::timeMs, rules));
        holds = new ReplicatedMemberLeases(node, table, lock, writer, index::head);
        endedLeases = new EndedLeases(order, writer, clock);
        status = sequencer.status();
    }

    /// Adopts the members of the log with which the order begins. A single server may have written it, so that
    /// no node holds them.
    private void adoptMembers() {
        List<HeldMember> found = new ArrayList<>();
        PresenceRecovery.recover(
                reader,
                each -> found.add(new HeldMember(
                        each.key(), each.position(), each.timeMs(), List.of(MemberLeaseTable.SINGLE_SERVER))),
                (channel, unreadable) -> {
                    throw unreadable; // Another node might read it, and differ.
                });
        table.adopt(found, PresenceSettings.DEFAULTS.linger().toMillis());
    }

    /// Counts what rules would delete, in this node's copy.
    private final class Counting implements RuleChange.Writer {
        @Override
        public <T> CompletionStage<T> change(Supplier<T> task) {
            long tookNs;
            T outcome;
            synchronized (lock) {
                if (isClosed) return CompletableFuture.failedStage(IndexReader.closed());
                long startNs = System.nanoTime();
                outcome = task.get();
                tookNs = System.nanoTime() - startNs;
            }
            LockSupport.parkNanos(tookNs); // So that proposals have half of the time: a lock is not handed over.
            return CompletableFuture.completedStage(outcome);
        }
    }

    private long timeMs() {
        return replica.progress().timeMs();
    }

    /// How far this node has applied the order.
    public ReplicaProgress progress() {
        synchronized (lock) {
            return replica.progress();
        }
    }

    /// The digest of all outcomes up to an index, which is equal on all nodes; null if nothing was placed there
    /// since this process began, or if it was placed too long ago. May be called from any thread, and does not
    /// wait for the disk: other nodes ask each second, and requests that wait would take all connections.
    public @Nullable Long digestAt(long at) {
        return replica.digestAt(at);
    }

    /// The position up to which this node's copy is on disk. May be called from any thread.
    public Order.Position saved() {
        return store.saved();
    }

    /// Saves this node's state between two proposals, and runs a task before more is applied. Blocks.
    ///
    /// @throws IllegalStateException if the log has failed or is closed
    public void save(Runnable then) {
        synchronized (lock) {
            if (isClosed) throw new IllegalStateException("this node has stopped");
            if (failure != null) throw new IllegalStateException(failure);
            store.save(replica.progress());
            then.run();
        }
    }

    /// The nodes whose leases are in force: they may hold members of channels. May be called from any thread.
    public Set<Long> nodesWithLease() {
        synchronized (lock) {
            return table.nodesWithLease();
        }
    }

    /// The holds on this node, for tests. Call it only between two proposals.
    MemberLeaseTable table() {
        return table;
    }

    @Override
    public void placed(Order.Position placed, long stampMs, byte[] proposal) {
        if (failure != null) return;
        Cursor before = index.head();
        Outcome outcome;
        synchronized (lock) {
            if (isClosed) return;
            holds.begin(before);
            try {
                outcome = replica.apply(placed, stampMs, proposal);
                index.clearDeleted(CLEARED_MAX);
                store.applied(replica.progress());
                holds.applied();
            } catch (RuntimeException | Error failed) {
                stop(placed, failed);
                throw failed;
            }
        }
        if (before.isBefore(index.head())) reader.headMoved();
        if (outcome instanceof Outcome.Unreadable(String reason)) unreadable = new Unreadable(placed.index(), reason);
        writer.applied(outcome);
        holds.renew();
    }

    /// Returns the reason why no node could read this as a proposal, so that an order must refuse it; null if all
    /// can.
    public static @Nullable String problemOf(byte[] proposal) {
        try {
            ProposalRecord.read(proposal);
            return null;
        } catch (RuntimeException unreadable) {
            return Replica.reason(unreadable);
        }
    }

    /// The latest unreadable entry of the order since this process began; null if there was none. All nodes leave
    /// such entries out. May be called from any thread.
    public @Nullable Unreadable unreadable() {
        return unreadable;
    }

    @Override
    public void nodeLost(long lost) {
        Lease lease;
        synchronized (lock) {
            lease = table.lease(lost);
        }
        if (lost != node && order.isLeader()) endedLeases.end(lost, lease);
    }

    @Override
    public MemberLeases holds() {
        return holds;
    }

    @Override
    public void leaderChanged() {
        writer.repeat();
        if (order.isLeader()) writer.followRules();
    }

    private void stop(Order.Position placed, Throwable failed) {
        stop("This node could not apply proposal " + placed.index() + " of the cluster (" + failed
                + ") and takes no publishes until it is restarted.");
    }

    /// Ends this node's part: it applies nothing and takes no publishes until it is opened again. The first
    /// reason is kept, because later ones follow from it.
    ///
    /// @param reason for the operator
    public void stop(String reason) {
        stop(reason, false);
    }

    /// Like [#stop], but the log must be opened again from a copy of the other nodes' log.
    public void stopForCopy(String reason) {
        stop(reason, true);
    }

    private void stop(String reason, boolean isForCopy) {
        synchronized (stopping) {
            if (failure == null) {
                isReplaced = isForCopy;
                failure = reason;
            }
        }
        writer.close();
    }

    /// Whether the log has failed and must be opened again from a copy of the other nodes' log.
    public boolean isReplacedWhenOpened() {
        return isReplaced;
    }

    @Override
    public LogReader reader() {
        return reader;
    }

    @Override
    public LogWriter writer() {
        return writer;
    }

    /// Fails commands that have waited too long also while [#maintain] waits for a disk that does not answer,
    /// until the log is closed.
    public void startExpiry() {
        expiry.start();
    }

    private void expireRepeatedly() {
        PeriodicTask.run(
                EXPIRY_PERIOD,
                failed -> LOG.log(System.Logger.Level.ERROR, "publishes could not be answered in time", failed),
                () -> {
                    expire();
                    return true; // Until the log is closed.
                });
    }

    private void expire() {
        writer.expire();
        writer.repeatLate();
    }

    /// Proposes to drop what is too old if this node leads, and fails commands that have waited too long.
    @Override
    public void maintain() {
        expire();
        order.maintain();
        if (failure != null) order.resign();
        Map<Long, Lease> ended;
        synchronized (lock) {
            if (isClosed) return; // Its disk must not be read any more.
            index.clearDeleted(CLEARED_MAX);
            status = sequencer.status();
            ended = table.ended();
            if (failure == null) store.maintain(replica.progress());
        }
        holds.maintain();
        endedLeases.maintain(ended);
        if (order.isLeader()) writer.maintain(MAINTAINED_MAX);
    }

    @Override
    public Map<AppendCount, Long> outcomes() {
        return sequencer.outcomes();
    }

    @Override
    public LogStatus status() {
        return status;
    }

    @Override
    public @Nullable String failure() {
        return failure;
    }

    @Override
    public Peers peers() {
        return order.peers();
    }

    @Override
    public @Nullable ReplicationStatus replication() {
        ReplicationStatus part = order.status();
        return part == null ? null : part.withProposals(writer.proposals());
    }

    @Override
    public @Nullable String notReady() {
        return order.notReady();
    }

    @Override
    public void close() {
        expiry.interrupt();
        writer.close();
        order.close(); // Nothing is placed from here on, unless the order did not end and was abandoned.
        reader.close();
        synchronized (lock) {
            isClosed = true;
            store.close(failure == null ? replica.progress() : null);
        }
    }
}
