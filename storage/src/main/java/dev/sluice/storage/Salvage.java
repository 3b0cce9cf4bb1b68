package dev.sluice.storage;

import dev.sluice.storage.CannotOpen.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/// Makes a sound log of a damaged one: keeps all that can be read, and makes gaps of the rest. Blocks for as long as it
/// takes to read and write all of it.
///
/// @param aside        where the damaged files are now
/// @param entries      that were kept, events and ends
/// @param hurt         channels that lost something, or may have
/// @param mayBeOlder   whether files had to be read one by one, or deletions may be lost: then something may be
///                     back that had been dropped
public record Salvage(Path aside, long entries, long hurt, boolean mayBeOlder) {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    /// Salvages the log of a folder. What it read stays beside it, as `db.damaged-` and the time.
    ///
    /// @return null: there is none, or nothing is damaged, which takes reading all of it
    /// @throws CannotOpen if nothing can be read, or it is in use; then all is as it was
    public static @Nullable Salvage of(Path folder, InstantSource clock) {
        if (!Files.exists(folder)) return null;
        try (FolderLock _ = FolderLock.of(folder)) {
            boolean isLog = Files.exists(Format.file(folder)) || !Integrity.isUnwritten(Swap.current(folder));
            return !isLog || isSound(folder) ? null : run(folder, clock);
        } catch (IOException | LogUnavailable failed) {
            throw new CannotOpen(
                    Reason.NO_ACCESS,
                    "The log in '" + folder + "' can't be salvaged: " + failed.getMessage() + ". See whether the disk"
                            + " has room for what can be read of it once more.",
                    failed);
        }
    }

    private static boolean isSound(Path folder) {
        try {
            return Inspection.ofLocked(folder).faults().isEmpty();
        } catch (CannotOpen cannot) {
            if (cannot.reason() == Reason.DAMAGED) return false;
            throw cannot;
        }
    }

    private static Salvage run(Path folder, InstantSource clock) throws IOException {
        Path aside = folder.resolve(Engine.DATABASE + ".damaged-" + STAMP.format(clock.instant()));
        Swap.finish(folder);
        try {
            Path work = Swap.begin(folder);
            Rescue rescue = rescue(folder, work);
            Swap.run(folder, work.resolve("log").resolve(Engine.DATABASE), aside);
            return new Salvage(aside, rescue.entries(), rescue.hurt(), rescue.mayBeOlder());
        } finally {
            Swap.end(folder);
        }
    }

    private static Rescue rescue(Path folder, Path work) throws IOException {
        try (Remains remains = Remains.of(folder.resolve(Engine.DATABASE), work);
                Engine log = Engine.openLocked(work.resolve("log"))) {
            Rescue rescue = new Rescue(remains, log);
            rescue.run();
            if (rescue.found()) return rescue;
        }
        throw new CannotOpen(
                Reason.DAMAGED,
                "Nothing of the log in '" + folder + "' can be read, so it was left as it is. Restore a backup, or name"
                        + " another folder.",
                null);
    }
}
