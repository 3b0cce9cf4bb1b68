package dev.sluice.storage.repair;

import dev.sluice.storage.engine.AtomicReplace;
import dev.sluice.storage.engine.Engine;
import dev.sluice.storage.engine.FolderLock;
import dev.sluice.storage.engine.Format;
import dev.sluice.storage.engine.Integrity;
import dev.sluice.storage.folder.CannotOpenException;
import dev.sluice.storage.folder.LogUnavailableException;
import dev.sluice.storage.folder.OpenFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Turns a damaged log into an intact one: keeps everything readable, and turns the rest into gaps. Blocks
/// for as long as it takes to read and write all of it.
///
/// @param aside      where the damaged files are now
/// @param entries    the number kept, events and channel ends
/// @param damaged    the number of channels that lost entries, or may have
/// @param mayBeOlder whether files had to be read one by one, or deletions may be lost: dropped events may be back
public record Salvage(Path aside, long entries, long damaged, boolean mayBeOlder) {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    /// Salvages the log of a folder. The damaged files stay beside it, as `db.damaged-` and the time.
    ///
    /// @return null if there is no log, or it is intact, which takes reading all of it
    /// @throws CannotOpenException if nothing can be read, or the log is in use; the folder is then unchanged
    public static @Nullable Salvage of(Path folder, InstantSource clock) {
        if (!Files.exists(folder)) return null;
        try (FolderLock _ = FolderLock.of(folder)) {
            boolean isLog = Files.exists(Format.file(folder)) || !Integrity.isUnwritten(AtomicReplace.current(folder));
            return !isLog || isSound(folder) ? null : run(folder, clock);
        } catch (IOException | LogUnavailableException failed) {
            throw new CannotOpenException(
                    OpenFailure.NO_ACCESS,
                    "The log in '" + folder + "' can't be salvaged: " + failed.getMessage() + ". Check that the disk"
                            + " has room for a second copy of what can be read.",
                    failed);
        }
    }

    private static boolean isSound(Path folder) {
        try {
            return Inspection.ofLocked(folder).faults().isEmpty();
        } catch (CannotOpenException cannot) {
            if (cannot.reason() == OpenFailure.DAMAGED) return false;
            throw cannot;
        }
    }

    private static Salvage run(Path folder, InstantSource clock) throws IOException {
        Path aside = folder.resolve(Engine.DATABASE + ".damaged-" + STAMP.format(clock.instant()));
        AtomicReplace.finish(folder);
        try {
            Path work = AtomicReplace.begin(folder);
            Repair repair = repair(folder, work);
            AtomicReplace.run(folder, work.resolve("log").resolve(Engine.DATABASE), aside);
            return new Salvage(aside, repair.entries(), repair.damagedChannels(), repair.mayBeOlder());
        } finally {
            AtomicReplace.end(folder);
        }
    }

    private static Repair repair(Path folder, Path work) throws IOException {
        try (DamagedReader reader = DamagedReader.of(folder.resolve(Engine.DATABASE), work);
                Engine log = Engine.openLocked(work.resolve("log"))) {
            Repair repair = new Repair(reader, log);
            repair.run();
            if (repair.found()) return repair;
        }
        throw new CannotOpenException(
                OpenFailure.DAMAGED,
                "Nothing of the log in '" + folder + "' can be read, so it was left as it is. Restore a backup, or name"
                        + " another folder.",
                null);
    }
}
