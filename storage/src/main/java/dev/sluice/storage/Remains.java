package dev.sluice.storage;

import static java.nio.charset.StandardCharsets.US_ASCII;

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

/// What can be read of a damaged database. Nothing in it is changed: a copy, made of links to its tables, is
/// opened with RocksDB looking away from what is broken, and gets what the write-ahead log has ([WalFile]).
/// In the places where RocksDB can't show it so, the tables are read one by one, and then the write-ahead
/// log: with what was dropped since, which is for the caller to tell.
final class Remains implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Remains.class.getName());

    private final Path database;
    private final @Nullable Engine whole;
    private final Engine ahead;
    private long lostUpTo;
    private long missingAtEnd;
    private boolean isPieced;

    private Remains(Path database, @Nullable Engine whole, Engine ahead) {
        this.database = database;
        this.whole = whole;
        this.ahead = ahead;
    }

    /// @param work an empty folder on the same disk
    static Remains of(Path database, Path work) throws IOException {
        Path copy = work.resolve("copy");
        Manifest manifest = manifest(database);
        if (manifest != null) link(database, Files.createDirectories(copy.resolve(Engine.DATABASE)), manifest);
        Engine ahead = Engine.openLocked(work.resolve("ahead"));
        Remains remains = new Remains(database, manifest == null ? null : openUnlessBroken(copy), ahead);
        try {
            remains.replay(manifest);
            return remains;
        } catch (IOException | RuntimeException failed) {
            remains.close(); // Or nobody in this process could try again.
            throw failed;
        }
    }

    private static @Nullable Engine openUnlessBroken(Path copy) {
        try {
            return Engine.openBroken(copy);
        } catch (CannotOpen broken) {
            return null;
        }
    }

    private static void link(Path database, Path copy, Manifest manifest) throws IOException {
        for (Path file : Tree.list(database)) {
            String name = file.getFileName().toString();
            if (name.endsWith(".sst")) Tree.link(file, copy.resolve(name));
            else if (name.matches("OPTIONS-[0-9]+|IDENTITY")) Files.copy(file, copy.resolve(name));
        }
        String name = manifest.file().getFileName().toString();
        Files.copy(manifest.file(), copy.resolve(name));
        Files.writeString(copy.resolve("CURRENT"), name + "\n");
    }

    /// The newest list of the tables, whether or not CURRENT names it; null if it is not whole: RocksDB would go by
    /// the part of it in front of what is broken.
    private static @Nullable Manifest manifest(Path database) throws IOException {
        List<Path> all = Tree.list(database, "MANIFEST-[0-9]+");
        try {
            Manifest newest = all.isEmpty() ? null : Manifest.read(all.getLast());
            return newest != null && newest.isWhole() ? newest : null;
        } catch (In.Broken broken) {
            return null;
        }
    }

    private void replay(@Nullable Manifest manifest) throws IOException {
        long tables = whole == null ? 0 : whole.db.getLatestSequenceNumber();
        Replay replay = new Replay(whole == null ? Long.MAX_VALUE : tables + 1);
        boolean isLostAtEnd = false;
        for (Path file : WalFile.all(database))
            isLostAtEnd = WalFile.read(file, replay).isLostAtEnd();
        missingAtEnd = replay.missing + Math.max(0, tables + 1 - replay.expected);
        isLostAtEnd |= manifest != null && Integrity.isNewestWalMissing(database, manifest);
        if (isLostAtEnd) missingAtEnd = Math.max(1, missingAtEnd); // Nobody knows how many.
    }

    /// Carries out the write-ahead log. Where it has a hole, the first write behind that says how far the hub has come
    /// tells what was given there.
    private final class Replay implements Consumer<byte[]> {
        private long expected;
        private long missing;

        Replay(long expected) {
            this.expected = expected;
        }

        @Override
        public void accept(byte[] batch) {
            long before = HubRecord.of(ahead).last();
            try (WriteBatch changes = new WriteBatch(batch)) {
                Engine tables = whole;
                if (tables != null) tables.write(changes, false);
                ahead.write(changes, false);
            }
            missing += Math.max(0, WalFile.sequence(batch) - expected);
            expected = WalFile.next(batch);
            if (missing == 0 || HubRecord.of(ahead).last() <= before) return;
            lostUpTo = upToPlacesBehind(before);
            missing = 0;
        }
    }

    /// Up to the places that were given last, or up to how far the hub has come, if none was.
    private long upToPlacesBehind(long position) {
        try (RecordWalk places = ahead.recordsFrom(ahead.order, Layout.key(position + 1))) {
            return places.next()
                    ? Layout.fixed(places.key(), 0) - 1
                    : HubRecord.of(ahead).last();
        }
    }

    /// Up to where the write-ahead log has holes; 0: it has none. What any channel got there may be lost.
    long lostUpTo() {
        return lostUpTo;
    }

    /// How many changes are missing behind all that is known. A place that was given took one at least.
    long missingAtEnd() {
        return missingAtEnd;
    }

    /// Whether something that was dropped may be back: as it was read table by table, or as the write-ahead log is
    /// carried out once more from before a hole, and in the hole it was dropped.
    boolean mayBeOlder() {
        return isPieced || lostUpTo > 0 || missingAtEnd > 0;
    }

    /// Whether something was read table by table.
    boolean isPieced() {
        return isPieced;
    }

    /// Takes all that can be read of a family; some of it perhaps several times, the newest last.
    ///
    /// @return whether that was all of it
    boolean each(String family, Skipping.Taker taker) throws IOException {
        List<Skipping.Hole> holes = whole == null ? List.of(Skipping.Hole.ALL) : each(whole, family, taker);
        if (holes.isEmpty()) return true;
        isPieced = true;
        Skipping.Taker rest = (key, value) -> {
            if (holes.stream().anyMatch(hole -> hole.has(key))) taker.take(key, value);
        };
        boolean isAll = true;
        for (Path table : Tree.list(database, ".*\\.sst")) isAll &= eachOf(table, family, rest);
        each(ahead, family, rest);
        return isAll;
    }

    private static List<Skipping.Hole> each(Engine engine, String family, Skipping.Taker taker) {
        try (RocksIterator records = engine.db.newIterator(engine.family(family))) {
            return new Skipping(records).run(records::key, records::value, taker);
        }
    }

    /// Whether all could be read of what a table has of a family. What can't be read at all may be of any.
    private static boolean eachOf(Path table, String family, Skipping.Taker taker) {
        try (Options options = new Options();
                ReadOptions reading = new ReadOptions();
                SstFileReader reader = new SstFileReader(options)) {
            reader.open(table.toString());
            if (!family.equals(new String(reader.getTableProperties().getColumnFamilyName(), US_ASCII))) return true;
            try (SstFileReaderIterator records = reader.newIterator(reading)) {
                return new Skipping(records)
                        .run(records::key, records::value, taker)
                        .isEmpty();
            }
        } catch (RocksDBException broken) {
            LOG.log(System.Logger.Level.WARNING, "nothing of " + table + " can be read: " + broken.getMessage());
            return false;
        }
    }

    @Override
    public void close() {
        if (whole != null) whole.close();
        ahead.close();
    }
}
