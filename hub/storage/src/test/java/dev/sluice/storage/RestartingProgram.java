package dev.sluice.storage;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.TestLog;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Random;

/// Fills a log, then the rest of the disk with another file, and starts the log repeatedly. Each time it deletes a
/// channel, as an operator short of space would. Prints `open` for each start.
///
/// `DISK STARTS`
final class RestartingProgram {
    private static final int CHANNELS = 50;
    private static final int EVENTS = 12_000;
    private static final int EVENT_BYTES = 20_000;

    /// Too little for RocksDB to compact.
    private static final long FREE_BYTES = 40L << 20;

    private RestartingProgram() {}

    public static void main(String[] args) throws IOException {
        Path disk = Path.of(args[0]);
        Path folder = disk.resolve("log");
        try (RocksLog log = open(folder)) {
            fill(log);
        }
        fillDisk(disk);
        for (int start = 0; start < Integer.parseInt(args[1]); start++) {
            try (RocksLog log = open(folder)) {
                System.out.println("open");
                TestLog.get(log.delete(new ChannelName("c/" + start)));
            }
        }
        System.exit(0);
    }

    private static RocksLog open(Path folder) {
        return RocksLog.builder(folder)
                .retention(channel -> Retention.ALL)
                .limits(limits -> limits.tailBytes(1 << 20))
                .reserveBytes(0)
                .open();
    }

    private static void fill(RocksLog log) {
        byte[] noise = new byte[EVENT_BYTES * 3 / 4]; // Incompressible.
        Random random = new Random(1);
        for (int i = 0; i < EVENTS; i++) {
            random.nextBytes(noise);
            LogFixture.publish(log, "c/" + i % CHANNELS, Base64.getEncoder().encodeToString(noise));
        }
    }

    private static void fillDisk(Path disk) throws IOException {
        byte[] block = new byte[1 << 20];
        try (OutputStream filler = Files.newOutputStream(disk.resolve("filler"))) {
            while (Files.getFileStore(disk).getUsableSpace() > FREE_BYTES) filler.write(block);
        }
    }
}
