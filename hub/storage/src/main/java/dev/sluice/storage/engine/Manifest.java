package dev.sluice.storage.engine;

import dev.sluice.core.record.RecordInput;
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

/// The content of RocksDB's MANIFEST: a [RecordFile] of version edits, each a list of tags with values. Dropped
/// families are not tracked, as the log drops none.
public final class Manifest {
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
    /// Unknown tags with this bit can be skipped.
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
    /// @throws RecordInput.BrokenRecordException if CURRENT names none
    static Path current(Path database) throws IOException {
        String name = new String(Files.readAllBytes(database.resolve("CURRENT")), StandardCharsets.ISO_8859_1);
        if (!name.matches("MANIFEST-[0-9]+\n")) throw new RecordInput.BrokenRecordException();
        return database.resolve(name.strip());
    }

    /// @throws RecordInput.BrokenRecordException if an edit can't be understood
    public static Manifest read(Path file) throws IOException {
        Manifest manifest = new Manifest(file);
        manifest.reading = RecordFile.read(file, record -> manifest.take(new Edit(record)));
        return manifest;
    }

    public Path file() {
        return file;
    }

    /// The state of the file.
    RecordFile.Reading reading() {
        return reading;
    }

    /// @return true if the whole file is readable and names all families
    public boolean isWhole() {
        return !reading.isBroken() && families.values().containsAll(Engine.FAMILIES);
    }

    /// The tables in use, by number, with their sizes in bytes.
    Map<Long, Long> tables() {
        return tables;
    }

    /// The last change in the tables, or in the write-ahead log when this MANIFEST was written.
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

    /// The least possible number of the newest write-ahead log file: a family's tables contain all changes up to a file
    /// that existed then, and a file is closed only when another one is begun.
    long newestWalMin() {
        long newest =
                logNumbers.values().stream().mapToLong(Long::longValue).max().orElse(0);
        return Math.max(newest, newestClosedWal + 1);
    }

    private void take(Edit edit) {
        group.add(edit);
        if (edit.leftInGroup > 0) return; // A group is applied as a whole or not at all.
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

    /// One version edit.
    private static final class Edit {
        private final RecordInput in;
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
            in = new RecordInput(record);
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
                case WAL_ADDED -> takeWal(new RecordInput(in.bytes()));
                default -> {
                    if ((tag & IGNORABLE) == 0) throw new RecordInput.BrokenRecordException();
                    in.bytes();
                }
            }
        }

        private void takeFile() {
            in.number(); // level
            added.put(in.number(), in.number());
            in.bytes(); // smallest and largest key
            in.bytes();
            in.number(); // smallest and largest sequence number
            in.number();
            while (in.number() != 1) in.bytes(); // optional fields, up to the end tag
        }

        /// A file that is still written to is listed without a size.
        private void takeWal(RecordInput wal) {
            long number = wal.number();
            boolean isClosed = wal.number() == 2;
            if (isClosed) closedWal = number;
        }
    }
}
