package dev.sluice.storage;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Place;
import dev.sluice.core.log.Appended;
import dev.sluice.core.log.ChannelState;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Lag;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Resolved;
import dev.sluice.core.log.Start;
import dev.sluice.core.store.Readers;
import dev.sluice.core.store.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The durable log: what is acknowledged is in its folder, and is there after a restart, a crash of the process, and
/// as [Sync] says a loss of power. One process at a time has the folder.
///
/// Each start begins an epoch behind what it finds. A reader that is ahead of that, because the disk never got what it
/// read or the folder is an older copy, meets a gap; all others notice nothing.
///
/// Memory: the tail, about 500 bytes for each channel that keeps something or lost something, RocksDB's buffers (some
/// 100 MB at most), and idempotency keys. Somebody must call [#maintain] about once a second.
public final class RocksLog implements Log {
    /// What one turn of [#maintain] drops, and how many turns one call takes.
    private static final int MAINTAINED_MAX = 4_096;

    private static final int TURNS_MAX = 256;

    /// From here on a clock that is behind the log's time is worth a warning; NTP corrects less every day.
    private static final long CLOCK_BEHIND_MS = 60_000;

    private static final System.Logger LOG = System.getLogger(RocksLog.class.getName());

    private final Engine engine;
    private final Disk disk;
    private final Store store;
    private final Readers readers;
    private final ColdReads coldReads;
    private final Writer writer;
    private final @Nullable Syncer syncer;
    private final Cleaner cleaner;
    private final Copies copies;
    private boolean closed;

    private RocksLog(
            Path folder,
            Engine engine,
            Disk disk,
            LongSupplier freeBytes,
            long reserveBytes,
            InstantSource clock,
            Sync sync,
            int readsMax) {
        this.engine = engine;
        this.disk = disk;
        store = disk.store();
        coldReads = new ColdReads(readsMax);
        readers = new Readers(store, coldReads);
        cleaner = new Cleaner(engine);
        copies = new Copies(folder, engine);
        Room room = new Room(freeBytes, reserveBytes, cleaner::wake);
        writer = new Writer(store, readers, room, clock, disk.timeMs());
        syncer = sync == Sync.INTERVAL ? new Syncer(engine, writer) : null;
    }

    /// @param freeBytes on the disk, now
    static RocksLog begin(
            Path folder,
            Engine engine,
            Disk disk,
            LongSupplier freeBytes,
            long reserveBytes,
            InstantSource clock,
            Sync sync,
            int readsMax) {
        disk.begin();
        RocksLog log = new RocksLog(folder, engine, disk, freeBytes, reserveBytes, clock, sync, readsMax);
        log.writer.start();
        log.cleaner.start();
        if (log.syncer != null) log.syncer.start();
        warnOfAClockBehind(disk.timeMs() - clock.millis());
        return log;
    }

    private static void warnOfAClockBehind(long behindMs) {
        if (behindMs < CLOCK_BEHIND_MS) return;
        Duration behind = Duration.ofMillis(behindMs);
        String time = behind.toDays() > 1 ? behind.toDays() + " days" : behind.toMinutes() + " minutes";
        LOG.log(
                System.Logger.Level.WARNING,
                "the log's newest time is " + time + " ahead of this machine's clock. Until the clock has caught up,"
                        + " times of events go on from there at half speed, and what is kept by age, or remembered for"
                        + " some time, goes after up to twice as long: see whether the clock is right");
    }

    /// The log of a folder, made if there is none, with the default for everything.
    ///
    /// @throws CannotOpen if the folder can't be used
    public static RocksLog open(Path folder) {
        return builder(folder).open();
    }

    /// Everything about a log but its folder has a default.
    public static RocksLogBuilder builder(Path folder) {
        return new RocksLogBuilder(folder);
    }

    @Override
    public CompletionStage<Appended> append(Publication publication) {
        return writer.append(publication);
    }

    @Override
    public CompletionStage<Appended.Batch> appendAll(List<Publication> publications) {
        return writer.appendAll(publications);
    }

    @Override
    public CompletionStage<Boolean> delete(ChannelName channel) {
        return writer.change(() -> store.delete(channel, writer.nowMs()));
    }

