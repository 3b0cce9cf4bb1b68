package dev.sluice.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How many files the log may have open: a table is opened again where it is not among them.
final class OpenFiles {
    /// As many as 16 GB of tables.
    private static final int TABLES_MAX = 1_000;

    /// RocksDB takes no fewer than 20, of which it counts 10 for itself.
    private static final int TABLES_MIN = 20;

    /// Of all that the process may open, the part for tables; most of the rest is for connections.
    private static final int PART = 32;

    /// What flushes and compactions write, the next file of the write-ahead log and of the manifest, copies.
    private static final int OTHERS = 12;

    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final Pattern LIMIT = Pattern.compile("(?m)^Max open files +(\\d+)");

    private OpenFiles() {}

    static int tablesMax() {
        return Math.clamp(limit() / PART, TABLES_MIN, TABLES_MAX);
    }

    /// Besides those that an open log has anyway.
    static int max() {
        return tablesMax() + OTHERS;
    }

    /// Of the process (RLIMIT_NOFILE); where nobody says, as outside Linux, any number.
    private static long limit() {
        try {
            Matcher limit = LIMIT.matcher(Files.readString(LIMITS));
            return limit.find() ? Long.parseLong(limit.group(1)) : Long.MAX_VALUE;
        } catch (IOException unknown) {
            return Long.MAX_VALUE;
        }
    }
}
