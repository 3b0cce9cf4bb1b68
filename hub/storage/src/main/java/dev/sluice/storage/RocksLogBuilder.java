package dev.sluice.storage;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.log.LogLimits;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.RetentionRules;
import dev.sluice.core.record.RecordInput;
import dev.sluice.storage.engine.Engine;
import dev.sluice.storage.engine.FolderTree;
import dev.sluice.storage.engine.Format;
import dev.sluice.storage.folder.CannotOpenException;
import dev.sluice.storage.folder.LogUnavailableException;
import dev.sluice.storage.folder.OpenFailure;
import dev.sluice.storage.folder.Sync;
import dev.sluice.storage.write.RocksEntryStore;
import dev.sluice.storage.write.RocksReplica;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Statistics;

/// Configures a durable log.
public final class RocksLogBuilder {
    /// A trim reads the entries that it drops: this many take some milliseconds, and no publish waits longer.
    private static final int SLACK_MAX = 8_192;

    /// The most entries that one publish drops after the limit of the whole log has become smaller: some tenths of a
    /// second. More than an ordinary trim drops.
    private static final int TRIM_MAX = 2 * SLACK_MAX;

    /// The most concurrent reads from disk; further ones wait.
    private static final int READS_MAX = 16;

    private final Path folder;
    private LongSupplier freeBytes;
    private InstantSource clock = Clock.systemUTC();
    private Function<ChannelName, Retention> retention = channel -> Retention.ALL;
    private boolean keepsRecordedRules;
    private Sync sync = Sync.INTERVAL;
    private Consumer<LogLimits.Builder> limits = builder -> {};
    private long bytesMax = Long.MAX_VALUE;
    private long reserveBytes;
    private long heapBytes = Budget.heapBytes();
    private @Nullable Statistics statistics;

    RocksLogBuilder(Path folder) {
        this.folder = folder;
        freeBytes = () -> folder.toFile().getUsableSpace();
    }

    public RocksLogBuilder clock(InstantSource wall) {
        clock = wall;
        return this;
    }

    /// The retention of each channel, looked up when the channel is created and at each start;
    /// [dev.sluice.core.log.RetentionRules] are recorded, and can be replaced later. Default: everything is
    /// kept.
    public RocksLogBuilder retention(Function<ChannelName, Retention> rules) {
        retention = rules;
        return this;
    }

    /// Opens with the retention rules that the folder has recorded, if there are any: other rules may delete
    /// kept entries, and take effect after [RocksLog#changeRules]. Default: the given rules take effect at
    /// once.
    public RocksLogBuilder keepRecordedRules() {
        keepsRecordedRules = true;
        return this;
    }

    /// When publishes are synced. Default: [Sync#INTERVAL].
    public RocksLogBuilder sync(Sync when) {
        sync = when;
        return this;
    }

    /// Limits the bytes of all channels together to this, or to a fifth of the free space plus the size of the log,
    /// whichever is less, unless [#limits] has another limit. However little space is free, the log may keep
    /// what it has when it is opened: it is not dropped because something else has filled the disk.
    public RocksLogBuilder bytesMax(long max) {
        bytesMax = max;
        return this;
    }

    /// Changes limits. Default: those of [LogLimits.Builder]; and 64 MB of the newest entries also in memory, or less
    /// if the heap is small
    /// ([Budget#TAIL]). A folder with more channels than the limit opens, and can be read and deleted from.
    public RocksLogBuilder limits(Consumer<LogLimits.Builder> change) {
        limits = limits.andThen(change);
        return this;
    }

    /// The bytes of the disk that stay free: with less, publishes are refused. Default: 0.
    public RocksLogBuilder reserveBytes(long min) {
        reserveBytes = min;
        return this;
    }

    /// Simulates a disk with another amount of free space, for tests.
    RocksLogBuilder freeBytes(LongSupplier bytes) {
        freeBytes = bytes;
        return this;
    }

    /// Simulates a heap of another size, for tests.
    RocksLogBuilder heapBytes(long bytes) {
        heapBytes = bytes;
        return this;
    }

    /// Counts the work of RocksDB, for tests.
    RocksLogBuilder counting(Statistics counters) {
        statistics = counters;
        return this;
    }

    /// Opens the log; creates it if it does not exist.
    ///
    /// @throws CannotOpenException if the folder can't be used
    public RocksLog open() {
        Engine engine = Engine.open(folder, statistics);
        try {
            return begin(engine, allLimits(TRIM_MAX));
        } catch (RuntimeException failed) {
            engine.close(); // Releases the lock, so that the folder can be opened again.
            throw failed;
        }
    }

    private RocksLog begin(Engine engine, LongFunction<LogLimits> all) {
        try {
            if (RocksReplica.isIn(engine)) throw ofCluster();
            return RocksLog.begin(
                    folder,
                    engine,
                    new RocksEntryStore(engine, sync, clock, all, retention, keepsRecordedRules, heapBytes),
                    freeBytes,
                    reserveBytes,
                    clock,
                    sync,
                    READS_MAX);
        } catch (RecordInput.BrokenRecordException | LogUnavailableException | IllegalArgumentException broken) {
            throw Engine.refused(folder, broken);
        }
    }

    /// Rejects a node's copy: opened alone, it would continue where the cluster may have continued, and
    /// assign ids twice.
    private CannotOpenException ofCluster() {
        return new CannotOpenException(
                OpenFailure.OF_CLUSTER,
                "The log in '" + folder
                        + "' is a node's copy of a cluster's log: start it with its [cluster]. To turn it"
                        + " into the log of a single hub, see docs/cluster.md.",
                null);
    }

    /// Returns the folder of a cluster's node. Its log has this builder's limits and rules only if the
    /// cluster is founded with it.
    ///
    /// @throws IllegalStateException if the retention is no [RetentionRules]
    public ReplicaFolder replica() {
        if (!(retention instanceof RetentionRules rules)) {
            throw new IllegalStateException("the retention of a cluster must be rules");
        }
        // Nodes of earlier versions have no such limit, and all must drop the same.
        return new ReplicaFolder(folder, this, () -> allLimits(Long.MAX_VALUE), rules, READS_MAX, heapBytes);
    }

    /// Returns the limits of a log by the bytes that it keeps.
    private LongFunction<LogLimits> allLimits(long trimMax) {
        long share = shareOfDisk();
        limits(share, trimMax); // Limits that are not valid are reported here, where they are no damage to the log.
        return keptBytes -> limits(Math.min(bytesMax, Math.max(share, keptBytes)), trimMax);
    }

    private LogLimits limits(long standardBytesMax, long trimMax) {
        LogLimits.Builder all = LogLimits.builder()
                .bytesMax(standardBytesMax)
                .tailBytes(Budget.TAIL.limit())
                .slackMax(SLACK_MAX)
                .trimMax(trimMax);
        limits.accept(all);
        return all.build();
    }

    /// A fifth of the free space and of the log. Network file systems without a limit report 8 EiB free.
    static long share(long freeBytes, long usedBytes) {
        return Math.max(1, freeBytes / 5 + usedBytes / 5);
    }

    private long shareOfDisk() {
        try {
            return share(freeBytes.getAsLong(), FolderTree.bytes(folder.resolve(Engine.DATABASE)));
        } catch (IOException failed) {
            throw Format.unusable(folder, failed);
        }
    }
}
