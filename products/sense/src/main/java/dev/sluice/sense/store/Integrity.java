package dev.sluice.sense.store;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.zip.CRC32C;

/// Checks whether a database is intact. SQLite has no checksums of its pages; its own check finds
/// inconsistencies. In addition, definitions have a checksum, because one changed letter would make Sense
/// check another address.
final class Integrity {
    private Integrity() {}

    /// @param committed the number of the newest transaction according to [CommitMark]
    /// @throws SQLException if the database is damaged
    static void require(Connection connection, long committed) throws SQLException {
        try (var statement = connection.createStatement()) {
            try (var found = statement.executeQuery("pragma integrity_check(1)")) {
                String first = found.next() ? found.getString(1) : "no answer";
                if (!first.equals("ok")) throw damaged(first.replace('\n', ' '));
            }
            try (var row =
                    statement.executeQuery("select kind, name, content, crc from definition order by kind, name")) {
                while (row.next()) {
                    String name = row.getString(2);
                    long expected = row.getLong(4);
                    boolean isKnown = !row.wasNull(); // Definitions written by an older version have no checksum.
                    if (isKnown && expected != crc(name, row.getString(3)))
                        throw damaged("the " + row.getString(1) + " '" + name + "' is not as it was written");
                }
            }
            try (var row = statement.executeQuery("select number from commits")) {
                long number = row.next() ? row.getLong(1) : 0;
                if (number < committed)
                    throw damaged("the newest " + (committed - number) + " transactions are missing, so its write-ahead"
                            + " log was damaged or removed; without the file that ends in -commits, Sense continues with"
                            + " what is there");
            }
        }
    }

    private static SQLException damaged(String how) {
        return new SQLException("it is damaged: " + how + ". Restore it from a backup");
    }

    /// Returns the checksum of a definition.
    static long crc(String name, String content) {
        var crc = new CRC32C();
        crc.update((name + "\0" + content).getBytes(StandardCharsets.UTF_8));
        return crc.getValue();
    }
}
