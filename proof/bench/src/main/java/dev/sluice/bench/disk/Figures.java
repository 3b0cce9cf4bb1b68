package dev.sluice.bench.disk;

import dev.sluice.app.command.run.HeapTuner;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Read;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.Start;
import dev.sluice.storage.RocksLog;
import dev.sluice.storage.RocksLogBuilder;
import dev.sluice.storage.folder.Sync;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// Prints measurements of the durable log. See [#USAGE].
final class Figures {
    private static final String USAGE = """
            bench/disk appends FOLDER                     appends/s and what an acknowledgement costs, with both syncs
            bench/disk fill FOLDER EVENTS CHANNELS        fills a log and ends as in a crash
            bench/disk start FOLDER                       how long it takes to start, and with how much memory
            bench/disk reads FOLDER SELECTION             how fast old history is read
            bench/disk trims FOLDER CHANNELS EVENTS RATE MINUTES
                                                          channels that keep so many events each, trimmed under so many
                                                          appends/s: does reading become slower?
            bench/disk ages FOLDER CHANNELS               channels written once that become too old: is the memory back?
            """;

    private static final String DATA = "x".repeat(100);
    private static final int BATCH = 100;

    private Figures() {}

    public static void main(String[] args) throws Exception {
        if (args.length < 2) {
            System.err.print(USAGE);
            System.exit(64); // EX_USAGE
        }
        Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory()) // Like the hub.
                .scheduleAtFixedRate(HeapTuner::limit, 1, 1, TimeUnit.SECONDS);
        Path folder = Path.of(args[1]);
        switch (args[0]) {
            case "appends" -> appends(folder);
            case "fill" -> fill(folder, Long.parseLong(args[2]), Integer.parseInt(args[3]));
            case "start" -> start(folder);
            case "reads" -> reads(folder, Selection.of(args[2]));
            case "trims" -> {
                int channels = Integer.parseInt(args[2]);
                int events = Integer.parseInt(args[3]);
                Duration time = Duration.ofSeconds(Math.round(60 * Double.parseDouble(args[5])));
                new Trims(folder, channels, events).run(Integer.parseInt(args[4]), time);
            }
            case "ages" -> Ages.run(folder, Integer.parseInt(args[2]));
            default -> throw new IllegalArgumentException(USAGE);
        }
        System.exit(0);
    }

    private static RocksLogBuilder builder(Path folder) {
        return RocksLog.builder(folder)
                .retention(channel -> Retention.ALL)
                .limits(limits -> limits.bytesMax(Long.MAX_VALUE));
    }

    private static void appends(Path folder) {
        for (Sync sync : Sync.values()) {
            try (RocksLog log = builder(folder.resolve(sync.name())).sync(sync).open()) {
                Load.append(log, sync == Sync.ALWAYS ? 5_000 : 200_000, 256, i -> "c/" + i % 100, DATA);
                for (int inFlight : new int[] {1, 16, 256, 4_096}) {
                    long count = inFlight == 1 ? 20_000 : sync == Sync.ALWAYS ? 40L * inFlight + 20_000 : 500_000;
                    Load.Result result = Load.append(log, count, inFlight, i -> "c/" + i % 100, DATA);
                    System.out.printf(Locale.ROOT, "%s, %,d in flight: %s\n", sync, inFlight, result);
                }
                int batches = sync == Sync.ALWAYS ? 1_000 : 10_000;
                Load.Result result = Load.appendAll(log, batches, 4, BATCH, i -> "c/" + i % 100, DATA);
                System.out.printf(Locale.ROOT, "%s, 4 batches of %d in flight: %s\n", sync, BATCH, result);
            }
        }
    }

    private static void fill(Path folder, long events, int channels) {
        RocksLog log = builder(folder).open();
        System.out.println("filled: " + Load.append(log, events, 4_096, i -> "c/" + i % channels, DATA));
        Runtime.getRuntime().halt(0); // The next start must be one after a crash.
    }

    private static void start(Path folder) {
        long beganNs = System.nanoTime();
        RocksLog log = builder(folder).open();
        System.out.printf(
                Locale.ROOT, "started in %,d ms at %s\n", (System.nanoTime() - beganNs) / 1_000_000, log.head());
        System.out.println(Memory.now());
        log.close();
    }

    private static void reads(Path folder, Selection selection) throws Exception {
        try (RocksLog log = builder(folder).open()) {
            ReadCursor place = log.locate(new Start.Earliest(), selection, Filter.NONE)
                    .toCompletableFuture()
                    .get();
            long events = 0;
            long beganNs = System.nanoTime();
            long cpuNs = cpuNs();
            while (events < 200_000) {
                Read read = log.read(place, selection, Filter.NONE, 256, 1 << 20);
                if (read instanceof Read.Pending(var later))
                    read = later.toCompletableFuture().get();
                if (!(read instanceof Read.Batch batch)) break;
                events += batch.entries().size();
                place = place.moved(batch.next());
            }
            System.out.printf(
                    Locale.ROOT,
                    "%s: %,d events at %,.0f/s, %.1f µs CPU each\n",
                    selection,
                    events,
                    events * 1e9 / (System.nanoTime() - beganNs),
                    (cpuNs() - cpuNs) / 1e3 / events);
        }
    }

    private static long cpuNs() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
    }
}
