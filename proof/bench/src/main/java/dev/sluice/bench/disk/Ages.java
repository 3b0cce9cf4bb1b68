package dev.sluice.bench.disk;

import dev.sluice.core.log.Retention;
import dev.sluice.storage.RocksLog;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/// Channels that get one event each, which then expires. The log remembers the loss for a day, which takes
/// memory; after that it forgets the channels completely.
final class Ages {
    private static final Duration AGE = Duration.ofMinutes(10);
    private static final String DATA = "x".repeat(100);

    private Ages() {}

    static void run(Path folder, int channels) {
        AtomicLong nowMs = new AtomicLong(System.currentTimeMillis());
        Retention rule = new Retention(AGE, 1_000, Retention.ALL.maxBytes());
        try (RocksLog log = RocksLog.builder(folder)
                .clock(() -> Instant.ofEpochMilli(nowMs.get()))
                .retention(channel -> rule)
                .open()) {
            print("open", folder);
            for (int life = 1; life <= 3; life++) {
                String prefix = "once/" + life + "/";
                Load.Result result = Load.append(log, channels, 4_096, i -> prefix + i, DATA);
                System.out.printf(Locale.ROOT, "life %d: %,d channels written to once, %s\n", life, channels, result);
                print("written", folder);
                nowMs.addAndGet(AGE.multipliedBy(2).toMillis());
                maintain(log, "trimmed", folder);
                nowMs.addAndGet(Duration.ofDays(2).toMillis());
                maintain(log, "a day later", folder);
            }
        }
    }

    private static void maintain(RocksLog log, String label, Path folder) {
        long beganNs = System.nanoTime();
        do log.maintain();
        while (!log.channels(null, 1).isEmpty());
        log.maintain();
        print(String.format(Locale.ROOT, "%s in %,d ms", label, (System.nanoTime() - beganNs) / 1_000_000), folder);
    }

    private static void print(String label, Path folder) {
        System.out.printf(Locale.ROOT, "%s: %s, %,d MB on disk\n", label, Memory.now(), Memory.diskBytes(folder) >> 20);
    }
}
