package dev.sluice.storage.repair;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.log.ChannelState;
import dev.sluice.core.record.RecordInput;
import dev.sluice.storage.engine.AtomicReplace;
import dev.sluice.storage.engine.Engine;
import dev.sluice.storage.engine.FolderLock;
import dev.sluice.storage.engine.FolderTree;
import dev.sluice.storage.folder.CannotOpenException;
import dev.sluice.storage.folder.LogUnavailableException;
import dev.sluice.storage.folder.OpenFailure;
import dev.sluice.storage.folder.TornTail;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// The result of checking a log that is not in use. A check changes nothing, and creates only the folder's lock.
///
/// @param bytes     the size of all files on disk
/// @param wasClosed whether the last process closed it cleanly
/// @param lives     its epochs, oldest first
/// @param head      its newest position
/// @param timeMs    the time of the head
/// @param channels  the number of channels with retained entries
/// @param torn      writes that a crash cut short, which the next start drops
/// @param faults    inconsistencies, a line each; at most [#FAULTS_MAX]
public record Inspection(
        long bytes,
        boolean wasClosed,
        List<InspectedEpoch> lives,
        Cursor head,
        long timeMs,
        List<ChannelState> channels,
        List<TornTail> torn,
        List<String> faults) {
    /// A log that is damaged in one place is often damaged in many.
    public static final int FAULTS_MAX = 20;

    /// One epoch of the log.
    ///
    /// @param from the position after which the epoch begins
    public record InspectedEpoch(Epoch epoch, long from) {}

    /// Reads all of a log and checks it: the files against their checksums, each channel's record against its events,
    /// and the order of all channels against both. Blocks for as long as that takes.
    ///
    /// @throws CannotOpenException if there is no log, it is in use, or so damaged that it can't be opened
    public static Inspection of(Path folder) {
        Backup.requireLog(folder, "Name the folder of a hub.");
        try (FolderLock _ = FolderLock.of(folder)) {
            return ofLocked(folder);
        }
    }

    /// Like [#of], for a caller that holds the folder's lock.
    static Inspection ofLocked(Path folder) {
        try {
            List<TornTail> torn = Engine.requireWhole(folder);
            try (Engine engine = Engine.openReadOnly(folder)) {
                return new ConsistencyCheck(engine).run(FolderTree.bytes(AtomicReplace.current(folder)), torn);
            }
        } catch (RecordInput.BrokenRecordException | LogUnavailableException | IllegalArgumentException broken) {
            throw Engine.refused(folder, broken);
        } catch (IOException failed) {
            throw new CannotOpenException(
                    OpenFailure.NO_ACCESS, "The log's folder '" + folder + "' can't be read: " + failed, failed);
        }
    }
}
