package dev.sluice.storage;

import dev.sluice.core.log.Retention;
import dev.sluice.storage.folder.CannotOpenException;
import dev.sluice.storage.repair.Inspection;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Fills a log, then the rest of the disk with another file, and starts the log. Prints why the start is
/// refused, the faults that an inspection finds at that time, and the number of events once there is space
/// again.
///
/// `DISK`
final class FullDiskProgram {
    private static final int EVENTS = 100;
    private static final int EVENT_BYTES = 60_000;

    private FullDiskProgram() {}

    public static void main(String[] args) throws IOException {
        Path disk = Path.of(args[0]);
        Path folder = disk.resolve("log");
        try (RocksLog log = open(folder)) {
            for (int i = 0; i < EVENTS; i++) LogFixture.publish(log, "a", "x".repeat(EVENT_BYTES));
        }
        Path filler = disk.resolve("filler");
        fillDisk(filler);
        try {
            open(folder).close();
            System.out.println("open");
        } catch (CannotOpenException refused) {
            System.out.println(refused.reason() + " " + refused.getMessage());
        }
        System.out.println(Inspection.of(folder).faults().size() + " faults");
        Files.delete(filler);
        try (RocksLog log = open(folder)) {
            System.out.println(
                    LogFixture.entries(log, LogFixture.earliest(log, "a"), "a").size() + " events");
        }
        System.exit(0);
    }

    private static RocksLog open(Path folder) {
        return RocksLog.builder(folder)
                .retention(channel -> Retention.ALL)
                .reserveBytes(0)
                .open();
    }

    private static void fillDisk(Path filler) throws IOException {
        for (int size = 1 << 20; size > 0; size /= 2) {
            try (OutputStream bytes =
                    Files.newOutputStream(filler, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                while (true) bytes.write(new byte[size]);
            } catch (IOException full) {
                // A smaller piece may still fit.
            }
        }
    }
}
