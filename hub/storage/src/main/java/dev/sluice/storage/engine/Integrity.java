package dev.sluice.storage.engine;

import dev.sluice.core.record.RecordInput;
import dev.sluice.storage.folder.TornTail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Checks the files of a database for damage, as far as that is possible without reading the tables. It runs
/// before RocksDB opens anything, because RocksDB mistakes many kinds of damage for the effect of a crash: it
/// ignores records after the damage, recreates missing files, and deletes files that it no longer knows.
///
/// The effects of a crash are not damage: a last record that is cut short, tables that the MANIFEST does not
/// name yet or no longer names, files of the write-ahead log that are no longer needed.
public final class Integrity {
    private final Path database;
    private final List<TornTail> torn = new ArrayList<>();
    private @Nullable String fault;

    private Integrity(Path database) {
        this.database = database;
    }

    static Integrity of(Path database) throws IOException {
        Integrity integrity = new Integrity(database);
        integrity.fault = integrity.findFault();
        return integrity;
    }

    /// A description of the damage, or null if there is none.
    @Nullable
    String fault() {
        return fault;
    }

    /// The writes that a crash cut short.
    List<TornTail> torn() {
        return torn;
    }

    private @Nullable String findFault() throws IOException {
        Path current = database.resolve("CURRENT");
        if (!Files.exists(current)) return "'" + current + "' is missing";
        Path file;
        try {
            file = Manifest.current(database);
        } catch (RecordInput.BrokenRecordException broken) {
            return "'" + current + "' is broken";
        }
        if (!Files.exists(file)) return "'" + file + "' is missing";
        Manifest manifest;
        try {
            manifest = Manifest.read(file);
        } catch (RecordInput.BrokenRecordException broken) {
            return "'" + file + "' is broken";
        }
        if (!manifest.isWhole()) return "'" + file + "' is broken";
        addTorn(file, manifest.reading());
        String tableFault = tableFault(manifest);
        return tableFault != null ? tableFault : walFault(manifest);
    }

    private void addTorn(Path file, RecordFile.Reading reading) {
        if (reading.tornBytes() > 0) torn.add(new TornTail(file, reading.tornBytes()));
    }

    private @Nullable String tableFault(Manifest manifest) throws IOException {
        for (Map.Entry<Long, Long> sizeByNumber : manifest.tables().entrySet()) {
            Path table = database.resolve(String.format(Locale.ROOT, "%06d.sst", sizeByNumber.getKey()));
            if (!Files.exists(table)) return "'" + table + "' is missing";
            if (Files.size(table) != sizeByNumber.getValue()) {
                return "'" + table + "' has " + Files.size(table) + " bytes, not the " + sizeByNumber.getValue()
                        + " that were written";
            }
        }
        return null;
    }

    private @Nullable String walFault(Manifest manifest) throws IOException {
        Continuity continuity = new Continuity(manifest.lastSequence() + 1);
        List<TornTail> manifestTorn = List.copyOf(torn);
        for (Path wal : WalFile.all(database)) {
            if (WalFile.number(wal) < manifest.firstWal()) continue; // A crash prevented its removal.
            continuity.begin();
            RecordFile.Reading reading = WalFile.read(wal, continuity);
            if (continuity.isStartMissing) return "part of the write-ahead log is missing before '" + wal + "'";
            if (reading.isBroken())
                return "'" + wal + "' is broken " + (reading.isLostAtEnd() ? "at its end" : "in the middle");
            if (continuity.isTorn) return "'" + wal + "' is broken in the middle";
            // A torn end of an earlier file lost nothing: the batches of this file continue without a gap.
            if (!continuity.isFirst) torn.retainAll(manifestTorn);
            addTorn(wal, reading);
        }
        return isNewestWalMissing(database, manifest)
                ? "the newest file of the write-ahead log in '" + database + "' is missing"
                : null;
    }

    public static boolean isNewestWalMissing(Path database, Manifest manifest) throws IOException {
        List<Path> wals = WalFile.all(database);
        long newest = wals.isEmpty() ? 0 : WalFile.number(wals.getLast());
        return newest < manifest.newestWalMin();
    }

    /// @return true if a database without FORMAT was never written to, because a crash interrupted its creation
    public static boolean isUnwritten(Path database) throws IOException {
        if (!Files.exists(database)) return true;
        if (!FolderTree.list(database, ".*\\.sst").isEmpty()) return false;
        boolean[] isWritten = {false};
        for (Path wal : WalFile.all(database)) WalFile.read(wal, batch -> isWritten[0] = true);
        return !isWritten[0];
    }

    /// Checks that the first batch begins where the tables end, or before, and each other one where its predecessor
    /// ends. A batch that begins later follows a lost one, in the same file or across files.
    private static final class Continuity implements Consumer<byte[]> {
        private long expected;
        private boolean isFirst;
        private boolean isStartMissing;
        private boolean isTorn;

        Continuity(long expected) {
            this.expected = expected;
        }

        void begin() {
            isFirst = true;
        }

        @Override
        public void accept(byte[] batch) {
            boolean isLate = WalFile.sequence(batch) > expected;
            isStartMissing |= isLate && isFirst;
            isTorn |= isLate;
            isFirst = false;
            expected = WalFile.next(batch);
        }
    }
}
