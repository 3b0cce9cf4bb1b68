package dev.sluice.storage.engine;

import dev.sluice.storage.folder.LogUnavailableException;
import dev.sluice.storage.folder.OwnerOnly;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Lets another process copy a log that is in use. The other process must be able to write to the log's
/// folder, which already allows it to do anything with the log; in return no port has to be open, and
/// the log writes only to its own folder.
///
/// ```
/// copies/lock     held by the requesting process; if it dies, the log or the next request removes its files
/// copies/wanted   the request: created by the requesting process, removed by the log when it is done
/// copies/log/     the copy: created by the log, removed by the requesting process
/// copies/failed   instead of the copy: why it failed
/// ```
public final class Checkpoints {
    public static final String FOLDER = "copies";

    private final Path folder;
    private final Engine engine;

    public Checkpoints(Path folder, Engine engine) {
        this.folder = folder.resolve(FOLDER);
        this.engine = engine;
    }

    public static Path lock(Path copies) {
        return copies.resolve("lock");
    }

    public static Path wanted(Path copies) {
        return copies.resolve("wanted");
    }

    public static Path made(Path copies) {
        return copies.resolve("log");
    }

    public static Path failed(Path copies) {
        return copies.resolve("failed");
    }

    /// @return null if the lock is held elsewhere
    static @Nullable public FileLock lock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException here) {
            return null; // Held by this process.
        }
    }

    public static void clear(Path copies) throws IOException {
        Files.deleteIfExists(Checkpoints.wanted(copies));
        Files.deleteIfExists(Checkpoints.failed(copies));
        FolderTree.remove(Checkpoints.made(copies));
    }

    public boolean isRequested() {
        return Files.exists(wanted(folder));
    }

    /// Makes the requested copy; without a request, removes an abandoned one. Blocks.
    public void make() {
        if (!isRequested()) {
            removeAbandoned();
            return;
        }
        Path wanted = wanted(folder);
        try {
            try {
                engine.copyTo(made(folder));
            } catch (LogUnavailableException failed) {
                OwnerOnly.write(failed(folder), String.valueOf(failed.getMessage()));
            }
            Files.deleteIfExists(wanted);
        } catch (IOException failed) {
            throw new LogUnavailableException("'" + wanted + "' can't be answered: " + failed, failed);
        }
    }

    /// Removes a copy that no process uses. Its links keep files on disk after the log has dropped them.
    public void removeAbandoned() {
        if (!Files.exists(made(folder))) return;
        try (FileChannel file = OwnerOnly.open(lock(folder));
                FileLock lock = lock(file)) {
            if (lock != null) clear(folder);
        } catch (IOException failed) {
            throw new LogUnavailableException("'" + folder + "' can't be cleared: " + failed, failed);
        }
    }
}
