package dev.sluice.server.tls;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/// Writes files of a folder that only their owner may read, regardless of the umask.
final class PrivateFiles {
    private static final boolean IS_POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    /// File locks only exclude other processes.
    private static final ReentrantLock IN_PROCESS = new ReentrantLock();

    private PrivateFiles() {}

    private static FileAttribute<?>[] permissions(String permissions) {
        return IS_POSIX
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    /// Creates a folder if it does not exist.
    static void createFolder(Path folder) throws IOException {
        Files.createDirectories(folder, permissions("rwx------"));
    }

    /// Writes a new file.
    ///
    /// @throws java.nio.file.FileAlreadyExistsException if it exists
    static void create(Path file, String text) throws IOException {
        try (FileChannel channel = open(file, StandardOpenOption.CREATE_NEW)) {
            write(channel, text);
        }
    }

    private static void write(FileChannel channel, String text) throws IOException {
        var bytes = StandardCharsets.US_ASCII.encode(text);
        while (bytes.hasRemaining()) channel.write(bytes);
        channel.force(true);
    }

    /// The right to change a folder.
    interface Lock extends AutoCloseable {
        @Override
        void close() throws IOException;
    }

    /// Creates a folder if it does not exist, and waits until no other process modifies its files.
    static Lock lock(Path folder) throws IOException {
        createFolder(folder);
        IN_PROCESS.lock();
        FileChannel file = null;
        try {
            file = open(folder.resolve("lock"), StandardOpenOption.CREATE);
            file.lock();
        } catch (IOException | RuntimeException failed) {
            IN_PROCESS.unlock();
            if (file != null) file.close();
            throw failed;
        }
        FileChannel locked = file;
        return () -> {
            try {
                locked.close();
            } finally {
                IN_PROCESS.unlock();
            }
        };
    }

    /// Replaces a file atomically: readers see the previous content or the complete text.
    static void replace(Path file, String text) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(draft); // A file that a crash left may have other permissions.
        try (FileChannel channel = open(draft, StandardOpenOption.CREATE_NEW)) {
            write(channel, text);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static FileChannel open(Path file, StandardOpenOption creation) throws IOException {
        return FileChannel.open(file, Set.of(creation, StandardOpenOption.WRITE), permissions("rw-------"));
    }
}
