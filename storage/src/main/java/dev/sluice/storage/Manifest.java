package dev.sluice.storage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What RocksDB's MANIFEST says: a [RecordFile] of version edits, each a list of tags with their values. Families that
/// were dropped are not known here, as the log drops none.
final class Manifest {
    // RocksDB's db/version_edit.h.
    private static final int COMPARATOR = 1;
    private static final int LOG_NUMBER = 2;
    private static final int NEXT_FILE = 3;
    private static final int LAST_SEQUENCE = 4;
    private static final int COMPACT_CURSOR = 5;
    private static final int DELETED_FILE = 6;
    private static final int PREVIOUS_LOG = 9;
    private static final int MIN_LOG_TO_KEEP = 10;
    private static final int NEW_FILE = 103;
    private static final int FAMILY = 200;
    private static final int FAMILY_NAME = 201;
    private static final int MAX_FAMILY = 203;
    private static final int IN_ATOMIC_GROUP = 300;
    /// Unknown tags with this bit may be passed over.
    private static final int IGNORABLE = 1 << 13;

    private static final int WAL_ADDED = IGNORABLE + 7;

    private final Path file;
    private final Map<Long, String> families = new HashMap<>(Map.of(0L, "default"));
    private final Map<Long, Long> logNumbers = new HashMap<>();
    private final TreeMap<Long, Long> tables = new TreeMap<>();
    private final List<Edit> group = new ArrayList<>();
    private RecordFile.Reading reading = new RecordFile.Reading(true, true, 0);
    private long minLogToKeep;
    private long lastSequence;
    private long newestClosedWal;

    private Manifest(Path file) {
        this.file = file;
    }

    /// The file that CURRENT names; it need not exist.
    ///
    /// @throws In.Broken if CURRENT names none
    static Path current(Path database) throws IOException {
        String name = new String(Files.readAllBytes(database.resolve("CURRENT")), StandardCharsets.ISO_8859_1);
        if (!name.matches("MANIFEST-[0-9]+\n")) throw new In.Broken();
        return database.resolve(name.strip());
    }

    /// @throws In.Broken if something in it can't be understood
    static Manifest read(Path file) throws IOException {
        Manifest manifest = new Manifest(file);
        manifest.reading = RecordFile.read(file, record -> manifest.take(new Edit(record)));
        return manifest;
    }

    Path file() {
        return file;
    }

    /// How the file stands.
    RecordFile.Reading reading() {
        return reading;
    }

    /// Whether all of it could be read, and it names all families.
    boolean isWhole() {
        return !reading.isBroken() && families.values().containsAll(Engine.FAMILIES);
    }

    /// Those in use, by number, with their sizes in bytes.
    Map<Long, Long> tables() {
        return tables;
    }

    /// Up to which change the tables have, or the write-ahead log had when this was written.
    long lastSequence() {
        return lastSequence;
    }

    /// The number of the first file of the write-ahead log that is still needed.
    long firstWal() {
        long first = families.keySet().stream()
                .mapToLong(id -> logNumbers.getOrDefault(id, 0L))
                .min()
                .orElse(0);
        return Math.max(first, minLogToKeep);
    }

    /// The least number that the newest file of the write-ahead log can have: a family's table has all up to a file
    /// that was begun then, and a file is closed only when another was begun.
    long newestWalMin() {
        long newest =
                logNumbers.values().stream().mapToLong(Long::longValue).max().orElse(0);
        return Math.max(newest, newestClosedWal + 1);
    }

    private void take(Edit edit) {
        group.add(edit);
        if (edit.leftInGroup > 0) return; // All of them count, or none.
        group.forEach(this::apply);
        group.clear();
    }

    private void apply(Edit edit) {
        if (edit.familyName != null) families.put(edit.family, edit.familyName);
        if (edit.logNumber > 0) logNumbers.put(edit.family, edit.logNumber);
        edit.deleted.forEach(tables::remove);
        tables.putAll(edit.added);
        minLogToKeep = Math.max(minLogToKeep, edit.minLogToKeep);
        lastSequence = Math.max(lastSequence, edit.lastSequence);
        newestClosedWal = Math.max(newestClosedWal, edit.closedWal);
    }

    /// One record.
    private static final class Edit {
        private final In in;
        long family;

        @Nullable
        String familyName;

        long logNumber;
        long minLogToKeep;
        long lastSequence;
        long closedWal;
        long leftInGroup;
        final List<Long> deleted = new ArrayList<>();
        final Map<Long, Long> added = new HashMap<>();

        Edit(byte[] record) {
            in = new In(record);
            while (in.hasMore()) takeTag((int) in.number());
        }

        private void takeTag(int tag) {
            switch (tag) {
                case COMPARATOR -> in.bytes();
                case LOG_NUMBER -> logNumber = in.number();
                case NEXT_FILE, PREVIOUS_LOG, MAX_FAMILY -> in.number();
                case LAST_SEQUENCE -> lastSequence = in.number();
                case COMPACT_CURSOR -> {
                    in.number();
                    in.bytes();
                }
                case DELETED_FILE -> {
                    in.number();
                    deleted.add(in.number());
                }
                case MIN_LOG_TO_KEEP -> minLogToKeep = in.number();
                case NEW_FILE -> takeFile();
                case FAMILY -> family = in.number();
                case FAMILY_NAME -> familyName = new String(in.bytes(), StandardCharsets.ISO_8859_1);
                case IN_ATOMIC_GROUP -> leftInGroup = in.number();
                case WAL_ADDED -> takeWal(new In(in.bytes()));
                default -> {
                    if ((tag & IGNORABLE) == 0) throw new In.Broken();
                    in.bytes();
                }
            }
        }

        private void takeFile() {
            in.number(); // its level
            added.put(in.number(), in.number());
            in.bytes(); // its smallest key, and its largest
            in.bytes();
            in.number(); // the same of its changes
            in.number();
            while (in.number() != 1) in.bytes(); // whatever else, up to a mark of the end
        }

        /// Of a file that is written on, only the beginning is told, without a size.
        private void takeWal(In wal) {
            long number = wal.number();
            boolean isClosed = wal.number() == 2;
            if (isClosed) closedWal = number;
        }
    }
}
