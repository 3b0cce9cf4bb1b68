package dev.sluice.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Puts what was salvaged in the place of what is damaged. A death in its midst costs nothing: either the damaged
/// database is still there, or the whole new one waits for the next start, which puts it there. For who has the
/// folder's lock.
///
/// ```
/// salvage/        where it is made
/// db.salvaged/    all of it, on the disk
/// ```
final class Swap {
    private static final System.Logger LOG = System.getLogger(Swap.class.getName());

    private Swap() {}

    /// The folder to make it in, empty.
    static Path begin(Path folder) throws IOException {
        clear(folder);
        return OwnerOnly.createFolder(work(folder));
    }

    /// @param made  the new database, closed
    /// @param aside where the damaged one goes
    static void run(Path folder, Path made, Path aside) throws IOException {
        Format.write(folder); // First: where this is missing, a missing database would be a log that has yet to be.
        Tree.syncFolder(made);
        Files.move(made, ready(folder));
        Tree.syncFolder(folder);
        Files.move(database(folder), aside);
        complete(folder);
    }

    /// Goes on where a death interrupted it, if one did.
    static void finish(Path folder) throws IOException {
        if (!isUnderWay(folder)) return;
        LOG.log(System.Logger.Level.WARNING, "a salvage was interrupted and is finished now, folder=" + folder);
        complete(folder);
    }

    private static void complete(Path folder) throws IOException {
        Files.move(ready(folder), database(folder));
        Tree.syncFolder(folder);
    }

    /// Whether a death interrupted it.
    static boolean isUnderWay(Path folder) {
        return Files.exists(ready(folder)) && !Files.exists(database(folder));
    }

    /// Where the database is now, before it is finished too.
    static Path current(Path folder) {
        return isUnderWay(folder) ? ready(folder) : database(folder);
    }

    /// Removes what is left of it, whether it was done or not.
    static void end(Path folder) {
        try {
            clear(folder);
        } catch (IOException failed) {
            LOG.log(System.Logger.Level.WARNING, "'" + work(folder) + "' can't be removed: do so by hand", failed);
        }
    }

    private static void clear(Path folder) throws IOException {
        Tree.remove(work(folder));
        if (Files.exists(database(folder))) Tree.remove(ready(folder));
    }

    private static Path database(Path folder) {
        return folder.resolve(Engine.DATABASE);
    }

    private static Path work(Path folder) {
        return folder.resolve("salvage");
    }

    private static Path ready(Path folder) {
        return folder.resolve(Engine.DATABASE + ".salvaged");
    }
}
