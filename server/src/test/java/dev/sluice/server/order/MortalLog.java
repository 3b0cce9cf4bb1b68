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

/// The log on disk, over all its lives.
final class MortalLog extends ForwardingLog {
    private final Path home;
    private final Little little;
    private final long tailBytes;
    private int deaths;

    /// @param tailBytes what it has in memory; all else is read from disk
    MortalLog(Path home, Little little, long tailBytes) {
        super(open(home.resolve("0"), little, tailBytes));
        this.home = home;
        this.little = little;
        this.tailBytes = tailBytes;
    }

    private static Log open(Path folder, Little little, long tailBytes) {
        return RocksLog.builder(folder)
                .clock(little.clock())
                .retention(little.rules())
                .entriesMax(little.entriesMax())
                .bytesMax(Little.BYTES_MAX)
                .tailBytes(tailBytes)
                .reserveBytes(0)
                .open();
    }

    /// Ends this life, and begins the next where the folder stands.
    void restart() {
        close();
        become(open(folder(), little, tailBytes));
    }

    /// As kill -9: the next life begins with what the operating system has now, whatever this one still does.
    void die() {
        Path left = folder();
        deaths++;
        while (!copy(left, folder())) {} // A file went that RocksDB had merged into another: once more.
    }

    private Path folder() {
        return home.resolve(Integer.toString(deaths));
    }

    private static boolean isNoManifest(Path file) {
        return !file.getFileName().toString().startsWith("MANIFEST");
    }

    /// False if a file went meanwhile. First the manifest, which names the others: so none of them is missed.
    private static boolean copy(Path from, Path to) {
        try (var all = Files.list(from.resolve("db"))) {
            Files.createDirectories(to.resolve("db"));
            Stream<Path> files = Stream.concat(Stream.of(from.resolve("FORMAT")), all);
            for (Path file :
                    files.sorted(Comparator.comparing(MortalLog::isNoManifest)).toList()) {
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
