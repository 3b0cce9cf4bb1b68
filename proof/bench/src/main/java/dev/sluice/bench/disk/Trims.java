package dev.sluice.bench.disk;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Retention;
import dev.sluice.storage.RocksLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/// Fills many channels, so that every further append trims them, and measures the time of reads during that:
/// of a channel's oldest events, which are on disk, and of the newest.
final class Trims {
    private static final int WINDOWS = 20;
    private static final int BATCH = 500;
    private static final int READ_MAX = 100;
    private static final String DATA = "x".repeat(16);

    private final Path folder;
    private final int channels;
    private final int events;
    private final RocksLog log;
    private final SplittableRandom random = new SplittableRandom(1);
    private final SplittableRandom publisherRandom = random.split(); // For the publisher's thread.

    Trims(Path folder, int channels, int events) {
        this.folder = folder;
        this.channels = channels;
        this.events = events;
        Retention rule = Retention.events(events);
        log = RocksLog.builder(folder)
                .retention(channel -> rule)
                .limits(limits -> limits.bytesMax(Long.MAX_VALUE))
                .open();
    }

    /// The measurements of one interval.
    private record Window(double perSecond, Times acknowledged, Times cold, Times tail) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%,.0f appends/s acknowledged in %s, cold reads %s, tail reads %s",
                    perSecond,
                    acknowledged,
                    cold,
                    tail);
        }
    }

    void run(int perSecond, Duration time) throws Exception {
        if (log.channels(null, 1).isEmpty()) fill(); // Otherwise an earlier run has filled the log.
        for (int i = 0; i < 2_000; i++) readOldest(new Times()); // Warms up the JIT compiler.
        List<Window> windows = new ArrayList<>();
        for (int i = 0; i < WINDOWS; i++) {
            Window window = measure(perSecond, time.dividedBy(WINDOWS));
            windows.add(window);
            System.out.printf(Locale.ROOT, "%2d: %s, %,d MB on disk\n", i + 1, window, Memory.diskBytes(folder) >> 20);
        }
        Window first = merge(windows.subList(0, WINDOWS / 5));
        Window last = merge(windows.subList(WINDOWS - WINDOWS / 5, WINDOWS));
        System.out.println("first fifth: " + first);
        System.out.println("last fifth: " + last);
        System.out.printf(
                Locale.ROOT,
                "last to first: cold p50 %.2f p99 %.2f, tail p50 %.2f p99 %.2f\n",
                last.cold.micros(0.5) / first.cold.micros(0.5),
                last.cold.micros(0.99) / first.cold.micros(0.99),
                last.tail.micros(0.5) / first.tail.micros(0.5),
                last.tail.micros(0.99) / first.tail.micros(0.99));
        System.out.println(Memory.now());
        log.close();
    }

    private static String name(long channel) {
        return "c/" + channel;
    }

    /// Fills the channels to the state after many trims: some were just trimmed, others are about to be.
    private void fill() {
        long batches = Math.ceilDiv(events, BATCH);
        Load.Result result =
                Load.appendAll(log, channels * batches, 8, (int) (events / batches), i -> name(i / batches), DATA);
        System.out.println("filled: " + result);
        int slack = events / 10;
        for (int more = 1; more < slack; more++) {
            Load.append(log, (long) channels * more / slack, 4_096, Trims::name, DATA);
        }
        System.out.printf(Locale.ROOT, "%s, %,d MB on disk\n", Memory.now(), Memory.diskBytes(folder) >> 20);
    }

    private Window measure(int perSecond, Duration time) throws Exception {
        Times cold = new Times();
        Times tail = new Times();
        CompletableFuture<Load.Result> load = CompletableFuture.supplyAsync(
                () -> Load.append(
                        log,
                        Load.perSecond(perSecond, time),
                        1_024,
                        index -> name(publisherRandom.nextInt(channels)),
                        DATA),
                work -> Thread.ofPlatform().start(work));
        while (!load.isDone()) {
            readOldest(cold);
            readNewest(tail);
            LockSupport.parkNanos(5_000_000);
        }
        return new Window(load.get().perSecond(), load.get().acknowledged(), cold, tail);
    }

    private void readOldest(Times times) throws Exception {
        ChannelName channel = new ChannelName(name(random.nextInt(channels)));
        Cursor oldest = log.channel(channel).earliest();
        read(ReadCursor.at(Objects.requireNonNull(oldest, "a full channel")), channel, times);
    }

    private void readNewest(Times times) throws Exception {
        String name = name(random.nextInt(channels));
        ReadCursor place = ReadCursor.at(log.head());
        log.append(Load.publication(name, DATA)).toCompletableFuture().get();
        read(place, new ChannelName(name), times);
    }

    private void read(ReadCursor place, ChannelName channel, Times times) throws Exception {
        Selection selection = Selection.of(channel);
        long beganNs = System.nanoTime();
        Read read = log.read(place, selection, Filter.NONE, READ_MAX, 1 << 20);
        if (read instanceof Read.Pending(var later)) later.toCompletableFuture().get();
        times.add(System.nanoTime() - beganNs);
    }

    private static Window merge(List<Window> windows) {
        double perSecond = 0;
        Window all = new Window(0, new Times(), new Times(), new Times());
        for (Window each : windows) {
            perSecond += each.perSecond / windows.size();
            all.acknowledged.add(each.acknowledged);
            all.cold.add(each.cold);
            all.tail.add(each.tail);
        }
        return new Window(perSecond, all.acknowledged, all.cold, all.tail);
    }
}
