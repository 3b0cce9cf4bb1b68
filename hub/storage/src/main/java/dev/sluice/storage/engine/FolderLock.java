package dev.sluice.storage.engine;

import dev.sluice.storage.folder.CannotOpenException;
import dev.sluice.storage.folder.OpenFailure;
import dev.sluice.storage.folder.OwnerOnly;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The lock on a log's folder, held by its user from before the first look at the other files. RocksDB's own lock is
/// too late and too deep: damage is checked before RocksDB opens anything, and moving a database aside moves that lock
/// with it.
public final class FolderLock implements AutoCloseable {
    private static final String FILE = "LOCK";

    /// A hub checks its lock every second, and stops publishing if it is gone.
    private static final Duration NOTICE_TIME = Duration.ofSeconds(2);

    /// The folders locked by this process. The system's locks belong to the process, and are released with the first
    /// handle of the file that it closes.
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final Path path;
    private final FileChannel file;
    private final @Nullable Object key;

    private FolderLock(Path folder, FileChannel file) throws IOException {
        this.folder = folder;
        this.path = folder.resolve(FILE);
        this.file = file;
        key = key();
    }

    /// The identity of the lock file (its inode), if the system has one.
    private @Nullable Object key() throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    /// @return true if the locked file is still in the folder. If it was removed, another process can lock a new one,
    ///         and use the folder at the same time.
    boolean isHeld() {
        try {
            return Objects.equals(key, key());
        } catch (IOException gone) {
            return false;
        }
    }

    Path path() {
        return path;
    }

    /// @throws CannotOpenException if another process holds the lock, or it can't be taken
    public static FolderLock of(Path folder) {
        return of(folder, FolderLock::pause);
    }

    /// A log without a lock file may belong to a running hub whose lock file was removed: that hub is
    /// given time to notice.
    public static FolderLock of(Path folder, Consumer<Duration> pause) {
        try {
            Path real = OwnerOnly.createFolder(folder).toRealPath();
            boolean isRemoved = Files.exists(real.resolve(Engine.DATABASE)) && Files.notExists(real.resolve(FILE));
            FolderLock lock = HELD_HERE.add(real) ? lock(real) : null;
            if (lock != null && isRemoved) pause.accept(NOTICE_TIME);
            if (lock != null) return lock;
        } catch (IOException failed) {
            throw Format.unusable(folder, failed);
        }
        throw new CannotOpenException(
                OpenFailure.IN_USE,
                "The log in '" + folder + "' is in use by another process: stop that one, or name another folder.",
                null);
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt(); // The start continues; the code that interrupted it checks the flag.
        }
    }

    private static @Nullable FolderLock lock(Path real) throws IOException {
        FileChannel file = null;
        FolderLock lock = null;
        try {
            file = OwnerOnly.open(real.resolve(FILE));
            FileLock held = file.tryLock();
            if (held != null) lock = new FolderLock(real, file);
            return lock;
        } finally {
            if (lock == null) {
                HELD_HERE.remove(real);
                if (file != null) file.close();
            }
        }
    }

    @Override
    public void close() {
        try (file) {
            HELD_HERE.remove(folder);
        } catch (IOException failed) {
            throw new IllegalStateException("'" + path + "' can't be released", failed);
        }
    }
}
