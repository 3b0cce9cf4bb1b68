package dev.sluice.storage.engine;

import dev.sluice.core.encoding.LogField;
import dev.sluice.storage.folder.CannotOpenException;
import dev.sluice.storage.folder.LogUnavailableException;
import dev.sluice.storage.folder.OpenFailure;
import dev.sluice.storage.folder.OwnerOnly;
import dev.sluice.storage.folder.TornTail;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Statistics;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/// RocksDB in a folder, and its column families.
///
/// ```
/// LOCK      held by the process that uses the folder, see FolderLock
/// FORMAT    the format of the rest, see Format
/// db/       RocksDB's files
/// copies/   copies for other processes, see Checkpoints
/// ```
public final class Engine implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Engine.class.getName());

    public static final String DATABASE = "db";

    static final List<String> FAMILIES = List.of("default", "events", "order", "channels", "newest", "once");

    public final RocksDB db;
    public final ColumnFamilyHandle control;
    public final ColumnFamilyHandle events;
    public final ColumnFamilyHandle order;
    public final ColumnFamilyHandle channels;
    public final ColumnFamilyHandle newest;
    public final ColumnFamilyHandle once;
    private final List<ColumnFamilyHandle> families;
    private final List<AutoCloseable> owned;
    private @Nullable FolderLock lock; // Null if the caller holds it.
    private volatile boolean hasGarbage = true;
    private volatile boolean isStopping;
    private final boolean isReplica;
    private final WriteOptions quick;
    private final WriteOptions synced = new WriteOptions().setSync(true);

    private Engine(RocksDB db, OpenMode mode, List<ColumnFamilyHandle> families, List<AutoCloseable> owned) {
        this.db = db;
        isReplica = mode == OpenMode.REPLICA;
        quick = new WriteOptions().setDisableWAL(isReplica);
        this.owned = owned;
        this.families = families;
        control = families.get(0);
        events = families.get(1);
        order = families.get(2);
        channels = families.get(3);
        newest = families.get(4);
        once = families.get(5);
    }

    /// The ways to open a database.
    private enum OpenMode {
        /// A new one is created.
        CREATE,
        READ_WRITE,
        /// Like `READ_WRITE`, but without a write-ahead log: only writes that [#flush] has saved survive the
        /// process, and each flush saves all of them atomically.
        REPLICA,
        /// Nothing is written, created or deleted.
        READ_ONLY,
        /// Without checks, although parts are corrupt: only reads of those parts fail.
        SALVAGE
    }

    /// The most bytes of caches and buffers, unless the log is a replica, whose buffers grow until it is flushed.
    public static long memoryMax() {
        return EngineOptions.memoryMax();
    }

    /// @param statistics counts RocksDB's work, for tests; null to count nothing
    public static Engine open(Path folder, @Nullable Statistics statistics) {
        return withLock(folder, () -> openLocked(folder, OpenMode.READ_WRITE, statistics));
    }

    /// Opens or creates a replica, whose unsaved writes can be restored from another log, the order of a
    /// cluster.
    public static Engine openReplica(Path folder) {
        return withLock(folder, () -> {
            if (Format.isMissing(folder)) openLocked(folder).close();
            return openLocked(folder, OpenMode.REPLICA, null);
        });
    }

    /// Opens a folder that no other process uses, until it is closed.
    private static Engine withLock(Path folder, Supplier<Engine> opened) {
        FolderLock lock = FolderLock.of(folder);
        try {
            Engine engine = opened.get();
            engine.owned.addLast(lock);
            engine.lock = lock;
            return engine;
        } catch (RuntimeException refused) {
            lock.close();
            throw refused;
        }
    }

    /// Like [#open], for a caller that holds the folder's lock.
    public static Engine openLocked(Path folder) {
        return openLocked(folder, OpenMode.READ_WRITE, null);
    }

    private static Engine openLocked(Path folder, OpenMode mode, @Nullable Statistics statistics) {
        try {
            if (Format.isMissing(folder)) return create(folder, statistics);
            for (TornTail torn : requireWhole(folder)) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "a write that a crash cut short is dropped, bytes=" + torn.bytes() + " file="
                                + LogField.quoted(torn.file()));
            }
            AtomicReplace.finish(folder);
        } catch (IOException failed) {
            throw Format.unusable(folder, failed);
        }
        OwnerOnly.restrict(folder.resolve(DATABASE)); // An earlier version created it with the umask's permissions.
        Engine engine = open(folder, folder.resolve(DATABASE), mode, statistics);
        try {
            Format.raise(folder); // Before anything is written that an older version can't read.
            return engine;
        } catch (IOException failed) {
            engine.close();
            throw Format.unusable(folder, failed);
        }
    }

    /// Writes FORMAT last: a folder without it does not contain a log yet.
    private static Engine create(Path folder, @Nullable Statistics statistics) throws IOException {
        Path database = folder.resolve(DATABASE);
        if (!Integrity.isUnwritten(database)) {
            throw damaged(folder, "'" + Format.file(folder) + "' is missing beside a log", null);
        }
        OwnerOnly.createFolder(database);
        Engine engine = open(folder, database, OpenMode.CREATE, statistics);
        try {
            Format.write(folder);
            return engine;
        } catch (IOException failed) {
            engine.close();
            throw failed;
        }
    }

    /// Opens a log that [#requireWhole] has checked, to read only. The caller holds the folder's lock.
    public static Engine openReadOnly(Path folder) {
        return open(folder, AtomicReplace.current(folder), OpenMode.READ_ONLY, null);
    }

    /// Opens a damaged log. The caller has the folder to itself.
    public static Engine openDamaged(Path folder) {
        return open(folder, folder.resolve(DATABASE), OpenMode.SALVAGE, null);
    }

    /// Checks a log before anything in its folder is opened, created or deleted.
    ///
    /// @return the writes that a crash cut short
    /// @throws CannotOpenException if there is no log of this version, or it is damaged
    public static List<TornTail> requireWhole(Path folder) throws IOException {
        Format.require(folder);
        Integrity integrity = Integrity.of(AtomicReplace.current(folder));
        if (integrity.fault() != null) throw damaged(folder, integrity.fault(), null);
        return integrity.torn();
    }

    private static Engine open(Path folder, Path database, OpenMode mode, @Nullable Statistics statistics) {
        EngineLibrary.load(folder);
        List<AutoCloseable> owned = new ArrayList<>();
        try {
            return open(folder, database, mode, statistics, owned);
        } catch (RuntimeException refused) {
            closeAll(owned);
            throw refused;
        }
    }

    private static Engine open(
            Path folder, Path database, OpenMode mode, @Nullable Statistics statistics, List<AutoCloseable> owned) {
        EngineOptions engineOptions = new EngineOptions(mode != OpenMode.SALVAGE, mode == OpenMode.REPLICA, owned);
        List<ColumnFamilyDescriptor> descriptors = engineOptions.families();
        DBOptions options = engineOptions.database(mode == OpenMode.CREATE);
        if (statistics != null) options.setStatistics(statistics);
        List<ColumnFamilyHandle> families = new ArrayList<>();
        try {
            RocksDB db = mode == OpenMode.READ_ONLY
                    ? RocksDB.openReadOnly(options, database.toString(), descriptors, families)
                    : RocksDB.open(options, database.toString(), descriptors, families);
            owned.addAll(families);
            return new Engine(db, mode, families, owned);
        } catch (RocksDBException refused) {
            throw refused(folder, refused);
        }
    }

    /// Explains why RocksDB refused to open a log. A full or failing disk is not reported as damage: restoring a backup
    /// then would discard an intact log.
    static CannotOpenException refused(Path folder, RocksDBException refused) {
        String message = String.valueOf(refused.getMessage());
        if (message.contains("LOCK") || message.contains("lock hold")) {
            return new CannotOpenException(
                    OpenFailure.IN_USE,
                    "The log in '" + folder + "' is in use by another process: end that one, or name another folder.",
                    refused);
        }
        if (message.contains("Permission denied") || message.contains("Read-only file system")) {
            return Format.noAccess(folder, message, refused);
        }
        CannotOpenException exhausted = CannotOpenException.forExhaustion(folder, message, refused);
        if (exhausted != null) return exhausted;
        Status status = refused.getStatus();
        if (status != null && status.getCode() == Status.Code.IOError) {
            return diskFailed(folder, message, refused);
        }
        return damaged(folder, message, refused);
    }

    static CannotOpenException diskFailed(Path folder, String description, Exception cause) {
        return new CannotOpenException(
                OpenFailure.DISK_FAILED,
                "The log in '" + folder + "' can't be opened, its disk failed: " + description
                        + ". Check the disk, then start again.",
                cause);
    }

    /// Explains why a log can't be opened when part of it could not be read, written or understood.
    public static CannotOpenException refused(Path folder, RuntimeException failed) {
        if (failed.getCause() instanceof RocksDBException refused) return refused(folder, refused);
        return damaged(folder, String.valueOf(failed.getMessage()), failed);
    }

    static CannotOpenException damaged(Path folder, String description, @Nullable Throwable cause) {
        return new CannotOpenException(
                OpenFailure.DAMAGED,
                "The log in '" + folder + "' is damaged: " + description
                        + ". Restore a backup, or salvage what can be read.",
                cause);
    }

    /// Closes a resource with this engine, after the database.
    public <T extends AutoCloseable> T own(T resource) {
        owned.addFirst(resource);
        return resource;
    }

    public ColumnFamilyHandle family(String name) {
        return families.get(FAMILIES.indexOf(name));
    }

    /// Writes a batch atomically.
    public void write(WriteBatch batch, boolean sync) {
        try {
            db.write(sync && !isReplica ? synced : quick, batch);
        } catch (RocksDBException failed) {
            throw failed("writing", failed);
        }
        requireLock();
    }

    /// Fails if another process may use the folder. Checked after each write, before it is acknowledged: a process that
    /// takes a new lock later finds the write.
    public void requireLock() {
        if (lock == null || lock.isHeld()) return;
        throw new LogUnavailableException(
                "The log's lock '" + lock.path()
                        + "' was removed or replaced while the hub runs, so another hub may use"
                        + " the folder. Publishing stops: let only one hub use the folder, and restart that one.",
                null);
    }

    public void sync() {
        try {
            db.syncWal();
        } catch (RocksDBException failed) {
            throw failed("syncing", failed);
        }
    }

    /// The approximate number of bytes that [#flush] would write.
    public long unflushedBytes() {
        try {
            return db.getAggregatedLongProperty("rocksdb.cur-size-active-mem-table");
        } catch (RocksDBException failed) {
            throw failed("looking at buffers", failed);
        }
    }

    /// Returns true while a flush is in progress.
    public boolean isFlushing() {
        try {
            return db.getAggregatedLongProperty("rocksdb.num-immutable-mem-table") > 0;
        } catch (RocksDBException failed) {
            throw failed("looking at flushes", failed);
        }
    }

    /// Starts to save all writes so far to disk, atomically.
    ///
    /// @param waits whether to wait until they are on disk
    public void flush(boolean waits) {
        try (FlushOptions options = new FlushOptions().setWaitForFlush(waits)) {
            db.flush(options, families);
        } catch (RocksDBException failed) {
            throw failed("flushing", failed);
        }
    }

    /// Notes that dropped records take up space until the next [#cleanUp].
    public void onRemoved() {
        hasGarbage = true;
    }

    /// Flushes memory to tables, so that the write-ahead log can be deleted, and compacts dropped records away. A
    /// failure loses nothing: the next write reports it.
    ///
    /// @return true unless it failed; also if there was nothing to do
    public boolean cleanUp() {
        if (!hasGarbage) return true; // Publishers keep calling while the log is full.
        hasGarbage = false;
        try (FlushOptions flush = new FlushOptions();
                CompactRangeOptions range = new CompactRangeOptions()
                        .setExclusiveManualCompaction(false)
                        .setCanceled(false)) {
            db.flush(flush, List.of(control, events, order, channels, newest, once));
            for (ColumnFamilyHandle family : List.of(events, order)) db.compactRange(family, null, null, range);
            return true;
        } catch (RocksDBException failed) {
            if (!isStopping) LOG.log(System.Logger.Level.WARNING, "cleaning up failed", failed);
            hasGarbage = true;
            return false;
        }
    }

    /// Aborts [#cleanUp], because the log is about to close.
    public void stopCleaning() {
        isStopping = true;
        db.cancelAllBackgroundWork(true);
    }

    /// Deletes whole tables within a key range. The MANIFEST without them is on disk at once, so the records that
    /// justify the deletion are synced first.
    public void deleteTables(ColumnFamilyHandle family, byte[] from, byte[] to) {
        if (isReplica) return; // Those records are not on disk yet; compactions delete the tables.
        sync();
        try {
            db.deleteFilesInRanges(family, List.of(from, to), false);
        } catch (RocksDBException failed) {
            throw failed("removing", failed);
        }
    }

    /// All records of a family.
    public RecordIterator records(ColumnFamilyHandle family) {
        return records(family, new byte[0]);
    }

    /// The records of a family whose keys have a prefix.
    public RecordIterator records(ColumnFamilyHandle family, byte[] prefix) {
        return new RecordIterator(db.newIterator(family), prefix, prefix);
    }

    /// The records of a family from a key on whose keys have a prefix.
    public RecordIterator records(ColumnFamilyHandle family, byte[] from, byte[] prefix) {
        return new RecordIterator(db.newIterator(family), from, prefix);
    }

    public byte @Nullable [] get(ColumnFamilyHandle family, byte[] key) {
        try {
            return db.get(family, key);
        } catch (RocksDBException failed) {
            throw failed("reading", failed);
        }
    }

    public static LogUnavailableException failed(String activity, RocksDBException failed) {
        Status status = failed.getStatus();
        if (status != null && status.getCode() == Status.Code.Corruption) {
            return new LogUnavailableException(
                    "The log is damaged, found while " + activity + ": " + failed.getMessage()
                            + ". Stop the hub, then restore a backup or salvage what can be read.",
                    failed);
        }
        return new LogUnavailableException(
                "The log's disk failed while " + activity + ": " + failed.getMessage()
                        + ". Publishing stops until the hub is restarted; check the disk first.",
                failed);
    }

    /// Copies everything written to another folder; immediately, with links, where the file system supports them.
    public void copyTo(Path to) {
        try (Checkpoint checkpoint = Checkpoint.create(db)) {
            OwnerOnly.createFolder(to);
            checkpoint.createCheckpoint(to.resolve(DATABASE).toString());
            OwnerOnly.restrict(to.resolve(DATABASE));
            Format.write(to);
        } catch (RocksDBException | IOException failed) {
            throw new LogUnavailableException(
                    "The log can't be copied to '" + to + "': " + failed.getMessage(), failed);
        }
    }

    @Override
    public void close() {
        closeAll(List.of(quick, synced));
        closeAll(owned.stream()
                .filter(resource -> resource instanceof ColumnFamilyHandle)
                .toList());
        db.close();
        closeAll(owned.stream()
                .filter(resource -> !(resource instanceof ColumnFamilyHandle))
                .toList());
    }

    private static void closeAll(List<? extends AutoCloseable> all) {
        for (AutoCloseable resource : all) {
            try {
                resource.close();
            } catch (Exception impossible) {
                throw new IllegalStateException(impossible); // Closing native memory does not throw.
            }
        }
    }
}