    @Override
    public CompletionStage<Boolean> forget(ChannelName channel, Cursor id) {
        return writer.change(() -> store.forget(channel, id));
    }

    @Override
    public CompletionStage<Integer> forgetKey(ChannelName channel, String key) {
        return writer.change(() -> store.forgetKey(channel, key)).thenCompose(sofar -> forgetKey(channel, key, sofar));
    }

    /// In slices, each a task of its own and one write, so that publishes come in between.
    private CompletionStage<Integer> forgetKey(ChannelName channel, String key, Store.Forgetting sofar) {
        if (sofar.isOver()) return CompletableFuture.completedStage(sofar.count());
        return writer.change(() -> store.forgetKey(channel, key, sofar))
                .thenCompose(further -> forgetKey(channel, key, further));
    }

    /// Drops what is too old, and makes the copy that another process wants ([Backup]). To be called about once a
    /// second, by any thread that may wait.
    @Override
    public void maintain() {
        dropWhatIsOld();
        coldReads.holdUnlessClosed(copies::make); // Of a broken log too: then it is wanted most.
    }

    private void dropWhatIsOld() {
        try {
            boolean more = true;
            for (int turn = 0; more && turn < TURNS_MAX; turn++) { // Each by itself, so that appends come in between.
                more = done(() -> store.maintain(writer.nowMs(), MAINTAINED_MAX));
            }
            done(() -> {
                engine.requireLock(); // Of a log that nobody publishes to as well.
                disk.purgeKeys();
                return true;
            });
        } catch (CompletionException stopped) {
            return; // Closed or broken: whoever publishes is told.
        }
    }

    private <T> T done(Supplier<T> change) {
        return writer.change(change).toCompletableFuture().join();
    }

    @Override
    public int descriptorsMax() {
        return OpenFiles.max();
    }

    @Override
    public @Nullable String failure() {
        LogUnavailable failure = writer.failure();
        return failure == null ? null : failure.getMessage();
    }

    @Override
    public Read read(Place place, Selection selection, Filter filter, int entriesMax, long bytesMax) {
        return readers.read(place, selection, filter, entriesMax, bytesMax);
    }

    @Override
    public CompletionStage<Place> locate(Start start, Selection selection, Filter filter) {
        return readers.locate(start, selection, filter);
    }

    @Override
    public CompletionStage<Resolved> resolve(String cursor) {
        return readers.resolve(cursor);
    }

    @Override
    public Cursor head() {
        return readers.head();
    }

    @Override
    public @Nullable Cursor grownSince(Cursor place, Consumer<ChannelName> grown) {
        return readers.grownSince(place, grown);
    }

    @Override
    public Lag lag(Place place, Selection selection) {
        return readers.lag(place, selection);
    }

    @Override
    public ChannelState channel(ChannelName name) {
        return readers.channel(name);
    }

    @Override
    public List<ChannelState> channels(@Nullable ChannelName after, int max) {
        return readers.channels(after, max);
    }

    @Override
    public List<ChannelState> reserved(@Nullable ChannelName after, int max) {
        return readers.reserved(after, max);
    }

    @Override
    public Listening onGrowth(Runnable listener) {
        return readers.onGrowth(listener);
    }

    /// Copies the log as it is now to a folder that does not exist, while it is in use. Opened there, it goes on
    /// under an epoch of its own. Blocks; fails with [LogUnavailable].
    public void copyTo(Path folder) {
        coldReads.hold(() -> engine.copyTo(folder));
    }

    /// Takes nothing more, as after a failure of the disk: what is asked fails, reading goes on, and the end is not a
    /// clean one.
    void stop(LogUnavailable failure) {
        writer.stop(failure);
    }

    @Override
    public synchronized void close() {
        if (closed) return;
        closed = true;
        // On a thread that nobody can interrupt: it waits for others, under whose hands RocksDB must not go.
        CompletableFuture.runAsync(
                        this::end,
                        work -> Thread.ofPlatform().name("sluice-close").start(work))
                .join();
    }

    private void end() {
        readers.close();
        if (syncer != null) syncer.close();
        writer.close(() -> {
            if (writer.failure() == null) disk.close(); // A broken log did not end cleanly.
        });
        cleaner.close();
        coldReads.close();
        engine.close();
    }
}
