package dev.sluice.server.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The state of a file, determined without reading it: a different state means that the file was changed or
/// replaced. Links are followed, so a link to another file also changes the state.
///
/// @param key the file's identity in its file system; null if that has none
public record FileState(
        FileTime modified, long bytes, @Nullable Object key) {
    private static final FileState NONE = new FileState(FileTime.fromMillis(0), -1, null);

    /// The states of several files, in their order. A missing file has a state as well.
    public static List<FileState> of(List<Path> files) {
        return files.stream().map(FileState::of).toList();
    }

    /// The state of one file.
    public static FileState of(Path file) {
        try {
            BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
            return new FileState(found.lastModifiedTime(), found.size(), found.fileKey());
        } catch (IOException missing) {
            return NONE;
        }
    }
}
