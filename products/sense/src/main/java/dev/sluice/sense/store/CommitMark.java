package dev.sluice.sense.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// The number of the newest transaction, in a file beside the database, which contains the same number.
/// SQLite silently treats a damaged or truncated write-ahead log as one that ends at the damage; then the
/// number in the database is smaller than the one in this file.
///
/// The file is written after the transaction and is not synced: after a kill or a loss of power its number
/// may be smaller, but never larger.
final class CommitMark implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(CommitMark.class.getName());
    private static final int DIGITS = 19;

    private final RandomAccessFile file; // A channel would be closed if a thread that uses it is interrupted.
    private boolean isFailing;

    private CommitMark(RandomAccessFile file) {
        this.file = file;
    }

    /// Returns the path of the file that belongs to a database.
    static Path of(Path database) {
        return database.resolveSibling(database.getFileName() + "-commits");
    }

    static CommitMark open(Path database) throws IOException {
        return new CommitMark(new RandomAccessFile(of(database).toFile(), "rw"));
    }

    /// Returns the number in the file of a database; 0 if there is no file.
    static long read(Path database) throws IOException {
        Path file = of(database);
        if (!Files.exists(file)) return 0;
        String text = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException torn) { // Nothing is known then, as if there were no file.
            return 0;
        }
    }

    /// Records that a transaction was committed.
    void write(long number) {
        String text = String.format(Locale.ROOT, "%0" + DIGITS + "d\n", number);
        try {
            file.seek(0);
            file.write(text.getBytes(StandardCharsets.ISO_8859_1));
            isFailing = false;
        } catch (IOException failed) { // The transaction is committed; only a later damage to it would not be detected.
            if (!isFailing) LOG.log(Level.WARNING, "the number of a transaction can't be written", failed);
            isFailing = true;
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
