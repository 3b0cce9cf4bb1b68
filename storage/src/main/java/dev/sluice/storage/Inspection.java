package dev.sluice.storage;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.log.ChannelState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// What a look at a log that nobody uses has found. It changes nothing, and makes nothing but the lock of the folder.
///
/// @param bytes     on disk, all files together
/// @param wasClosed whether its last life ended cleanly
/// @param lives     its epochs, oldest first
/// @param head      its newest place
/// @param timeMs    when that was
/// @param channels  those that keep something
/// @param torn      what a crash cut short, and the next start drops
/// @param faults    what does not fit together, a line each; at most [#FAULTS_MAX]
public record Inspection(
        long bytes,
        boolean wasClosed,
        List<Life> lives,
        Cursor head,
        long timeMs,
        List<ChannelState> channels,
        List<TornTail> torn,
        List<String> faults) {
    /// A log that is broken in one place is often broken in many.
    public static final int FAULTS_MAX = 20;

    /// One life of the log.
    ///
    /// @param from its places lie behind this one
    public record Life(Epoch epoch, long from) {}

    /// Reads all of a log and checks it: the files against their checksums, each channel's record against its events,
    /// and the order of all channels against both. Blocks for as long as that takes.
    ///
    /// @throws CannotOpen if there is no log, it is in use, or so damaged that it can't be opened
    public static Inspection of(Path folder) {
        Backup.requireLog(folder, "Name the folder of a hub.");
        try (FolderLock _ = FolderLock.of(folder)) {
            return ofLocked(folder);
        }
    }

    /// The same for who has the folder's lock.
    static Inspection ofLocked(Path folder) {
        try {
            List<TornTail> torn = Engine.requireWhole(folder);
            try (Engine engine = Engine.openToLook(folder)) {
                return new Check(engine).run(Tree.bytes(Swap.current(folder)), torn);
            }
        } catch (In.Broken | LogUnavailable | IllegalArgumentException broken) {
            throw Engine.refused(folder, broken);
        } catch (IOException failed) {
            throw new CannotOpen(
                    CannotOpen.Reason.NO_ACCESS, "The log's folder '" + folder + "' can't be read: " + failed, failed);
        }
    }
}
