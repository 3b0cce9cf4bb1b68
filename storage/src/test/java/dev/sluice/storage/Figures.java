package dev.sluice.storage;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Place;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.Start;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Semaphore;

/// Measures a log; no test. `appends|fill|start|reads|trims FOLDER …`, a line for each figure.
final class Figures {
    private static final String DATA = "x".repeat(100);

    private Figures() {}

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[1]);
        switch (args[0]) {
            case "appends" -> appends(folder);
            case "fill" -> fill(folder, Long.parseLong(args[2]), Integer.parseInt(args[3]));
            case "start" -> start(folder);
            case "reads" -> reads(folder, args[2]);
            case "trims" ->
                trims(folder, Integer.parseInt(args[2]), Integer.parseInt(args[3]), Long.parseLong(args[4]));
            default -> throw new IllegalArgumentException(args[0]);
        }
        System.exit(0);
    }

    private static RocksLogBuilder builder(Path folder) {
        return RocksLog.builder(folder).retention(channel -> Retention.ALL).bytesMax(1L << 40);
    }

    /// So many appends, so many of them under way at a time.
    private static double perSecond(RocksLog log, long count, int underWay, int channels) {
        Semaphore room = new Semaphore(underWay);
        long began = System.nanoTime();
        for (long i = 0; i < count; i++) {
            room.acquireUninterruptibly();
            log.append(Hand.publication("c/" + i % channels, DATA)).whenComplete((outcome, failure) -> {
                if (failure != null) failure.printStackTrace();
                room.release();
            });
        }
        room.acquireUninterruptibly(underWay);
        return count * 1e9 / (System.nanoTime() - began);
    }

    private static void appends(Path folder) {
        for (Sync sync : Sync.values()) {
            try (RocksLog log = builder(folder.resolve(sync.name())).sync(sync).open()) {
                perSecond(log, sync == Sync.ALWAYS ? 5_000 : 200_000, 256, 100);
                for (int underWay : new int[] {1, 16, 256, 4_096}) {
                    long count = underWay == 1 ? 20_000 : sync == Sync.ALWAYS ? 40L * underWay + 20_000 : 500_000;
                    System.out.printf(
                            "%s, %d under way: %,.0f appends/s%n",
                            sync, underWay, perSecond(log, count, underWay, 100));
                }
            }
        }
    }

    private static void fill(Path folder, long events, int channels) {
        try (RocksLog log = builder(folder).open()) {
            System.out.printf("filled at %,.0f appends/s%n", perSecond(log, events, 4_096, channels));
            log.stop(new LogUnavailable("the end", null)); // The start is to be that behind a death.
        }
    }

    private static void start(Path folder) {
        long began = System.nanoTime();
        RocksLog log = builder(folder).open();
        System.out.printf("started in %,d ms%n", (System.nanoTime() - began) / 1_000_000);
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        System.out.printf("heap %,d kB%n", (runtime.totalMemory() - runtime.freeMemory()) >> 10);
        System.out.println("head " + log.head());
    }

    private static void reads(Path folder, String selection) throws Exception {
        try (RocksLog log = builder(folder).open()) {
            long began = System.nanoTime();
            Place place = log.locate(new Start.Earliest(), Selection.of(selection), Filter.NONE)
                    .toCompletableFuture()
                    .get();
            long events = 0;
            long cpu = cpuNanos();
            while (events < 200_000) {
                Read read = log.read(place, Selection.of(selection), Filter.NONE, 256, 1 << 20);
                if (read instanceof Read.Elsewhere(var later))
                    read = later.toCompletableFuture().get();
                if (!(read instanceof Read.Batch batch)) break;
                events += batch.entries().size();
                place = place.moved(batch.next());
            }
            System.out.printf(
                    "%s: %,d events at %,.0f/s, %.1f µs CPU each%n",
                    selection, events, events * 1e9 / (System.nanoTime() - began), (cpuNanos() - cpu) / 1e3 / events);
        }
    }

    private static long cpuNanos() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
    }

    /// Many channels, each trimmed again and again, and how long cold reads take meanwhile.
    private static void trims(Path folder, int channels, int keep, long seconds) throws Exception {
        Retention rule = new Retention(Duration.ofDays(7), keep, 64L << 20);
        try (RocksLog log = builder(folder).retention(channel -> rule).open()) {
            perSecond(log, (long) channels * keep, 4_096, channels);
            System.out.println("filled");
            Random random = new Random(1);
            long end = System.nanoTime() + seconds * 1_000_000_000L;
            while (System.nanoTime() < end) {
                double rate = perSecond(log, 500_000, 4_096, channels);
                long[] nanos = new long[500];
                for (int i = 0; i < nanos.length; i++) {
                    String channel = "c/" + random.nextInt(channels);
                    Cursor oldest = log.channel(new dev.sluice.core.channel.ChannelName(channel))
                            .earliest();
                    long began = System.nanoTime();
                    Hand.read(log, Place.at(oldest), channel);
                    nanos[i] = System.nanoTime() - began;
                }
                Arrays.sort(nanos);
                System.out.printf(
                        "%,.0f appends/s, a cold read of up to 1,000 events p50 %,d µs p99 %,d µs%n",
                        rate, nanos[250] / 1_000, nanos[495] / 1_000);
            }
        }
    }
}
