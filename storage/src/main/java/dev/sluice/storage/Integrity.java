package dev.sluice.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Whether the files of a database are whole, as far as that shows without reading the tables. It is looked at before
/// RocksDB opens anything, because RocksDB takes much that is broken for the work of a crash: it goes on without what
/// lies behind, makes anew what is missing, and deletes the files that it no longer knows.
///
/// What a crash leaves is no damage: a last record that is cut short, tables that the MANIFEST does not name (yet, or
/// any more), files of the write-ahead log that are no longer needed.
final class Integrity {
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

    /// What is broken or missing, in words; null: nothing.
    @Nullable
    String fault() {
        return fault;
    }

    /// What a crash cut short.
    List<TornTail> torn() {
        return torn;
    }

    private @Nullable String findFault() throws IOException {
        Path current = database.resolve("CURRENT");
        if (!Files.exists(current)) return "'" + current + "' is missing";
        Path file;
        try {
            file = Manifest.current(database);
        } catch (In.Broken broken) {
            return "'" + current + "' is broken";
        }
        if (!Files.exists(file)) return "'" + file + "' is missing";
        Manifest manifest;
        try {
            manifest = Manifest.read(file);
        } catch (In.Broken broken) {
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
        for (Map.Entry<Long, Long> each : manifest.tables().entrySet()) {
            Path table = database.resolve("%06d.sst".formatted(each.getKey()));
            if (!Files.exists(table)) return "'" + table + "' is missing";
            if (Files.size(table) != each.getValue()) {
                return "'" + table + "' has " + Files.size(table) + " bytes, not the " + each.getValue()
                        + " that were written";
            }
        }
        return null;
    }

    private @Nullable String walFault(Manifest manifest) throws IOException {
        Continuity continuity = new Continuity(manifest.lastSequence() + 1);
        List<TornTail> manifestTorn = List.copyOf(torn);
        for (Path wal : WalFile.all(database)) {
            if (WalFile.number(wal) < manifest.firstWal()) continue; // A crash kept it from being removed.
            continuity.begin();
            RecordFile.Reading reading = WalFile.read(wal, continuity);
            if (continuity.beginsLate) return "something of the write-ahead log is missing in front of '" + wal + "'";
            if (reading.isBroken())
                return "'" + wal + "' is broken " + (reading.isLostAtEnd() ? "at its end" : "in its midst");
            if (continuity.isTorn) return "'" + wal + "' is broken in its midst";
            if (!continuity.isFirst) torn.retainAll(manifestTorn); // Nothing is missing behind it.
            addTorn(wal, reading);
        }
        return isNewestWalMissing(database, manifest)
                ? "the newest file of the write-ahead log in '" + database + "' is missing"
                : null;
    }

    static boolean isNewestWalMissing(Path database, Manifest manifest) throws IOException {
        List<Path> wals = WalFile.all(database);
        long newest = wals.isEmpty() ? 0 : WalFile.number(wals.getLast());
        return newest < manifest.newestWalMin();
    }

    /// Whether a database without FORMAT is one that a crash kept from being made: nothing was ever written to it.
    static boolean isUnwritten(Path database) throws IOException {
        if (!Files.exists(database)) return true;
        if (!Tree.list(database, ".*\\.sst").isEmpty()) return false;
        boolean[] isWritten = {false};
        for (Path wal : WalFile.all(database)) WalFile.read(wal, batch -> isWritten[0] = true);
        return !isWritten[0];
    }

    /// Whether the first batch begins where the tables end, or before, and each other where the one before ends. One
    /// that does not, in the same file or the next, lies behind something that is lost.
    private static final class Continuity implements Consumer<byte[]> {
        private long expected;
        private boolean isFirst;
        private boolean beginsLate;
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
            beginsLate |= isLate && isFirst;
            isTorn |= isLate;
            isFirst = false;
            expected = WalFile.next(batch);
        }
    }
}
