package dev.sluice.server.order;

import dev.sluice.core.log.ForwardingLog;
import dev.sluice.core.log.Log;
import dev.sluice.storage.RocksLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.stream.Stream;

/// A log on disk that can be restarted and killed.
final class CrashableLog extends ForwardingLog {
    private final Path home;
    private final SmallLimits limits;
    private final long tailBytes;
    private int crashes;

    /// @param tailBytes the bytes it keeps in memory; everything else is read from disk
    CrashableLog(Path home, SmallLimits limits, long tailBytes) {
        super(open(home.resolve("0"), limits, tailBytes));
        this.home = home;
        this.limits = limits;
        this.tailBytes = tailBytes;
    }

    private static Log open(Path folder, SmallLimits limits, long tailBytes) {
        return RocksLog.builder(folder)
                .clock(limits.clock())
                .retention(limits.rules())
                .limits(max -> max.entriesMax(limits.entriesMax())
                        .bytesMax(SmallLimits.BYTES_MAX)
                        .tailBytes(tailBytes))
                .reserveBytes(0)
                .open();
    }

    /// Closes the log, and opens it again on the same folder.
    void restart() {
        close();
        forwardTo(open(folder(), limits, tailBytes));
    }

    /// As kill -9: the next log starts with what the operating system has now, whatever this one still writes.
    void crash() {
        Path left = folder();
        crashes++;
        while (!copy(left, folder())) {} // RocksDB removed a file that it had compacted into another: copy again.
    }

    private Path folder() {
        return home.resolve(Integer.toString(crashes));
    }

    private static boolean isNoManifest(Path file) {
        return !file.getFileName().toString().startsWith("MANIFEST");
    }

    /// Returns false if a file was removed meanwhile. The manifest is copied first: it names the others, so none
    /// is missed.
    private static boolean copy(Path from, Path to) {
        try (var all = Files.list(from.resolve("db"))) {
            Files.createDirectories(to.resolve("db"));
            Stream<Path> files = Stream.concat(Stream.of(from.resolve("FORMAT")), all);
            for (Path file : files.sorted(Comparator.comparing(CrashableLog::isNoManifest))
                    .toList()) {
                Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.REPLACE_EXISTING);
            }
            return true;
        } catch (NoSuchFileException gone) {
            return false;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
