package dev.sluice.storage;

import dev.sluice.storage.CannotOpen.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// The file that says how the rest of a log's folder is to be read: "sluice-log 1".
final class Format {
    private static final String FILE = "FORMAT";
    private static final String NAME = "sluice-log ";
    private static final int VERSION = 1;

    /// More than any that was ever written.
    private static final int BYTES_MAX = 40;

    private Format() {}

    static Path file(Path folder) {
        return folder.resolve(FILE);
    }

    /// All of it or nothing, and on the disk.
    static void write(Path folder) throws IOException {
        Path next = OwnerOnly.write(folder.resolve(FILE + ".next"), NAME + VERSION + "\n");
        Tree.sync(next);
        Files.move(next, file(folder), StandardCopyOption.ATOMIC_MOVE);
        Tree.syncFolder(folder);
    }

    static boolean isMissing(Path folder) {
        return Files.notExists(file(folder)) && !Swap.isUnderWay(folder);
    }

    /// @throws CannotOpen if this version can't read the log, or nobody knows which could
    static void require(Path folder) throws IOException {
        Path format = file(folder);
        if (Files.notExists(format)) throw Engine.damaged(folder, "'" + format + "' is missing beside a log", null);
        String line = line(format);
        int version = version(line);
        if (version < 1) {
            throw Engine.damaged(folder, "'" + format + "' says '" + shown(line) + "', not the format of a log", null);
        }
        if (version > VERSION) {
            throw new CannotOpen(
                    Reason.NEWER_FORMAT,
                    "The log in '" + folder + "' has format " + version + ", this version reads up to " + VERSION
                            + ": start the newer version that wrote it. If there was none, '" + format
                            + "' is damaged: write '" + NAME + VERSION + "' there.",
                    null);
        }
    }

    /// Whatever bytes are there: those of a damaged file need not be UTF-8.
    private static String line(Path format) throws IOException {
        try (InputStream bytes = Files.newInputStream(format)) {
            return new String(bytes.readNBytes(BYTES_MAX), StandardCharsets.ISO_8859_1).strip();
        }
    }

    /// In one line, without what a terminal takes for a command.
    private static String shown(String line) {
        return line.replaceAll("[^ -~]", "?");
    }

    static CannotOpen unusable(Path folder, IOException failed) {
        CannotOpen lacking = CannotOpen.forLack(folder, String.valueOf(failed.getMessage()), failed);
        if (lacking != null) return lacking;
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
