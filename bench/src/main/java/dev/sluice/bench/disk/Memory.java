package dev.sluice.bench.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// What this process holds.
///
/// @param foundBytes that the operating system counted, with all that RocksDB and the JVM hold
/// @param rssBytes   that were left of them behind collections of garbage
/// @param heapBytes  that are in use then
record Memory(long foundBytes, long rssBytes, long heapBytes) {
    /// So many make the collector give back what it can: it does that in steps.
    private static final int COLLECTIONS = 4;

    static Memory now() {
        long found = rss();
        for (int i = 0; i < COLLECTIONS; i++) System.gc();
        return new Memory(
                found,
                rss(),
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }

    private static long rss() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            String rss =
                    lines.filter(line -> line.startsWith("VmRSS:")).findFirst().orElseThrow();
            return Long.parseLong(rss.replaceAll("[^0-9]", "")) << 10;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Of all files below a folder.
    static long diskBytes(Path folder) {
        try (Stream<Path> files = Files.list(folder.resolve("db"))) {
            return files.mapToLong(file -> file.toFile().length()).sum(); // 0 for one that went meanwhile.
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public String toString() {
        return "RSS %,d MB, collected %,d MB, of them heap %,d MB"
                .formatted(foundBytes >> 20, rssBytes >> 20, heapBytes >> 20);
    }
}
