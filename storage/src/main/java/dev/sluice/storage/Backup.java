package dev.sluice.storage;

import dev.sluice.storage.CannotOpen.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Copies of a log's folder, made and put back. Each method blocks for as long as it takes to copy.
public final class Backup {
    /// A log looks once a second whether a copy is wanted, and its disk may be slow.
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final long LOOK_MS = 50;

    private Backup() {}

    /// Copies a log as it is now to a folder that is empty or does not exist, be the log in use or not.
    ///
    /// @throws CannotOpen           if there is no log, it can't be copied, or there is something already
    /// @throws InterruptedException if this thread is; what was copied by then is no log
    public static void take(Path folder, Path to) throws InterruptedException {
        requireLog(folder, "Name the folder of a hub.");
        try {
            requireEmpty(to, "Name a folder that is empty or does not exist.");
            copy(folder, folder.resolve(Copies.FOLDER), to);
        } catch (IOException failed) {
            throw failed("The log in '" + folder + "' can't be copied to '" + to + "': ", failed);
        }
    }

    private static void copy(Path folder, Path copies, Path to) throws IOException, InterruptedException {
        OwnerOnly.createFolder(copies);
        try (FileChannel file = OwnerOnly.open(Copies.lock(copies));
                FileLock lock = Copies.lock(file)) {
            if (lock == null) {
                throw new CannotOpen(Reason.IN_USE, "Another backup of this log is under way: let it end first.", null);
            }
            Copies.clear(copies);
            try {
                Files.createFile(Copies.wanted(copies));
                if (!answered(folder)) await(copies);
                requireMade(copies);
                Tree.copy(Copies.made(copies), to);
            } finally {
                Copies.clear(copies);
            }
        }
    }

    /// Makes the copy here, if nobody has the log.
    private static boolean answered(Path folder) {
        try (Engine engine = Engine.open(folder, null)) {
            new Copies(folder, engine).make();
            return true;
        } catch (CannotOpen cannot) {
            if (cannot.reason() == Reason.IN_USE) return false;
            throw cannot;
        }
    }

    private static void await(Path copies) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (Files.exists(Copies.wanted(copies))) {
            if (System.nanoTime() - end > 0) {
                throw new CannotOpen(
                        Reason.IN_USE,
                        "The process that has the log did not answer within " + PATIENCE.toSeconds()
                                + " seconds: see whether it runs, and is of this version.",
                        null);
            }
            Thread.sleep(LOOK_MS);
        }
    }

    private static void requireMade(Path copies) throws IOException {
        if (Files.exists(Copies.failed(copies))) {
            throw new CannotOpen(Reason.NO_ACCESS, Files.readString(Copies.failed(copies)), null);
        }
    }

    /// Makes a log of a backup, in a folder that is empty or does not exist. It goes on under an epoch of
    /// its own, so that no id of a log that went on elsewhere is given again: a reader who is ahead of the
    /// backup is told a gap, the others notice nothing.
    ///
    /// @param aside where a log that stands there already is moved to; null: it is refused
    /// @throws CannotOpen if there is no backup, it is damaged, or something is in the way
    public static void restore(Path from, Path folder, @Nullable Path aside) {
        requireLog(from, "Name a folder that a backup made.");
        try {
            if (aside != null && hasLog(folder)) {
                requireEmpty(aside, "Move it away.");
                try (FolderLock _ = FolderLock.of(folder)) { // That it may be damaged does not matter here.
                    Files.deleteIfExists(aside);
                    Files.move(folder, aside);
                }
            }
            requireEmpty(folder, "Move it away first, or name another folder.");
            try (FolderLock _ = FolderLock.of(folder)) { // Or somebody may begin a log in half of this one.
                Tree.copy(from, folder);
                Engine.openLocked(folder).close(); // Or it is damaged.
            }
        } catch (IOException failed) {
            throw failed("The backup '" + from + "' can't be restored to '" + folder + "': ", failed);
        }
    }

    private static boolean hasLog(Path folder) {
        return Files.exists(folder.resolve(Engine.DATABASE)) || Swap.isUnderWay(folder);
    }

    static void requireLog(Path folder, String advice) {
        if (hasLog(folder) && Files.exists(Format.file(folder))) return;
        throw new CannotOpen(Reason.NO_LOG, "There is no log in '" + folder + "'. " + advice, null);
    }

    private static void requireEmpty(Path folder, String advice) throws IOException {
        if (Tree.isEmpty(folder)) return;
        throw new CannotOpen(Reason.NOT_EMPTY, "There is something in '" + folder + "' already. " + advice, null);
    }

    private static CannotOpen failed(String what, IOException failed) {
        return new CannotOpen(Reason.NO_ACCESS, what + failed + ".", failed);
    }
}
