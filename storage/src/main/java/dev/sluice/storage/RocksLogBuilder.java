package dev.sluice.storage;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.log.Retention;
import dev.sluice.core.store.Limits;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Statistics;

/// How a durable log is to be.
public final class RocksLogBuilder {
    /// What a channel keeps if nothing else is said: 7 days, 100,000 events, 64 MB.
    public static final Retention RETENTION = new Retention(Duration.ofDays(7), 100_000, 64L << 20);

    private static final long BYTES_MAX = 10L << 30;

    /// A trim reads what it drops: so many entries take some milliseconds, and no append waits longer.
    private static final int SLACK_MAX = 8_192;

    /// Entries that one search for a beginning looks at: some seconds' work.
    private static final int SEARCHED_MAX = 1_000_000;

    private final Path folder;
    private InstantSource clock = Clock.systemUTC();
    private Function<ChannelName, Retention> retention = channel -> RETENTION;
    private Sync sync = Sync.INTERVAL;
    private long entriesMax = Long.MAX_VALUE;
    private @Nullable Long bytesMax;
    private int channelsMax = Budget.CHANNELS.count();
    private long tailBytes = Budget.TAIL.limit();
    private long reserveBytes = 256L << 20;
    private int marksMax = Budget.MARKS.count();
    private Duration markAge = Duration.ofDays(1);
    private int keysMax = Budget.KEYS.count();
    private int waitersMax = 1_000;
    private int lookMax = 4_096;
    private int readsMax = 16;
    private long heapBytes = Budget.heapBytes();
    private @Nullable Statistics statistics;

    RocksLogBuilder(Path folder) {
        this.folder = folder;
    }

    public RocksLogBuilder clock(InstantSource wall) {
        clock = wall;
        return this;
    }

    /// The rule of each channel, asked for when the channel comes into being and at each start. Default: [#RETENTION].
    public RocksLogBuilder retention(Function<ChannelName, Retention> rules) {
        retention = rules;
        return this;
    }

    /// Default: [Sync#INTERVAL].
    public RocksLogBuilder sync(Sync when) {
        sync = when;
        return this;
    }

    /// Events and ends of all channels together; the oldest go first. Default: no limit but the bytes.
    public RocksLogBuilder entriesMax(long max) {
        entriesMax = max;
        return this;
    }

    /// Bytes of all channels together, counting 256 for each entry besides its data; the oldest go first. Default:
    /// 10 GB or a fifth of what is free on the disk and in the log, whichever is less.
    public RocksLogBuilder bytesMax(long max) {
        bytesMax = max;
        return this;
    }

    /// Channels that keep something, about a kB of heap each; a publish that would make one more is refused
    /// ([dev.sluice.core.log.Appended.TooManyChannels]). A folder with more opens, and can be read
    /// and deleted from. Default: as many as the heap has room for ([Budget#CHANNELS]).
    public RocksLogBuilder channelsMax(int max) {
        channelsMax = max;
        return this;
    }

    /// How much of the newest is also in memory, counted in the same way. Default: 64 MB, or less where the heap is
    /// small ([Budget#TAIL]).
    public RocksLogBuilder tailBytes(long max) {
        tailBytes = max;
        return this;
    }

    /// How much of the disk stays free: below, nothing more is taken. Default: 256 MB.
    public RocksLogBuilder reserveBytes(long min) {
        reserveBytes = min;
        return this;
    }

    /// For how many channels with nothing left, and how long, the log knows what they lost. Beyond, a reader of any
    /// channel with nothing left may be told of a gap that is none. Default: as many as the heap has
    /// room for ([Budget#MARKS]), at most a million, for a day.
    public RocksLogBuilder marks(int max, Duration age) {
        marksMax = max;
        markAge = age;
        return this;
    }

    /// How many idempotency keys are remembered for five minutes, fewer where they are long; the oldest go first.
    /// Default: as many as the heap has room for ([Budget#KEYS]), at most a million.
    public RocksLogBuilder keysMax(int max) {
        keysMax = max;
        return this;
    }

    /// How many readers may wait for a place ahead of the head. Default: 1,000.
    public RocksLogBuilder waitersMax(int max) {
        waitersMax = max;
        return this;
    }

    /// How many entries one read looks at. Default: 4,096.
    public RocksLogBuilder lookMax(int max) {
        lookMax = max;
        return this;
    }

    /// How many reads from disk go on at once; more wait. Default: 16.
    public RocksLogBuilder readsMax(int max) {
        readsMax = max;
        return this;
    }

    /// As if the heap were so large.
    RocksLogBuilder heapBytes(long bytes) {
        heapBytes = bytes;
        return this;
    }

    /// What the engine does, counted.
    RocksLogBuilder counting(Statistics what) {
        statistics = what;
        return this;
    }

    /// Opens the log, or makes it.
    ///
    /// @throws CannotOpen if the folder can't be used
    public RocksLog open() {
        Engine engine = Engine.open(folder, statistics);
        try {
            Limits limits = new Limits(
                    entriesMax,
                    bytesMax(),
                    tailBytes,
                    SLACK_MAX,
                    channelsMax,
                    marksMax,
                    markAge,
                    keysMax,
                    Duration.ofMinutes(5),
                    waitersMax,
                    lookMax,
                    SEARCHED_MAX);
            return RocksLog.begin(
                    folder,
                    engine,
                    new Disk(engine, sync, clock, limits, retention, heapBytes),
                    () -> folder.toFile().getUsableSpace(),
                    reserveBytes,
                    clock,
                    sync,
                    readsMax);
        } catch (In.Broken | LogUnavailable | IllegalArgumentException broken) {
            engine.close();
            throw Engine.refused(folder, broken);
        } catch (RuntimeException failed) {
            engine.close(); // Or nobody could open the folder again.
            throw failed;
        }
    }

    private long bytesMax() {
        if (bytesMax != null) return bytesMax;
        try {
            long used = Tree.bytes(folder.resolve(Engine.DATABASE));
            return Math.min(BYTES_MAX, (folder.toFile().getUsableSpace() + used) / 5);
        } catch (IOException failed) {
            throw new CannotOpen(
                    CannotOpen.Reason.NO_ACCESS, "The log's folder '" + folder + "' can't be read: " + failed, failed);
        }
    }
}
