package dev.sluice.storage;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.index.IndexReader;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.LogReader;
import dev.sluice.core.log.LogStatus;
import dev.sluice.core.log.LogWriter;
import dev.sluice.core.metrics.AppendCount;
import dev.sluice.core.metrics.Distribution;
import dev.sluice.core.sequencer.Sequencer;
import dev.sluice.storage.engine.Checkpoints;
import dev.sluice.storage.engine.Engine;
import dev.sluice.storage.engine.OpenFiles;
import dev.sluice.storage.folder.LogUnavailableException;
import dev.sluice.storage.folder.Sync;
import dev.sluice.storage.write.ColdReads;
import dev.sluice.storage.write.DiskSpace;
import dev.sluice.storage.write.RocksEntryStore;
import dev.sluice.storage.write.SpaceReclaimer;
import dev.sluice.storage.write.Syncer;
import dev.sluice.storage.write.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The durable log: acknowledged publishes are in its folder, and survive a restart, a crash of the process
/// and, depending on [Sync], a power failure. One process at a time can use the folder.
///
/// Each start begins a new epoch after the newest position found. A reader ahead of that position, because
/// its events never reached the disk or the folder is an older copy, gets a gap. Other readers are not
/// affected.
///
/// Memory: the tail, about 500 bytes for each channel with retained or lost entries, RocksDB's buffers (100 MB at
/// most), and idempotency keys. [#maintain] must be called about once a second.
public final class RocksLog implements Log {
    /// The number of entries that one turn of [#maintain] drops at most; [#TURNS_MAX] limits the turns of a call.
    private static final int MAINTAIN_ENTRIES_MAX = 4_096;

    private static final int TURNS_MAX = 256;

    /// The least lag of the clock that is worth a warning; NTP corrects smaller ones every day.
    private static final long CLOCK_LAG_MS = 60_000;

    private static final System.Logger LOG = System.getLogger(RocksLog.class.getName());

    private final Engine engine;
    private final RocksEntryStore backing;
    private final Sequencer sequencer;
    private final IndexReader readers;
    private final ColdReads coldReads;
    private final Writer writer;
    private final @Nullable Syncer syncer;
    private final SpaceReclaimer spaceReclaimer;
    private final Checkpoints checkpoints;
    private volatile LogStatus status;

    /// The end of the log when it was opened.
    private final Cursor begin;
    private boolean closed;

    private RocksLog(
            Path folder,
            Engine engine,
            RocksEntryStore backing,
            LongSupplier freeBytes,
            long reserveBytes,
            InstantSource clock,
            Sync sync,
            int readsMax) {
        this.engine = engine;
        this.backing = backing;
        sequencer = backing.sequencer();
        coldReads = new ColdReads(readsMax);
        readers = new IndexReader(backing.index(), coldReads);
        spaceReclaimer = new SpaceReclaimer(engine);
        checkpoints = new Checkpoints(folder, engine);
        DiskSpace diskSpace = new DiskSpace(freeBytes, reserveBytes, spaceReclaimer::wake);
        writer = new Writer(backing, readers, diskSpace, clock);
        syncer = sync == Sync.INTERVAL ? new Syncer(engine::sync, writer.failStop(), readers::head) : null;
        status = sequencer.status();
        begin = readers.head();
    }

    /// @param freeBytes supplies the free bytes of the disk
    static RocksLog begin(
            Path folder,
            Engine engine,
            RocksEntryStore backing,
            LongSupplier freeBytes,
            long reserveBytes,
            InstantSource clock,
            Sync sync,
            int readsMax) {
        backing.begin();
        RocksLog log = new RocksLog(folder, engine, backing, freeBytes, reserveBytes, clock, sync, readsMax);
        log.writer.start(backing.hasRecordedRules());
        log.spaceReclaimer.start();
        if (log.syncer != null) log.syncer.start();
        warnOfSlowClock(backing.timeMs() - clock.millis());
        return log;
    }

