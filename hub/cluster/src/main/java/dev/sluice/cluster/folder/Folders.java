package dev.sluice.cluster.folder;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Measures, syncs and removes folders.
public final class Folders {
    private Folders() {}

    /// The bytes of all files in a folder.
    public static long bytes(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(folder)) {
            all = files.filter(Files::isRegularFile).toList();
        }
        long bytes = 0;
        for (Path each : all) bytes += Files.size(each);
        return bytes;
    }

    /// Syncs the names of a folder's files, so that a crash does not undo an earlier rename.
    public static void sync(Path folder) throws IOException {
        try (var names = FileChannel.open(folder)) {
            names.force(true);
        }
    }

    /// Removes a folder and all in it, if there is one.
    public static void remove(Path folder) throws IOException {
        if (!Files.exists(folder)) return;
        List<Path> all;
        try (Stream<Path> files = Files.walk(folder)) {
            all = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : all) Files.delete(each);
    }
}
