package dev.sluice.storage;

import dev.sluice.storage.CannotOpen.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The file that says how the rest of a log's folder is to be read: "sluice-log 1".
final class Format {
    private static final String FILE = "FORMAT";
    private static final String NAME = "sluice-log ";
    private static final int VERSION = 1;

    private Format() {}

    static Path file(Path folder) {
        return folder.resolve(FILE);
    }

    static void write(Path folder) throws IOException {
        Files.writeString(file(folder), NAME + VERSION + "\n");
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
            throw new CannotOpen(
                    Reason.NO_ACCESS,
                    "The log's folder '" + folder + "' can't be used: " + failed + ". Name another or mend its rights.",
                    failed);
        }
    }

    private static int version(String line) {
        if (!line.matches(NAME + "[1-9][0-9]{0,8}")) return 0;
        return Integer.parseInt(line.substring(NAME.length()));
    }
}
