package dev.sluice.server.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The state of a file, taken without reading it: another state means that the file was changed or replaced. Links are
/// followed, so a link to another file changes it, too.
///
/// @param key the file's identity in its file system, if that has one
public record FileState(
        FileTime modified, long bytes, @Nullable Object key) {
    private static final FileState NONE = new FileState(FileTime.fromMillis(0), -1, null);

    /// The states of several files, in their order; a file that is not there has one, too.
    public static List<FileState> of(List<Path> files) {
        return files.stream().map(FileState::of).toList();
    }

    private static FileState of(Path file) {
        try {
            BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
            return new FileState(found.lastModifiedTime(), found.size(), found.fileKey());
        } catch (IOException missing) {
            return NONE;
        }
    }
}
