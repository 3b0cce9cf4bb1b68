package dev.sluice.storage.folder;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// Creates files and folders that only their owner may read, whatever the umask, because events are stored unencrypted.
/// RocksDB creates its own files with the umask's permissions; their folder keeps other users out.
public final class OwnerOnly {
    private static final Set<PosixFilePermission> FOLDER = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
    private static final boolean IS_POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private OwnerOnly() {}

    private static FileAttribute<?>[] attributes(Set<PosixFilePermission> permissions) {
        return IS_POSIX
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }

    /// Creates a folder if it does not exist. An existing one keeps its permissions, which are its creator's
    /// choice.
    public static Path createFolder(Path folder) throws IOException {
        return Files.createDirectories(folder, attributes(FOLDER));
    }

    /// Opens a file for writing; creates it if it does not exist.
    public static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), attributes(FILE));
    }

    /// Writes a text to a file, replacing its content.
    public static Path write(Path file, String text) throws IOException {
        try (FileChannel channel = open(file)) {
            channel.truncate(0);
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) channel.write(bytes);
        }
        return file;
    }

    /// Restricts an existing file or folder to its owner. Without effect if it belongs to another user.
    public static void restrict(Path path) {
        try {
            if (IS_POSIX) Files.setPosixFilePermissions(path, Files.isDirectory(path) ? FOLDER : FILE);
        } catch (IOException notOurs) {
            return;
        }
    }
}
