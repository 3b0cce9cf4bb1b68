package dev.sluice.storage.write;

import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.index.Index;
import dev.sluice.core.index.IndexReader;
import dev.sluice.core.log.LogLimits;
import dev.sluice.core.log.RetentionRules;
import dev.sluice.core.record.RecordInput;
import dev.sluice.core.replication.MemberLeaseStore;
import dev.sluice.core.replication.Order;
import dev.sluice.core.replication.ReplicaProgress;
import dev.sluice.core.replication.ReplicaStore;
import dev.sluice.core.replication.ReplicatedLog;
import dev.sluice.storage.engine.Checkpoints;
import dev.sluice.storage.engine.Engine;
import dev.sluice.storage.engine.RecordIterator;
import dev.sluice.storage.folder.LogUnavailableException;
import dev.sluice.storage.folder.Sync;
import dev.sluice.storage.record.Layout;
import dev.sluice.storage.record.LimitsRecord;
import dev.sluice.storage.record.ReplicaRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.rocksdb.WriteBatch;

/// A node's copy of a replicated log, in a folder.
///
/// The order of the cluster is its write-ahead log, so RocksDB writes none. Everything is written to memory,
/// and from time to time, between two proposals, flushed to tables atomically. After a crash the folder has
/// the state of the last flush, with the index of the order from which to continue. It never has half of a
/// proposal, although a proposal may take many writes.
@SuppressWarnings("exports") // Users of this type also read the packages of core that it names.
public final class RocksReplica implements ReplicaStore {
    /// The unflushed bytes at which a flush begins. Together with the bytes that arrive during a flush, it
    /// limits the work of applying proposals again after a crash.
    private static final long FLUSH_BYTES = 32L << 20;

    /// The unflushed proposals at which a flush begins, however small they are.
    static final int FLUSH_PROPOSALS_MAX = 10_000;

    /// Fewer proposals are flushed only when the log is closed. A process that has just started applies them in some
    /// tenths of a second.
    static final int FLUSH_PROPOSALS_MIN = 1_000;

    /// The least time between two flushes of fewer proposals, because small tables cause more compactions. Counted in
    /// calls of [#maintain].
    static final int FLUSH_SECONDS = 5;

    private final Engine engine;
    private final RocksEntryStore backing;
    private final ColdReads coldReads;
    private final Checkpoints checkpoints;
    private final ReplicaProgress begin;
    private final long flushBytes;
    private Order.@Nullable Position flushing;
    private int unflushed;
    private int secondsSinceFlush;
    private volatile Order.Position saved;

    private RocksReplica(
            Path folder, Engine engine, RocksEntryStore backing, ReplicaProgress begin, int readsMax, long flushBytes) {
        this.engine = engine;
        this.backing = backing;
        this.begin = begin;
        saved = begin.position();
        this.flushBytes = flushBytes;
        checkpoints = new Checkpoints(folder, engine);
        coldReads = new ColdReads(readsMax);
    }

    /// Returns true if a folder has a node's copy.
    public static boolean isIn(Engine engine) {
        return engine.get(engine.control, Layout.REPLICA) != null;
    }

    /// Returns true unless this replica is new, or its record was lost with damaged files.
    public boolean hasProgress() {
        return isIn(engine);
    }

    /// Turns a node's copy into the log of a single server. Its events, rules and epochs stay.
    public static void leaveCluster(Engine engine) {
        try (WriteBatch batch = new WriteBatch()) {
            RocksEntryStore.put(batch, () -> {
                for (byte[] each : List.of(Layout.REPLICA, Layout.LIMITS)) batch.delete(engine.control, each);
                for (byte[] each : List.of(Layout.HOLD, Layout.LEASE)) {
                    try (RecordIterator records = engine.records(engine.control, each)) {
                        while (records.next()) batch.delete(engine.control, records.key());
                    }
                }
            });
            engine.write(batch, true);
        }
    }

    /// Opens a node's copy, or creates it.
    ///
    /// @param epoch    the epoch of a new log, the same on all nodes
    /// @param limits   the limits of a new log by the bytes that it keeps, the same on all nodes; for an
    ///     existing log, only those that concern this node alone apply
    /// @param rules    the rules of a new log, the same on all nodes
    /// @param readsMax the most concurrent reads from disk
    /// @throws dev.sluice.storage.folder.CannotOpenException if the folder can't be used
    public static RocksReplica open(
            Path folder,
            Epoch epoch,
            LongFunction<LogLimits> limits,
            RetentionRules rules,
            int readsMax,
            long heapBytes) {
        return open(folder, epoch, limits, rules, readsMax, heapBytes, FLUSH_BYTES);
    }

