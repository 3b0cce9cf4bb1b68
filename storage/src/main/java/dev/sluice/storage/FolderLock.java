package dev.sluice.storage;

import dev.sluice.storage.CannotOpen.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// What whoever uses a log's folder holds, from before the first look at the rest of it. RocksDB's own lock comes too
/// late: damage is looked for before RocksDB opens anything, and what is moved aside is moved with that lock in it.
final class FolderLock implements AutoCloseable {
    private static final String FILE = "LOCK";

    /// In this process: the system's locks belong to the process, and go with the first handle of the file that it
    /// closes.
    private static final Set<Path> HERE = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final FileChannel file;
    private final @Nullable Object key;

    private FolderLock(Path folder, FileChannel file) throws IOException {
        this.folder = folder;
        this.file = file;
        key = key();
    }

    /// Which file there is, where the system can say; its inode.
    private @Nullable Object key() throws IOException {
        return Files.readAttributes(folder.resolve(FILE), BasicFileAttributes.class)
                .fileKey();
    }

    /// Whether the file that is locked still stands in the folder. Where it was removed, another process can lock a
    /// new one, and use the folder at the same time.
    boolean isHeld() {
        try {
            return Objects.equals(key, key());
        } catch (IOException gone) {
            return false;
        }
    }

    Path path() {
        return folder.resolve(FILE);
    }

    /// @throws CannotOpen if somebody has it, or it can't be had
    static FolderLock of(Path folder) {
        try {
            Path real = OwnerOnly.createFolder(folder).toRealPath();
            FolderLock lock = HERE.add(real) ? lock(real) : null;
            if (lock != null) return lock;
        } catch (IOException failed) {
            throw Format.unusable(folder, failed);
        }
        throw new CannotOpen(
                Reason.IN_USE,
                "The log in '" + folder + "' is in use by another process: end that one, or name another folder.",
                null);
    }

    private static @Nullable FolderLock lock(Path real) throws IOException {
        FileChannel file = null;
        FileLock lock = null;
        try {
            file = OwnerOnly.open(real.resolve(FILE));
            lock = file.tryLock();
            return lock == null ? null : new FolderLock(real, file);
        } finally {
            if (lock == null) {
                HERE.remove(real);
                if (file != null) file.close();
            }
        }
    }

    @Override
    public void close() {
        try (file) {
            HERE.remove(folder);
        } catch (IOException failed) {
            throw new IllegalStateException("'" + folder.resolve(FILE) + "' can't be let go", failed);
        }
    }
}
