package dev.sluice.cluster.raft;

import dev.sluice.cluster.folder.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;

/// The Raft log that a node has set aside because it could not continue with it. It stays in the folder for inspection
/// until the next one takes its place.
public final class SetAsideLog {
    /// A disk that loses data again and again needs a person.
    private static final Duration PAUSE = Duration.ofHours(6);

    private SetAsideLog() {}

    private static Path aside(Path folder) {
        return folder.resolve(RaftSettings.FOLDER + "-set-aside");
    }

    /// Sets the Raft log of a node's folder aside. Does nothing if a process before a crash did it.
    public static void move(Path folder, Instant now) throws IOException {
        Path raft = folder.resolve(RaftSettings.FOLDER);
        if (!Files.exists(raft)) return;
        Path aside = aside(folder);
        Folders.remove(aside);
        Files.move(raft, aside, StandardCopyOption.ATOMIC_MOVE);
        Files.setLastModifiedTime(aside, FileTime.from(now));
        Folders.sync(folder);
    }

    /// Whether one was set aside lately, or that can't be found out.
    public static boolean isRecent(Path folder, Instant now) {
        try {
            Path aside = aside(folder);
            return Files.exists(aside)
                    && Files.getLastModifiedTime(aside).toInstant().isAfter(now.minus(PAUSE));
        } catch (IOException _) {
            return true;
        }
    }
}
