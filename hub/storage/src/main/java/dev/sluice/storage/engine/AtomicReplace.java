package dev.sluice.storage.engine;

import dev.sluice.core.encoding.LogField;
import dev.sluice.storage.folder.OwnerOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Replaces a damaged database with a salvaged one, or a node's with a copy of another node's. A crash in between loses
/// nothing: either the former database is still in place, or the complete new one waits for the next start, which moves
/// it into place. The caller holds the folder's lock.
///
/// ```
/// salvage/        where the new database is written
/// db.salvaged/    the complete new database, synced to disk
/// ```
public final class AtomicReplace {
    private static final System.Logger LOG = System.getLogger(AtomicReplace.class.getName());

    private AtomicReplace() {}

    /// Creates the empty folder in which the new database is written.
    public static Path begin(Path folder) throws IOException {
        clear(folder);
        return OwnerOnly.createFolder(work(folder));
    }

    /// @param made  the new database, closed
    /// @param aside where the damaged one is moved
    public static void run(Path folder, Path made, Path aside) throws IOException {
        Format.write(folder); // First: without FORMAT and database, the folder would count as a new log.
        FolderTree.syncFolder(made);
        Files.move(made, salvaged(folder));
        FolderTree.syncFolder(folder);
        Files.move(database(folder), aside);
        complete(folder);
    }

    /// Completes a replacement that a crash interrupted, if there is one.
    public static void finish(Path folder) throws IOException {
        if (!isInterrupted(folder)) return;
        LOG.log(
                System.Logger.Level.WARNING,
                "a replaced database is moved into place now, folder=" + LogField.quoted(folder));
        complete(folder);
    }

    private static void complete(Path folder) throws IOException {
        Files.move(salvaged(folder), database(folder));
        FolderTree.syncFolder(folder);
    }

    /// @return true if a crash interrupted a replacement
    public static boolean isInterrupted(Path folder) {
        return Files.exists(salvaged(folder)) && !Files.exists(database(folder));
    }

    /// The current place of the database, also before an interrupted replacement is completed.
    public static Path current(Path folder) {
        return isInterrupted(folder) ? salvaged(folder) : database(folder);
    }

    /// Removes the temporary files of a replacement, whether it succeeded or not.
    public static void end(Path folder) {
        try {
            clear(folder);
        } catch (IOException failed) {
            LOG.log(System.Logger.Level.WARNING, "'" + work(folder) + "' can't be removed: remove it by hand", failed);
        }
    }

    private static void clear(Path folder) throws IOException {
        FolderTree.remove(work(folder));
        if (Files.exists(database(folder))) FolderTree.remove(salvaged(folder));
    }

    private static Path database(Path folder) {
        return folder.resolve(Engine.DATABASE);
    }

    private static Path work(Path folder) {
        return folder.resolve("salvage");
    }

    private static Path salvaged(Path folder) {
        return folder.resolve(Engine.DATABASE + ".salvaged");
    }
}
