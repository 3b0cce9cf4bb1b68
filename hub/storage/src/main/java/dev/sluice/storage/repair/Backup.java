package dev.sluice.storage.repair;

import dev.sluice.storage.engine.AtomicReplace;
import dev.sluice.storage.engine.Checkpoints;
import dev.sluice.storage.engine.Engine;
import dev.sluice.storage.engine.FolderLock;
import dev.sluice.storage.engine.FolderTree;
import dev.sluice.storage.engine.Format;
import dev.sluice.storage.folder.CannotOpenException;
import dev.sluice.storage.folder.LogUnavailableException;
import dev.sluice.storage.folder.OpenFailure;
import dev.sluice.storage.folder.OwnerOnly;
import dev.sluice.storage.write.RocksReplica;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Takes and restores backups of a log's folder. Each method blocks for as long as the copying takes.
public final class Backup {
    /// A log checks for backup requests once a second, and its disk may be slow.
    private static final Duration ANSWER_MAX = Duration.ofMinutes(1);

    private static final long POLL_MS = 50;

    private Backup() {}

    /// Copies the current state of a log to a folder that is empty or does not exist. The log may be in use.
    ///
    /// @throws CannotOpenException           if there is no log, it can't be copied, or the target is not empty
    /// @throws InterruptedException if this thread is interrupted; the partial copy is not a log
    public static void take(Path folder, Path to) throws InterruptedException {
        requireLog(folder, "Name the folder of a hub.");
        try {
            requireEmpty(to, "Name a folder that is empty or does not exist.");
            copy(folder, folder.resolve(Checkpoints.FOLDER), to);
        } catch (IOException failed) {
            throw failed("The log in '" + folder + "' can't be copied to '" + to + "': ", failed);
        }
    }

    private static void copy(Path folder, Path copies, Path to) throws IOException, InterruptedException {
        OwnerOnly.createFolder(copies);
        try (FileChannel file = OwnerOnly.open(Checkpoints.lock(copies));
                FileLock lock = Checkpoints.lock(file)) {
            if (lock == null) {
                throw new CannotOpenException(
                        OpenFailure.IN_USE, "Another backup of this log is under way: wait until it has ended.", null);
            }
            Checkpoints.clear(copies);
            try {
                Files.createFile(Checkpoints.wanted(copies));
                if (!copyUnlessInUse(folder)) awaitCopy(copies);
                requireMade(copies);
                FolderTree.copy(Checkpoints.made(copies), to);
            } finally {
                Checkpoints.clear(copies);
            }
        }
    }

    /// Makes the copy in this process if no other process uses the log.
    ///
    /// @return false if another process uses it
    private static boolean copyUnlessInUse(Path folder) {
        try (Engine engine = Engine.open(folder, null)) {
            new Checkpoints(folder, engine).make();
            return true;
        } catch (CannotOpenException cannot) {
            if (cannot.reason() == OpenFailure.IN_USE) return false;
            throw cannot;
        }
    }

    private static void awaitCopy(Path copies) throws IOException, InterruptedException {
        long end = System.nanoTime() + ANSWER_MAX.toNanos();
        while (Files.exists(Checkpoints.wanted(copies))) {
            if (System.nanoTime() - end > 0) {
                throw new CannotOpenException(
                        OpenFailure.IN_USE,
                        "The process that uses the log did not answer within " + ANSWER_MAX.toSeconds()
                                + " seconds: check that it responds and has this version.",
                        null);
            }
            Thread.sleep(POLL_MS);
        }
    }

    private static void requireMade(Path copies) throws IOException {
        if (Files.exists(Checkpoints.failed(copies))) {
            throw new CannotOpenException(OpenFailure.NO_ACCESS, Files.readString(Checkpoints.failed(copies)), null);
        }
    }

