package dev.sluice.storage.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The number of files that the log may keep open; further tables are reopened for each use.
public final class OpenFiles {
    /// Enough for 16 GB of tables.
    private static final int TABLES_MAX = 1_000;

    /// RocksDB's minimum, of which it reserves 10 for itself.
    private static final int TABLES_MIN = 20;

    /// The fraction of the process's file descriptors used for tables; most others are for connections.
    private static final int TABLES_FRACTION = 32;

    /// Files of flushes and compactions, the next write-ahead log and MANIFEST, copies.
    private static final int OTHERS = 12;

    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final Pattern LIMIT = Pattern.compile("(?m)^Max open files +(\\d+)");

    private OpenFiles() {}

    static int tablesMax() {
        return Math.clamp(limit() / TABLES_FRACTION, TABLES_MIN, TABLES_MAX);
    }

    /// The most files that an open log may have.
    public static int max() {
        return tablesMax() + OTHERS;
    }

    /// The process's limit (RLIMIT_NOFILE); unlimited where it can't be read, as outside Linux.
    private static long limit() {
        try {
            Matcher limit = LIMIT.matcher(Files.readString(LIMITS));
            return limit.find() ? Long.parseLong(limit.group(1)) : Long.MAX_VALUE;
        } catch (IOException unknown) {
            return Long.MAX_VALUE;
        }
    }
}
