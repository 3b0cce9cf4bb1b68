package dev.sluice.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// How another process gets a copy of a log that is in use. It must be able to write to the log's folder, as whoever
/// can may do anything with the log anyway; nothing has to listen, and the log writes nowhere but into its own folder.
///
/// ```
/// copies/lock     held by the one who asks; what it leaves when it dies, the log removes, or the next
/// copies/wanted   made by who asks; the log removes it when it is done
/// copies/log/     the copy: made by the log, removed by who asked
/// copies/failed   or else, why not
/// ```
final class Copies {
    static final String FOLDER = "copies";

    private final Path folder;
    private final Engine engine;

    Copies(Path folder, Engine engine) {
        this.folder = folder.resolve(FOLDER);
        this.engine = engine;
    }

    static Path lock(Path copies) {
        return copies.resolve("lock");
    }

    static Path wanted(Path copies) {
        return copies.resolve("wanted");
    }

    static Path made(Path copies) {
        return copies.resolve("log");
    }

    static Path failed(Path copies) {
        return copies.resolve("failed");
    }

    /// Null if somebody has it.
    static @Nullable FileLock lock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException here) {
            return null; // Held by this very process.
        }
    }

    static void clear(Path copies) throws IOException {
        Files.deleteIfExists(Copies.wanted(copies));
        Files.deleteIfExists(Copies.failed(copies));
        Tree.remove(Copies.made(copies));
    }

    /// Makes the copy that is wanted, if one is. Blocks.
    void make() {
        Path wanted = wanted(folder);
        try {
            if (!Files.exists(wanted)) {
                if (Files.exists(made(folder))) removeUnlessInUse();
                return;
            }
            try {
                engine.copyTo(made(folder));
            } catch (LogUnavailable failed) {
                OwnerOnly.write(failed(folder), String.valueOf(failed.getMessage()));
            }
            Files.deleteIfExists(wanted);
        } catch (IOException failed) {
            throw new LogUnavailable("'" + wanted + "' can't be answered: " + failed, failed);
        }
    }

    /// Its links keep files on the disk that the log has long dropped.
    private void removeUnlessInUse() throws IOException {
        try (FileChannel file = OwnerOnly.open(lock(folder));
                FileLock lock = lock(file)) {
            if (lock != null) clear(folder);
        }
    }
}