    /// Restores a backup to a folder that is empty or does not exist. The restored log begins a new epoch, so
    /// that no id issued after the backup is ever issued again: a reader ahead of the backup gets a gap,
    /// other readers are not affected. The backup of a cluster's node becomes the log of a single server.
    ///
    /// @param aside where an existing log is moved, on the same disk and perhaps inside its folder; if null, an
    ///     existing log is an error
    /// @throws CannotOpenException if there is no backup, it is damaged, or a target folder is not empty
    public static void restore(Path from, Path folder, @Nullable Path aside) {
        requireLog(from, "Name a folder that a backup made.");
        try {
            if (aside != null && hasLog(folder)) requireEmpty(aside, "Move it away.");
            else requireEmpty(folder, "Move it away first, or name another folder.");
            try (FolderLock _ = FolderLock.of(folder)) { // Keeps others from opening the log while it is incomplete.
                // The existing log may be damaged: only its lock matters here.
                if (aside != null && hasLog(folder)) moveAside(folder, from, aside);
                FolderTree.copy(from, folder);
                try (Engine engine = Engine.openLocked(folder)) { // Fails if the backup is damaged.
                    if (RocksReplica.isIn(engine)) RocksReplica.leaveCluster(engine);
                }
            }
        } catch (LogUnavailableException damaged) {
            throw Engine.refused(folder, damaged);
        } catch (IOException failed) {
            throw failed("The backup '" + from + "' can't be restored to '" + folder + "': ", failed);
        }
    }

    /// Moves a log out of its folder, which stays: it may be a mount point. FORMAT is moved last, or the
    /// database if FORMAT is missing: until then a start reports the folder as damaged, so that a crash in between
    /// mixes nothing.
    private static void moveAside(Path folder, Path from, Path aside) throws IOException {
        Path target = OwnerOnly.createFolder(aside).toRealPath();
        Path backup = from.toRealPath();
        Path place = folder.toRealPath();
        Path database = AtomicReplace.current(place);
        if (target.startsWith(database)) {
            Files.deleteIfExists(target);
            throw new CannotOpenException(
                    OpenFailure.NOT_EMPTY,
                    "'" + aside + "' is inside the log that is to be moved there: name another folder.",
                    null);
        }
        Path last = Files.exists(Format.file(place)) ? Format.file(place) : database;
        List<Path> files = new ArrayList<>(FolderTree.contents(place));
        files.removeIf(file -> target.startsWith(file) || backup.startsWith(file));
        if (files.remove(last)) files.addLast(last);
        List<Path> moved = new ArrayList<>();
        try {
            for (Path file : files) {
                Files.move(file, target.resolve(file.getFileName()));
                moved.add(file);
            }
        } catch (IOException failed) {
            moveBack(moved, target, failed);
            throw failed(
                    "The log in '" + folder + "' can't be moved to '" + aside + "', which must be on the same disk: ",
                    failed);
        }
        FolderTree.syncFolder(target);
        FolderTree.syncFolder(place);
    }

    /// Undoes what was moved: a mount point, or a folder of another user, can't be.
    private static void moveBack(List<Path> moved, Path target, IOException failed) {
        for (Path file : moved.reversed()) {
            try {
                Files.move(target.resolve(file.getFileName()), file);
            } catch (IOException stuck) {
                failed.addSuppressed(stuck);
            }
        }
    }

    private static boolean hasLog(Path folder) {
        return Files.exists(folder.resolve(Engine.DATABASE)) || AtomicReplace.isInterrupted(folder);
    }

    public static void requireLog(Path folder, String advice) {
        if (hasLog(folder) && Files.exists(Format.file(folder))) return;
        throw new CannotOpenException(OpenFailure.NO_LOG, "There is no log in '" + folder + "'. " + advice, null);
    }

    private static void requireEmpty(Path folder, String advice) throws IOException {
        if (FolderTree.isEmpty(folder)) return;
        throw new CannotOpenException(
                OpenFailure.NOT_EMPTY, "There are files in '" + folder + "' already. " + advice, null);
    }

    private static CannotOpenException failed(String what, IOException failed) {
        return new CannotOpenException(OpenFailure.NO_ACCESS, what + failed + ".", failed);
    }
}
