package dev.sluice.storage;

import dev.sluice.storage.CannotOpen.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// The file that says how the rest of a log's folder is to be read: "sluice-log 1".
final class Format {
    private static final String FILE = "FORMAT";
    private static final String NAME = "sluice-log ";
    private static final int VERSION = 1;

    private Format() {}

    static Path file(Path folder) {
        return folder.resolve(FILE);
    }

    /// All of it or nothing, and on the disk.
    static void write(Path folder) throws IOException {
        Path next = Files.writeString(folder.resolve(FILE + ".next"), NAME + VERSION + "\n");
        Tree.sync(next);
        Files.move(next, file(folder), StandardCopyOption.ATOMIC_MOVE);
        Tree.syncFolder(folder);
    }

    /// Makes what is not there yet.
    ///
    /// @throws CannotOpen if this version can't read the log, or the folder can't be used
    static void check(Path folder, Path database) {
        try {
            Files.createDirectories(folder);
            Path format = file(folder);
            if (!Files.exists(format)) {
                if (Files.exists(database.resolve("CURRENT"))) {
                    throw Engine.damaged(folder, "'" + format + "' is missing beside a log", null);
                }
                Files.createDirectories(database);
                write(folder);
                return;
            }
            String line = Files.readString(format).strip();
            int version = version(line);
            if (version < 1) {
                String shown = line.substring(0, Math.min(40, line.length()));
                throw Engine.damaged(folder, "'" + format + "' says '" + shown + "', not the format of a log", null);
            }
            if (version > VERSION) {
                throw new CannotOpen(
                        Reason.NEWER_FORMAT,
                        "The log in '" + folder + "' has format " + version + ", this version reads up to " + VERSION
                                + ": start the newer version that wrote it.",
                        null);
            }
        } catch (IOException failed) {
            throw unusable(folder, failed);
        }
    }

    static CannotOpen unusable(Path folder, IOException failed) {
        return new CannotOpen(
                Reason.NO_ACCESS,
                "The log's folder '" + folder + "' can't be used: " + failed + ". Name another or mend its rights.",
                failed);
    }

    private static int version(String line) {
        if (!line.matches(NAME + "[1-9][0-9]{0,8}")) return 0;
        return Integer.parseInt(line.substring(NAME.length()));
    }
}
