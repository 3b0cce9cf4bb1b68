package dev.sluice.storage.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.rocksdb.Options;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileReader;

/// Damages the files of a log that is not in use.
public final class Damage {
    private Damage() {}

    /// Files of the database, sorted by name.
    public static List<Path> files(Path folder, String name) throws IOException {
        try (var files = Files.list(folder.resolve(Engine.DATABASE))) {
            return files.filter(file -> file.getFileName().toString().matches(name))
                    .sorted()
                    .toList();
        }
    }

    public static List<Path> wals(Path folder) throws IOException {
        return files(folder, "[0-9]+\\.log");
    }

    /// The tables of a family, the largest last.
    public static List<Path> tables(Path folder, String family) throws IOException, RocksDBException {
        List<Path> found = new ArrayList<>();
        for (Path file : files(folder, ".*\\.sst")) {
            try (Options options = new Options();
                    SstFileReader reader = new SstFileReader(options)) {
                reader.open(file.toString());
                if (family.equals(new String(reader.getTableProperties().getColumnFamilyName(), US_ASCII)))
                    found.add(file);
            }
        }
        found.sort(Comparator.comparingLong(file -> file.toFile().length()));
        return found;
    }

    /// Flips some bits of a byte at a fraction of the file's length.
    public static void flip(Path file, double where) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            long at = (long) (bytes.length() * where);
            bytes.seek(at);
            int octet = bytes.read();
            bytes.seek(at);
            bytes.write(octet ^ 0x55);
        }
    }

    /// Overwrites part of an event's data in the newest file of the write-ahead log.
    public static void spoil(Path folder, String data) throws IOException {
        spoil(wals(folder).getLast(), data, "EVENT");
    }

    static void spoil(Path file, String data, String other) throws IOException {
        int at = new String(Files.readAllBytes(file), ISO_8859_1).indexOf(data);
        if (at < 0) throw new AssertionError("'" + data + "' is not in " + file);
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(at);
            bytes.writeBytes(other);
        }
    }

    /// Makes the tables of some families unreadable.
    public static void spoilTables(Path folder, String... families) throws IOException, RocksDBException {
        List<Path> all = new ArrayList<>();
        for (String family : families) all.addAll(tables(folder, family));
        for (Path table : all) Files.write(table, new byte[10_000]);
    }
}
