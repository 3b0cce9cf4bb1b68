package dev.sluice.storage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.IndexType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Statistics;
import org.rocksdb.Status;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/// RocksDB in a folder, and its families.
///
/// ```
/// LOCK      held by whoever uses the folder, see FolderLock
/// FORMAT    how the rest is to be read, see Format
/// db/       RocksDB's own
/// copies/   what is copied for others, see Copies
/// ```
final class Engine implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Engine.class.getName());

    static final String DATABASE = "db";

    static final List<String> FAMILIES = List.of("default", "events", "order", "channels", "newest", "once");

    /// Small records that are all read at the start, or looked up by key.
    private static final long SMALL_BUFFER_BYTES = 8L << 20;

    private static final long EVENTS_BUFFER_BYTES = 16L << 20;

    /// A compaction writes anew what it takes before the old goes. So that those that clean up a full disk find
    /// enough room in what is kept in reserve ([RocksLogBuilder#reserveBytes]), they go step by step: the first
    /// level with what was written since, of which there is hardly more than so many buffers; or one table and what
    /// lies below it.
    private static final long FIRST_LEVEL_BYTES = 64L << 20;

    private static final int BUFFERS_SLOWED = 8;

    /// Where there is no room to clean up, each start adds a table: none of them may wait until there are fewer.
    private static final int BUFFERS_MAX = Integer.MAX_VALUE;

    private static final long TABLE_BYTES = 16L << 20;
    private static final long COMPACTION_BYTES_MAX = 128L << 20;

    /// How much of the write-ahead log a start may have to read again: some tenths of a second.
    private static final long WAL_BYTES_MAX = 64L << 20;

    /// Half of it for what finds the way to events.
    private static final long CACHE_BYTES = 64L << 20;

    /// Few shards, as what does not fit into one is read from disk again for every key: a table's index did.
    private static final int CACHE_SHARD_BITS = 2;

    /// A reader of all channels looks up one event in each block: small ones cost it less.
    private static final long BLOCK_BYTES = 4L << 10;

    final RocksDB db;
    final ColumnFamilyHandle control;
    final ColumnFamilyHandle events;
    final ColumnFamilyHandle order;
    final ColumnFamilyHandle channels;
    final ColumnFamilyHandle newest;
    final ColumnFamilyHandle once;
    private final List<ColumnFamilyHandle> families;
    private final List<AutoCloseable> owned;
    private @Nullable FolderLock lock; // Null where the caller has it.
    private volatile boolean mayClean = true;
    private volatile boolean isStopping;
    private final WriteOptions quick = new WriteOptions();
    private final WriteOptions synced = new WriteOptions().setSync(true);

    private Engine(RocksDB db, List<ColumnFamilyHandle> families, List<AutoCloseable> owned) {
        this.db = db;
        this.owned = owned;
        this.families = families;
        control = families.get(0);
        events = families.get(1);
        order = families.get(2);
        channels = families.get(3);
        newest = families.get(4);
        once = families.get(5);
    }

    /// How a database is opened.
    private enum Way {
        /// There is none yet.
        MAKE,
        USE,
        /// Nothing is written, made or deleted.
        LOOK,
        /// Although something in it is broken: what is read fails there.
        SALVAGE
    }

    /// @param statistics what it does, counted, for tests; null: nobody asks
    static Engine open(Path folder, @Nullable Statistics statistics) {
        FolderLock lock = FolderLock.of(folder);
        try {
            Engine engine = openLocked(folder, statistics);
            engine.owned.addLast(lock);
            engine.lock = lock;
            return engine;
        } catch (RuntimeException refused) {
            lock.close();
            throw refused;
        }
    }

    /// The same for who has the folder's lock.
    static Engine openLocked(Path folder) {
        return openLocked(folder, null);
    }

    private static Engine openLocked(Path folder, @Nullable Statistics statistics) {
        try {
            if (Format.isMissing(folder)) return make(folder, statistics);
            for (TornTail torn : requireWhole(folder)) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "a write that a crash cut short is dropped, bytes=" + torn.bytes() + " file=" + torn.file());
            }
            Swap.finish(folder);
        } catch (IOException failed) {
            throw Format.unusable(folder, failed);
        }
        OwnerOnly.restrict(folder.resolve(DATABASE)); // An earlier version made it by the umask.
        return open(folder, folder.resolve(DATABASE), Way.USE, statistics);
    }

    /// FORMAT comes last: where it is missing, what is there is no log yet.
    private static Engine make(Path folder, @Nullable Statistics statistics) throws IOException {
        Path database = folder.resolve(DATABASE);
        if (!Integrity.isUnwritten(database)) {
            throw damaged(folder, "'" + Format.file(folder) + "' is missing beside a log", null);
        }
        OwnerOnly.createFolder(database);
        Engine engine = open(folder, database, Way.MAKE, statistics);
        try {
            Format.write(folder);
            return engine;
        } catch (IOException failed) {
            engine.close();
            throw failed;
        }
    }

    /// To read only what [#requireWhole] has looked at. For who has the folder's lock.
    static Engine openToLook(Path folder) {
        return open(folder, Swap.current(folder), Way.LOOK, null);
    }

    /// Although something in it is broken. For who has the folder to itself.
    static Engine openBroken(Path folder) {
        return open(folder, folder.resolve(DATABASE), Way.SALVAGE, null);
    }

    /// Before anything is opened, made or deleted.
    ///
    /// @return what a crash cut short
    /// @throws CannotOpen if what is there is no log of this version, or not whole
    static List<TornTail> requireWhole(Path folder) throws IOException {
        Format.require(folder);
        Integrity integrity = Integrity.of(Swap.current(folder));
        if (integrity.fault() != null) throw damaged(folder, integrity.fault(), null);
        return integrity.torn();
    }

    private static Engine open(Path folder, Path database, Way way, @Nullable Statistics statistics) {
        RocksDB.loadLibrary();
        List<AutoCloseable> owned = new ArrayList<>();
        try {
            return open(folder, database, way, statistics, owned);
        } catch (RuntimeException refused) {
            closeAll(owned);
            throw refused;
        }
    }

    private static Engine open(
            Path folder, Path database, Way way, @Nullable Statistics statistics, List<AutoCloseable> owned) {
        boolean isStrict = way != Way.SALVAGE;
        Cache cache = own(owned, new LRUCache(CACHE_BYTES, CACHE_SHARD_BITS, false, 0.5));
        BloomFilter bloom = own(owned, new BloomFilter(10));
        List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
        for (String family : FAMILIES) {
            ColumnFamilyOptions options = own(owned, new ColumnFamilyOptions())
                    .setWriteBufferSize(family.equals("events") ? EVENTS_BUFFER_BYTES : SMALL_BUFFER_BYTES)
                    .setLevelZeroSlowdownWritesTrigger(BUFFERS_SLOWED)
                    .setLevelZeroStopWritesTrigger(BUFFERS_MAX)
                    .setMaxBytesForLevelBase(FIRST_LEVEL_BYTES)
                    .setTargetFileSizeBase(TABLE_BYTES)
                    .setMaxCompactionBytes(COMPACTION_BYTES_MAX)
                    .setDisableAutoCompactions(!isStrict)
                    .setCompressionType(CompressionType.LZ4_COMPRESSION)
                    .setOptimizeFiltersForHits(true) // Who asks for a key knows that it is there.
                    .setTableFormatConfig(new BlockBasedTableConfig()
                            .setBlockCache(cache)
                            .setFilterPolicy(bloom)
                            .setCacheIndexAndFilterBlocks(true)
                            .setIndexType(IndexType.kTwoLevelIndexSearch) // Only what is used of it is in the cache.
                            .setPartitionFilters(true)
                            .setPinTopLevelIndexAndFilter(true)
                            .setBlockSize(BLOCK_BYTES)
                            .setFormatVersion(6));
            descriptors.add(new ColumnFamilyDescriptor(family.getBytes(StandardCharsets.US_ASCII), options));
        }
        DBOptions options = own(owned, isStrict ? trackingWals() : new DBOptions())
                .setParanoidChecks(isStrict)
                .setCreateIfMissing(way == Way.MAKE)
                .setCreateMissingColumnFamilies(way == Way.MAKE)
                .setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery)
                .setMaxTotalWalSize(WAL_BYTES_MAX)
                .setMaxOpenFiles(OpenFiles.tablesMax())
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setKeepLogFileNum(2)
                .setStatsDumpPeriodSec(0);
        if (statistics != null) options.setStatistics(statistics);
        List<ColumnFamilyHandle> families = new ArrayList<>();
        try {
            RocksDB db = way == Way.LOOK
                    ? RocksDB.openReadOnly(options, database.toString(), descriptors, families)
                    : RocksDB.open(options, database.toString(), descriptors, families);
            owned.addAll(families);
            return new Engine(db, families, owned);
        } catch (RocksDBException refused) {
            throw refused(folder, refused);
        }
    }

    /// The MANIFEST names each file of the write-ahead log that was closed, so that one behind it must be there. Only
    /// the text of the options knows this one.
    private static DBOptions trackingWals() {
        Properties tracking = new Properties();
        tracking.setProperty("track_and_verify_wals_in_manifest", "true");
        return Objects.requireNonNull(DBOptions.getDBOptionsFromProps(tracking));
    }

    private static <T extends AutoCloseable> T own(List<AutoCloseable> owned, T one) {
        owned.addFirst(one); // What is made last goes first.
        return one;
    }

    /// Why a log can't be opened, if RocksDB says so. A disk that is full or fails has not damaged anything yet: who
    /// restored a backup then would throw away what is there.
    static CannotOpen refused(Path folder, RocksDBException refused) {
        String said = String.valueOf(refused.getMessage());
        if (said.contains("LOCK") || said.contains("lock hold")) {
            return new CannotOpen(
                    CannotOpen.Reason.IN_USE,
                    "The log in '" + folder + "' is in use by another process: end that one, or name another folder.",
                    refused);
        }
        if (said.contains("Permission denied") || said.contains("Read-only file system")) {
            return new CannotOpen(
                    CannotOpen.Reason.NO_ACCESS,
                    "The log in '" + folder + "' can't be written: " + said + ". Mend its rights.",
                    refused);
        }
        CannotOpen lacking = CannotOpen.forLack(folder, said, refused);
        if (lacking != null) return lacking;
        Status status = refused.getStatus();
        if (status != null && status.getCode() == Status.Code.IOError) {
            return new CannotOpen(
                    CannotOpen.Reason.NO_ACCESS,
                    "The log in '" + folder + "' can't be opened, its disk failed: " + said
                            + ". Look at the disk, then start again.",
                    refused);
        }
        return damaged(folder, said, refused);
    }

    /// Why a log can't be opened, if something in it could not be read, written or understood.
    static CannotOpen refused(Path folder, RuntimeException failed) {
        if (failed.getCause() instanceof RocksDBException refused) return refused(folder, refused);
        return damaged(folder, String.valueOf(failed.getMessage()), failed);
    }

    static CannotOpen damaged(Path folder, String what, @Nullable Throwable cause) {
        return new CannotOpen(
                CannotOpen.Reason.DAMAGED,
                "The log in '" + folder + "' is damaged: " + what + ". Restore a backup, or salvage what can be read.",
                cause);
    }

    ColumnFamilyHandle family(String name) {
        return families.get(FAMILIES.indexOf(name));
    }

    /// Writes a batch, all of it or nothing.
    void write(WriteBatch batch, boolean sync) {
        try {
            db.write(sync ? synced : quick, batch);
        } catch (RocksDBException failed) {
            throw failed("writing", failed);
        }
        requireLock();
    }

    /// Fails where somebody else may use the folder. Looked at behind each write, before it is acknowledged: whoever
    /// got
    /// a new lock only after that has found the write.
    void requireLock() {
        if (lock == null || lock.isHeld()) return;
        throw new LogUnavailable(
                "The log's lock '" + lock.path()
                        + "' was removed or replaced while the hub runs, so another hub may use"
                        + " the folder. Publishing stops: leave the folder to one hub, and start that anew.",
                null);
    }

    void sync() {
        try {
            db.syncWal();
        } catch (RocksDBException failed) {
            throw failed("syncing", failed);
        }
    }

    /// Something was dropped, and takes room until it is cleaned up.
    void removed() {
        mayClean = true;
    }

    /// Writes what is in memory to tables, so that the write-ahead log can go, and removes what was dropped. Where that
    /// fails nothing is lost: who writes next is told.
    ///
    /// @return whether it succeeded, as far as there was something to do
    boolean cleanUp() {
        if (!mayClean) return true; // Publishers knock all the time at a log that is full.
        mayClean = false;
        try (FlushOptions flush = new FlushOptions();
                CompactRangeOptions range = new CompactRangeOptions()
                        .setExclusiveManualCompaction(false)
                        .setCanceled(false)) {
            db.flush(flush, List.of(control, events, order, channels, newest, once));
            for (ColumnFamilyHandle family : List.of(events, order)) db.compactRange(family, null, null, range);
            return true;
        } catch (RocksDBException failed) {
            if (!isStopping) LOG.log(System.Logger.Level.WARNING, "cleaning up failed", failed);
            mayClean = true;
            return false;
        }
    }

    /// Ends [#cleanUp] soon: the log is about to close.
    void stopCleaning() {
        isStopping = true;
        db.cancelAllBackgroundWork(true);
    }

    /// Lets whole tables go that hold nothing else. The MANIFEST that no longer names them is on the disk at once, so
    /// what says why they went must be there before.
    void deleteTables(ColumnFamilyHandle family, byte[] from, byte[] to) {
        sync();
        try {
            db.deleteFilesInRanges(family, List.of(from, to), false);
        } catch (RocksDBException failed) {
            throw failed("removing", failed);
        }
    }

    /// All of a family.
    RecordWalk records(ColumnFamilyHandle family) {
        return records(family, new byte[0]);
    }

    /// Those of a family whose keys begin so.
    RecordWalk records(ColumnFamilyHandle family, byte[] prefix) {
        return new RecordWalk(db.newIterator(family), prefix, prefix);
    }

    /// Of these, those from a key on.
    RecordWalk records(ColumnFamilyHandle family, byte[] from, byte[] prefix) {
        return new RecordWalk(db.newIterator(family), from, prefix);
    }

    /// Those of a family from a key on.
    RecordWalk recordsFrom(ColumnFamilyHandle family, byte[] key) {
        return new RecordWalk(db.newIterator(family), key, new byte[0]);
    }

    byte @Nullable [] get(ColumnFamilyHandle family, byte[] key) {
        try {
            return db.get(family, key);
        } catch (RocksDBException failed) {
            throw failed("reading", failed);
        }
    }

    static LogUnavailable failed(String doing, RocksDBException failed) {
        Status status = failed.getStatus();
        if (status != null && status.getCode() == Status.Code.Corruption) {
            return new LogUnavailable(
                    "The log is damaged, as was found while " + doing + ": " + failed.getMessage()
                            + ". End the hub, then restore a backup or salvage what can be read.",
                    failed);
        }
        return new LogUnavailable(
                "The log's disk failed while " + doing + ": " + failed.getMessage()
                        + ". Publishing stops until the hub is started anew; look at the disk first.",
                failed);
    }

    /// Copies all that is written to a folder of its own, with links where the file system has them, so at once.
    void copyTo(Path to) {
        try (Checkpoint checkpoint = Checkpoint.create(db)) {
            OwnerOnly.createFolder(to);
            checkpoint.createCheckpoint(to.resolve(DATABASE).toString());
            OwnerOnly.restrict(to.resolve(DATABASE));
            Format.write(to);
        } catch (RocksDBException | IOException failed) {
            throw new LogUnavailable("The log can't be copied to '" + to + "': " + failed.getMessage(), failed);
        }
    }

    @Override
    public void close() {
        closeAll(List.of(quick, synced));
        closeAll(owned.stream().filter(one -> one instanceof ColumnFamilyHandle).toList());
        db.close();
        closeAll(owned.stream()
                .filter(one -> !(one instanceof ColumnFamilyHandle))
                .toList());
    }

    private static void closeAll(List<? extends AutoCloseable> all) {
        for (AutoCloseable one : all) {
            try {
                one.close();
            } catch (Exception impossible) {
                throw new IllegalStateException(impossible); // Closing native memory throws nothing.
            }
        }
    }
}
