package dev.sluice.cluster.raft;

import dev.sluice.cluster.folder.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;

/// The Raft log that a node has set aside because it could not continue with it. It stays in the folder for
/// inspection until the next one replaces it.
public final class SetAsideLog {
    /// A disk that loses data more often needs an operator.
    private static final Duration PAUSE = Duration.ofHours(6);

    private SetAsideLog() {}

    private static Path aside(Path folder) {
        return folder.resolve(RaftSettings.FOLDER + "-set-aside");
    }

    /// Sets the Raft log of a node's folder aside. Does nothing if an earlier process did so before it crashed.
    public static void move(Path folder, Instant now) throws IOException {
        Path raft = folder.resolve(RaftSettings.FOLDER);
        if (!Files.exists(raft)) return;
        Path aside = aside(folder);
        Folders.remove(aside);
        Files.move(raft, aside, StandardCopyOption.ATOMIC_MOVE);
        Files.setLastModifiedTime(aside, FileTime.from(now));
        Folders.sync(folder);
    }

    /// Returns true if a log was set aside recently, and also if the time can't be read.
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
