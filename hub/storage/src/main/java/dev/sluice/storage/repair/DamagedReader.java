package dev.sluice.storage.repair;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sluice.core.encoding.LogField;
import dev.sluice.core.record.RecordInput;
import dev.sluice.storage.engine.Engine;
import dev.sluice.storage.engine.FolderTree;
import dev.sluice.storage.engine.Integrity;
import dev.sluice.storage.engine.Manifest;
import dev.sluice.storage.engine.WalFile;
import dev.sluice.storage.folder.CannotOpenException;
import dev.sluice.storage.folder.OpenFailure;
import dev.sluice.storage.record.EntryRecord;
import dev.sluice.storage.record.Extent;
import dev.sluice.storage.record.ExtentIterator;
import dev.sluice.storage.record.HubRecord;
import dev.sluice.storage.record.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.SstFileReader;
import org.rocksdb.SstFileReaderIterator;
import org.rocksdb.WriteBatch;

/// Reads what is readable of a damaged database without changing it. RocksDB opens a copy, made of links to the tables,
/// with its checks relaxed, and receives the readable part of the write-ahead log ([WalFile]). Key ranges that RocksDB
/// can't read are read table by table, then from the write-ahead log; such reads include records that were dropped
/// later, which the caller has to sort out.
public final class DamagedReader implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(DamagedReader.class.getName());

    private final Path database;
    private final Engine walOnly;
    private @Nullable Engine copied;
    private long lostUpTo;
    private long missingAtEnd;
    private boolean isPiecemeal;

    private DamagedReader(Path database, Engine walOnly) {
        this.database = database;
        this.walOnly = walOnly;
    }

    /// @param work an empty folder on the same disk
    public static DamagedReader of(Path database, Path work) throws IOException {
        Path copy = work.resolve("copy");
        Manifest manifest = manifest(database);
        if (manifest != null) link(database, Files.createDirectories(copy.resolve(Engine.DATABASE)), manifest);
        Engine walOnly = Engine.openLocked(work.resolve("ahead"));
        DamagedReader reader = new DamagedReader(database, walOnly);
        try {
            if (manifest != null) reader.copied = openUnlessBroken(copy);
            reader.replay(manifest);
            return reader;
        } catch (IOException | RuntimeException failed) {
            reader.close(); // Releases the locks, so that this process can try again.
            throw failed;
        }
    }

    private static @Nullable Engine openUnlessBroken(Path copy) {
        try {
            return Engine.openDamaged(copy);
        } catch (CannotOpenException broken) {
            if (broken.reason() == OpenFailure.NO_ROOM) throw broken; // The log may be readable with more room.
            return null;
        }
    }

    private static void link(Path database, Path copy, Manifest manifest) throws IOException {
        for (Path file : FolderTree.list(database)) {
            String name = file.getFileName().toString();
            if (name.endsWith(".sst")) FolderTree.link(file, copy.resolve(name));
            else if (name.matches("OPTIONS-[0-9]+|IDENTITY")) Files.copy(file, copy.resolve(name));
        }
        String name = manifest.file().getFileName().toString();
        Files.copy(manifest.file(), copy.resolve(name));
        Files.writeString(copy.resolve("CURRENT"), name + "\n");
    }

    /// Finds the newest MANIFEST, whether or not CURRENT names it.
    ///
    /// @return null if it is incomplete, as RocksDB would use only the part in front of the damage
    private static @Nullable Manifest manifest(Path database) throws IOException {
        List<Path> all = FolderTree.list(database, "MANIFEST-[0-9]+");
        try {
            Manifest newest = all.isEmpty() ? null : Manifest.read(all.getLast());
            return newest != null && newest.isWhole() ? newest : null;
        } catch (RecordInput.BrokenRecordException broken) {
            return null;
        }
    }

    private void replay(@Nullable Manifest manifest) throws IOException {
        long tables = copied == null ? 0 : copied.db.getLatestSequenceNumber();
        Replay replay = new Replay(copied == null ? Long.MAX_VALUE : tables + 1);
        boolean isLostAtEnd = false;
        for (Path file : WalFile.all(database))
            isLostAtEnd = WalFile.read(file, replay).isLostAtEnd();
        missingAtEnd = replay.missing + Math.max(0, tables + 1 - replay.expected);
        isLostAtEnd |= manifest != null && Integrity.isNewestWalMissing(database, manifest);
        if (isLostAtEnd) missingAtEnd = Math.max(1, missingAtEnd); // Their number is unknown.
    }

    /// Replays the write-ahead log. A hole in it covers positions up to the first later write that
    /// records the hub's progress.
    private final class Replay implements Consumer<byte[]> {
        private long expected;
        private long missing;

        Replay(long expected) {
            this.expected = expected;
        }

        @Override
        public void accept(byte[] batch) {
            long before = HubRecord.of(walOnly).last();
            try (WriteBatch changes = new WriteBatch(batch)) {
                Engine tables = copied;
                if (tables != null) tables.write(changes, false);
                walOnly.write(changes, false);
            }
            missing += Math.max(0, WalFile.sequence(batch) - expected);
            expected = WalFile.next(batch);
            if (missing == 0 || HubRecord.of(walOnly).last() <= before) return;
            lostUpTo = lastBeforeNextAssigned(before);
            missing = 0;
        }
    }

    /// The last position before those assigned after `position`, or the last assigned one if none is left.
    private long lastBeforeNextAssigned(long position) {
        try (ExtentIterator extents = new ExtentIterator(walOnly)) {
            Extent each = extents.atOrAfter(position + 1);
            while (each != null && !isWrittenHere(each)) each = extents.next();
            return each == null ? HubRecord.of(walOnly).last() : each.first() - 1;
        }
    }

    /// Returns true if an extent comes from the original write of its entries. A trim also shortens extents
    /// whose writes are lost or in tables, and an erasure writes a lost entry again.
    private boolean isWrittenHere(Extent extent) {
        for (long position = extent.first(); position <= extent.last(); position++) {
            byte[] record = walOnly.get(walOnly.events, Layout.key(extent.channel(), position));
            if (record != null && !EntryRecord.isForgotten(record)) return true;
        }
        return false;
    }

    /// The end of the last hole in the write-ahead log; 0 if there is none. Any channel may have lost entries
    /// up to this position.
    long lostUpTo() {
        return lostUpTo;
    }

    /// The number of changes missing after all known ones. Each assigned position took at least one change.
    long missingAtEnd() {
        return missingAtEnd;
    }

    /// @return true if dropped records may be back: those read table by table, and those that were dropped within a
    ///         hole of the write-ahead log, because replay begins before the hole
    boolean mayBeOlder() {
        return isPiecemeal || lostUpTo > 0 || missingAtEnd > 0;
    }

    /// @return true if part of the database was read table by table
    boolean isPiecemeal() {
        return isPiecemeal;
    }

    /// Reads all readable records of a family; a record may come several times, its newest version last.
    ///
    /// @return true if nothing was unreadable
    boolean readAll(String family, SkippingScan.RecordConsumer consumer) throws IOException {
        List<SkippingScan.Hole> holes =
                copied == null ? List.of(SkippingScan.Hole.ALL) : readAll(copied, family, consumer);
        if (holes.isEmpty()) return true;
        isPiecemeal = true;
        SkippingScan.RecordConsumer rest = (key, value) -> {
            if (holes.stream().anyMatch(hole -> hole.has(key))) consumer.accept(key, value);
        };
        boolean isAll = true;
        for (Path table : FolderTree.list(database, ".*\\.sst")) isAll &= readTable(table, family, rest);
        readAll(walOnly, family, rest);
        return isAll;
    }

    private static List<SkippingScan.Hole> readAll(Engine engine, String family, SkippingScan.RecordConsumer consumer) {
        try (RocksIterator records = engine.db.newIterator(engine.family(family))) {
            return new SkippingScan(records).run(records::key, records::value, consumer);
        }
    }

    /// @return true if all records of the family in a table were readable; an unreadable table may be of any family
    private static boolean readTable(Path table, String family, SkippingScan.RecordConsumer consumer) {
        try (Options options = new Options();
                ReadOptions reading = new ReadOptions();
                SstFileReader reader = new SstFileReader(options)) {
            reader.open(table.toString());
            if (!family.equals(new String(reader.getTableProperties().getColumnFamilyName(), US_ASCII))) return true;
            try (SstFileReaderIterator records = reader.newIterator(reading)) {
                return new SkippingScan(records)
                        .run(records::key, records::value, consumer)
                        .isEmpty();
            }
        } catch (RocksDBException broken) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "a table can't be read, file=" + LogField.quoted(table) + " reason="
                            + LogField.quoted(broken.getMessage()));
            return false;
        }
    }

    @Override
    public void close() {
        if (copied != null) copied.close();
        walOnly.close();
    }
}
