package dev.sluice.bench.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/// The memory of this process.
///
/// @param foundBytes resident memory at first, including RocksDB and garbage
/// @param rssBytes   resident memory after garbage collections
/// @param heapBytes  heap in use after them
record Memory(long foundBytes, long rssBytes, long heapBytes) {
    /// The garbage collector returns memory in steps; this number of collections returns all of it.
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

    /// The size of the database's files.
    static long diskBytes(Path folder) {
        try (Stream<Path> files = Files.list(folder.resolve("db"))) {
            return files.mapToLong(file -> file.toFile().length()).sum(); // A file deleted in between counts as 0.
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "RSS %,d MB, collected %,d MB, of them heap %,d MB",
                foundBytes >> 20,
                rssBytes >> 20,
                heapBytes >> 20);
    }
}