    private static void warnOfSlowClock(long lagMs) {
        if (lagMs < CLOCK_LAG_MS) return;
        Duration lag = Duration.ofMillis(lagMs);
        String time = lag.toDays() > 1 ? lag.toDays() + " days" : lag.toMinutes() + " minutes";
        LOG.log(
                System.Logger.Level.WARNING,
                "the log's newest time is " + time + " ahead of this machine's clock. Until the clock has caught up,"
                        + " the times of events advance at half speed, and retention by age and idempotency keys may last up to"
                        + " twice as long: check whether the clock is right");
    }

    /// A builder in which only the folder has no default.
    public static RocksLogBuilder builder(Path folder) {
        return new RocksLogBuilder(folder);
    }

    @Override
    public LogReader reader() {
        return readers;
    }

    @Override
    public LogWriter writer() {
        return writer;
    }

    /// Drops expired entries and makes the copy that another process requested
    /// ([dev.sluice.storage.repair.Backup]). Call it about once a second,
    /// on any thread that may block.
    @Override
    public void maintain() {
        dropExpired();
        coldReads.holdUnlessClosed(checkpoints::make); // Also of a broken log, which needs a backup most.
    }

    private void dropExpired() {
        try {
            boolean more = true;
            for (int turn = 0; more && turn < TURNS_MAX; turn++) more = dropSome();
            await(() -> {
                engine.requireLock(); // Called here so that an idle log also notices a lost lock.
                backing.purgeKeys();
                status = sequencer.status();
                return true;
            });
        } catch (CompletionException stopped) {
            return; // Closed or broken: publishers get the reason.
        }
    }

    /// A separate task, so that publishes come in between.
    ///
    /// @return true if there may be more to drop
    private boolean dropSome() {
        return await(() -> sequencer.maintain(writer.nowMs(), MAINTAIN_ENTRIES_MAX));
    }

    /// Drops all that is expired or exceeds a limit of the log, which may take minutes.
    ///
    /// @throws CompletionException if the disk fails
    void dropAll() {
        boolean more = true;
        while (more) more = dropSome();
    }

    private <T> T await(Supplier<T> change) {
        return writer.change(change).toCompletableFuture().join();
    }

    @Override
    public Cursor synced() {
        if (syncer == null) return head();
        Cursor synced = syncer.synced();
        return synced == null ? begin : synced;
    }

    @Override
    public LogStatus status() {
        return status.with(writer.times(), syncer == null ? Distribution.EMPTY : syncer.times());
    }

    @Override
    public int descriptorsMax() {
        return filesMax();
    }

    /// The most files that an open log may have.
    public static int filesMax() {
        return OpenFiles.max();
    }

    /// The most bytes that caches and buffers of an open log may take outside the heap.
    public static long nativeBytesMax() {
        return Engine.memoryMax();
    }

    @Override
    public Map<AppendCount, Long> outcomes() {
        return sequencer.outcomes();
    }

    @Override
    public @Nullable String failure() {
        LogUnavailableException failure = writer.failStop().reason();
        return failure == null ? null : failure.getMessage();
    }

    /// Copies the current state of the log, which stays in use, to a folder that does not exist yet. Opened
    /// there, the copy begins a new epoch. Blocks.
    ///
    /// @throws LogUnavailableException if the copy fails
    public void copyTo(Path folder) {
        coldReads.hold(() -> engine.copyTo(folder));
    }

    /// Stops writing, as after a failure of the disk: writes fail, reads continue, and the log does not count as
    /// cleanly closed.
    void stop(LogUnavailableException failure) {
        writer.failStop().stop(failure);
    }

    @Override
    public synchronized void close() {
        if (closed) return;
        closed = true;
        // On an uninterruptible thread: it has to wait for all users of RocksDB before closing it.
        CompletableFuture.runAsync(
                        this::end,
                        work -> Thread.ofPlatform().name("sluice-close").start(work))
                .join();
    }

    private void end() {
        readers.close();
        if (syncer != null) syncer.close();
        writer.close(() -> {
            if (writer.failStop().reason() == null) backing.close(); // A broken log was not cleanly closed.
        });
        spaceReclaimer.close();
        coldReads.close();
        engine.close();
    }
}