    static RocksReplica open(
            Path folder,
            Epoch epoch,
            LongFunction<LogLimits> limits,
            RetentionRules rules,
            int readsMax,
            long heapBytes,
            long flushBytes) {
        Engine engine = Engine.openReplica(folder);
        try {
            byte[] record = engine.get(engine.control, Layout.REPLICA);
            ReplicaProgress begin = record == null ? ReplicaProgress.NONE : ReplicaRecord.read(record);
            // Uses the times of the order: expiry must not depend on this machine's clock.
            InstantSource clock = InstantSource.fixed(Instant.ofEpochMilli(begin.timeMs()));
            byte[] recorded = engine.get(engine.control, Layout.LIMITS);
            LongFunction<LogLimits> all =
                    recorded == null ? limits : kept -> LimitsRecord.read(recorded, limits.apply(kept));
            RocksEntryStore backing =
                    new RocksEntryStore(engine, Sync.INTERVAL, clock, all, rules, true, heapBytes, epoch);
            backing.begin();
            if (recorded == null) record(engine, backing.sequencer().status().limits());
            return new RocksReplica(folder, engine, backing, begin, readsMax, flushBytes);
        } catch (RecordInput.BrokenRecordException | LogUnavailableException | IllegalArgumentException broken) {
            engine.close();
            throw Engine.refused(folder, broken);
        } catch (RuntimeException failed) {
            engine.close();
            throw failed;
        }
    }

    private static void record(Engine engine, LogLimits limits) {
        try (WriteBatch batch = new WriteBatch()) {
            RocksEntryStore.put(batch, () -> batch.put(engine.control, Layout.LIMITS, LimitsRecord.write(limits)));
            engine.write(batch, false);
        }
    }

    /// Returns the log of a node, which closes this replica when it is closed.
    public ReplicatedLog log(ReplicatedLog.Identity identity, Order order, InstantSource clock, Duration timeout) {
        return new ReplicatedLog(
                identity,
                order,
                backing.index(),
                backing.sequencer(),
                new IndexReader(backing.index(), coldReads),
                this,
                backing.rules(),
                clock,
                timeout);
    }

    @Override
    public ReplicaProgress progress() {
        return begin;
    }

    @Override
    public Order.Position saved() {
        return saved;
    }

    @Override
    public MemberLeaseStore holds() {
        return new RocksMemberLeases(engine);
    }

    @Override
    public void applied(ReplicaProgress progress) {
        unflushed++;
        if (isFlushing() || !isFlushDue()) return;
        flush(progress, false);
        flushing = progress.position();
    }

    private boolean isFlushDue() {
        return unflushed >= FLUSH_PROPOSALS_MAX
                || (unflushed >= FLUSH_PROPOSALS_MIN && secondsSinceFlush >= FLUSH_SECONDS)
                || engine.unflushedBytes() >= flushBytes;
    }

    /// Returns true while a flush is in progress. Records its end.
    private boolean isFlushing() {
        if (flushing == null) return false;
        if (engine.isFlushing()) return true;
        saved = flushing;
        flushing = null;
        return false;
    }

    private void flush(ReplicaProgress progress, boolean waits) {
        unflushed = 0;
        secondsSinceFlush = 0;
        backing.purgeKeys();
        try (WriteBatch batch = new WriteBatch()) {
            RocksEntryStore.put(batch, () -> batch.put(engine.control, Layout.REPLICA, ReplicaRecord.write(progress)));
            engine.write(batch, false);
        }
        engine.flush(waits);
        if (!waits) return;
        flushing = null;
        saved = progress.position();
    }

    @Override
    public void save(ReplicaProgress progress) {
        flush(progress, true);
    }

    @Override
    public void maintain(ReplicaProgress progress) {
        secondsSinceFlush++;
        isFlushing(); // Records the saved position even if no more proposals are applied.
        if (checkpoints.isRequested()) {
            flush(progress, true);
            checkpoints.make();
        } else {
            checkpoints.removeAbandoned(); // Not while a process copies it, which may take many seconds.
        }
    }

    /// Copies the saved state. No proposal may be applied at the same time.
    public void copyTo(Path folder) {
        engine.copyTo(folder);
    }

    @Override
    public void close(@Nullable ReplicaProgress progress) {
        try {
            if (progress != null) flush(progress, true);
        } finally {
            kill();
        }
    }

    Index index() {
        return backing.index();
    }

    /// Ends without saving anything, as a kill of the process would.
    void kill() {
        coldReads.close();
        engine.close();
    }
}
