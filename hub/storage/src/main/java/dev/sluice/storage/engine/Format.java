package dev.sluice.storage.engine;

import dev.sluice.storage.folder.CannotOpenException;
import dev.sluice.storage.folder.OpenFailure;
import dev.sluice.storage.folder.OwnerOnly;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// The file with the format version of a log's folder: "sluice-log 2".
///
/// - 1: each entry has its own record in the order of all channels.
/// - 2: entries may share a record, see [dev.sluice.storage.record.Extent].
public final class Format {
    private static final String FILE = "FORMAT";
    private static final String NAME = "sluice-log ";
    private static final int VERSION = 2;

    /// More than any version ever wrote.
    private static final int BYTES_MAX = 40;

    private Format() {}

    public static Path file(Path folder) {
        return folder.resolve(FILE);
    }

    /// Writes the file atomically and syncs it.
    public static void write(Path folder) throws IOException {
        Path next = OwnerOnly.write(folder.resolve(FILE + ".next"), NAME + VERSION + "\n");
        FolderTree.sync(next);
        Files.move(next, file(folder), StandardCopyOption.ATOMIC_MOVE);
        FolderTree.syncFolder(folder);
    }

    public static boolean isMissing(Path folder) {
        return Files.notExists(file(folder)) && !AtomicReplace.isInterrupted(folder);
    }

    /// Marks a log of an older version before anything is written that the older one can't read.
    static void raise(Path folder) throws IOException {
        if (version(line(file(folder))) < VERSION) write(folder);
    }

    /// @throws CannotOpenException if this version can't read the log, or the file is damaged
    static void require(Path folder) throws IOException {
        Path format = file(folder);
        if (Files.notExists(format)) throw Engine.damaged(folder, "'" + format + "' is missing beside a log", null);
        String line = line(format);
        int version = version(line);
        if (version < 1) {
            throw Engine.damaged(
                    folder, "'" + format + "' says '" + printable(line) + "', not the format of a log", null);
        }
        if (version > VERSION) {
            throw new CannotOpenException(
                    OpenFailure.NEWER_FORMAT,
                    "The log in '" + folder + "' has format " + version + ", this version reads up to " + VERSION
                            + ": start the newer version that wrote it. If there was none, '" + format
                            + "' is damaged: write '" + NAME + VERSION + "' there.",
                    null);
        }
    }

    /// Decodes any bytes: those of a damaged file need not be UTF-8.
    private static String line(Path format) throws IOException {
        try (InputStream bytes = Files.newInputStream(format)) {
            return new String(bytes.readNBytes(BYTES_MAX), StandardCharsets.ISO_8859_1).strip();
        }
    }

    /// Removes control characters, which a terminal would interpret.
    private static String printable(String line) {
        return line.replaceAll("[^ -~]", "?");
    }

    public static CannotOpenException unusable(Path folder, IOException failed) {
        CannotOpenException exhausted =
                CannotOpenException.forExhaustion(folder, String.valueOf(failed.getMessage()), failed);
        if (exhausted != null) return exhausted;
        String description = failed.toString();
        return description.contains("Input/output error")
                ? Engine.diskFailed(folder, description, failed)
                : noAccess(folder, description, failed);
    }

    /// Explains that this process may not use a log's folder.
    static CannotOpenException noAccess(Path folder, String description, Exception cause) {
        boolean isReadOnly = description.contains("Read-only file system");
        return new CannotOpenException(
                OpenFailure.NO_ACCESS,
                "The log's folder '" + folder + "' can't be used by " + ProcessUser.text() + ": " + description + ". "
                        + (isReadOnly
                                ? "Mount it writable; a systemd unit with ProtectSystem= names it in ReadWritePaths=."
                                : "Name another folder, or fix its permissions."),
                cause);
    }

    private static int version(String line) {
        if (!line.matches(NAME + "[1-9][0-9]{0,8}")) return 0;
        return Integer.parseInt(line.substring(NAME.length()));
    }
}
