package dev.sluice.storage.engine;

import dev.sluice.storage.folder.OwnerOnly;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/// Copies and removes the files of a log's folder.
public final class FolderTree {
    /// RocksDB's lock and its info log.
    private static final Set<String> NOT_COPIED = Set.of("LOCK", "LOG");

    /// In an empty folder: the lock of its user, and what a new file system begins with.
    private static final Set<String> NO_CONTENT = Set.of("LOCK", "lost+found");

    private FolderTree() {}

    /// Copies a log that is not being written, and syncs the copy. FORMAT is copied last, so that a partial
    /// copy is not taken for a log.
    public static void copy(Path from, Path to) throws IOException {
        OwnerOnly.createFolder(to);
        Path database = OwnerOnly.createFolder(to.resolve(Engine.DATABASE));
        for (Path file : list(from.resolve(Engine.DATABASE))) {
            String name = name(file);
            if (Files.isRegularFile(file) && !NOT_COPIED.contains(name) && !name.startsWith("LOG.old")) {
                copyFile(file, database.resolve(name));
            }
        }
        syncFolder(database);
        copyFile(Format.file(from), Format.file(to));
        syncFolder(to);
    }

    private static void copyFile(Path from, Path to) throws IOException {
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        OwnerOnly.restrict(to);
        sync(to);
    }

    static void sync(Path file) throws IOException {
        try (FileChannel written = FileChannel.open(file, StandardOpenOption.WRITE)) {
            written.force(true);
        }
    }

    /// Links a file under another name; copies it where the file system has no links.
    public static void link(Path from, Path to) throws IOException {
        try {
            Files.createLink(to, from);
        } catch (UnsupportedOperationException | FileSystemException noLinks) {
            Files.copy(from, to);
        }
    }

    /// Syncs the names in a folder, where the system can open a folder for that.
    public static void syncFolder(Path folder) throws IOException {
        if (System.getProperty("os.name").startsWith("Windows")) return;
        try (FileChannel names = FileChannel.open(folder)) {
            names.force(true);
        }
    }

    /// The size of all files together. A file that RocksDB deletes during the call counts as 0.
    public static long bytes(Path folder) throws IOException {
        long bytes = 0;
        for (Path file : list(folder)) bytes += file.toFile().length();
        return bytes;
    }

    /// Returns true if a folder does not exist, or has nothing but the lock of its user and what a new file
    /// system begins with.
    public static boolean isEmpty(Path folder) throws IOException {
        return !Files.exists(folder) || contents(folder).isEmpty();
    }

    /// Lists all files of a folder but those that an [empty][#isEmpty] one may have.
    public static List<Path> contents(Path folder) throws IOException {
        return list(folder).stream()
                .filter(file -> !NO_CONTENT.contains(name(file)))
                .toList();
    }

    public static void remove(Path folder) throws IOException {
        if (!Files.exists(folder)) return;
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }

    /// Lists files sorted by length, then name: RocksDB's numbers have six digits or more, so this is also their order.
    public static List<Path> list(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.sorted(FolderTree::compareNumbers).toList();
        }
    }

    private static int compareNumbers(Path one, Path other) {
        int shorter = Integer.compare(name(one).length(), name(other).length());
        return shorter != 0 ? shorter : name(one).compareTo(name(other));
    }

    /// Lists files whose names match a pattern.
    public static List<Path> list(Path folder, String names) throws IOException {
        return list(folder).stream().filter(file -> name(file).matches(names)).toList();
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }
}
