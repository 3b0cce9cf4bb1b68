package dev.sluice.storage;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
    private boolean isPieced;

    private Remains(Path database, @Nullable Engine whole, Engine ahead) {
        this.database = database;
        this.whole = whole;
        this.ahead = ahead;
    }

    /// @param work an empty folder on the same disk
    static Remains of(Path database, Path work) throws IOException {
        Path copy = work.resolve("copy");
        boolean isListed = link(database, Files.createDirectories(copy.resolve(Engine.DATABASE)));
        Format.write(copy);
        Engine ahead = Engine.openLocked(work.resolve("ahead"));
        Remains remains = new Remains(database, isListed ? openUnlessBroken(copy) : null, ahead);
        try {
            remains.replay();
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

    /// Whether there is a list of the tables.
    private static boolean link(Path database, Path copy) throws IOException {
        String manifest = null;
        for (Path file : Tree.list(database)) {
            String name = file.getFileName().toString();
            if (name.endsWith(".sst")) Tree.link(file, copy.resolve(name));
            else if (name.matches("MANIFEST-[0-9]+|OPTIONS-[0-9]+|IDENTITY")) Files.copy(file, copy.resolve(name));
            if (name.startsWith("MANIFEST") && (manifest == null || name.compareTo(manifest) > 0)) manifest = name;
        }
        if (manifest != null) Files.writeString(copy.resolve("CURRENT"), manifest + "\n");
        return manifest != null;
    }

    private void replay() throws IOException {
        long expected = whole == null ? Long.MAX_VALUE : whole.db.getLatestSequenceNumber() + 1;
        for (Path file : WalFile.all(database)) {
            for (byte[] batch : WalFile.read(file).batches()) {
                long before = HubRecord.of(ahead).last();
                try (WriteBatch changes = new WriteBatch(batch)) {
                    if (whole != null) whole.write(changes, false);
                    ahead.write(changes, false);
                }
                if (WalFile.sequence(batch) > expected) lostUpTo = firstBehind(before) - 1;
                expected = WalFile.next(batch);
            }
        }
    }

    /// The first place given behind one.
    private long firstBehind(long position) {
        try (RocksIterator places = ahead.db.newIterator(ahead.order)) {
            places.seek(Layout.key(position + 1));
            return places.isValid()
                    ? Layout.fixed(places.key(), 0)
                    : HubRecord.of(ahead).last();
        }
    }

    /// Up to where the write-ahead log has holes; 0: it has none. What any channel got there may be lost.
    long lostUpTo() {
        return lostUpTo;
    }

    /// Whether something was read table by table, and so may have been dropped since.
    boolean isPieced() {
        return isPieced;
    }

    /// Takes all that can be read of a family; some of it perhaps several times, the newest last.
    void each(String family, Skipping.Taker taker) throws IOException {
        List<Skipping.Hole> holes = whole == null ? List.of(Skipping.Hole.ALL) : each(whole, family, taker);
        if (holes.isEmpty()) return;
        isPieced = true;
        Skipping.Taker rest = (key, value) -> {
            if (holes.stream().anyMatch(hole -> hole.has(key))) taker.take(key, value);
        };
        for (Path file : Tree.list(database).stream().sorted().toList()) {
            if (file.toString().endsWith(".sst")) eachOf(file, family, rest);
        }
        each(ahead, family, rest);
    }

    private static List<Skipping.Hole> each(Engine engine, String family, Skipping.Taker taker) {
        try (RocksIterator records = engine.db.newIterator(engine.family(family))) {
            return new Skipping(records).run(records::key, records::value, taker);
        }
    }

    private static void eachOf(Path table, String family, Skipping.Taker taker) {
        try (Options options = new Options();
                ReadOptions reading = new ReadOptions();
                SstFileReader reader = new SstFileReader(options)) {
            reader.open(table.toString());
            if (!family.equals(new String(reader.getTableProperties().getColumnFamilyName(), US_ASCII))) return;
            try (SstFileReaderIterator records = reader.newIterator(reading)) {
                new Skipping(records).run(records::key, records::value, taker);
            }
        } catch (RocksDBException broken) {
            LOG.log(System.Logger.Level.WARNING, "nothing of " + table + " can be read: " + broken.getMessage());
        }
    }

    @Override
    public void close() {
        if (whole != null) whole.close();
        ahead.close();
    }
}
