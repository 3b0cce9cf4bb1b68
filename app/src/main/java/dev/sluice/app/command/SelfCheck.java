package dev.sluice.app.command;

import dev.sluice.app.cli.ChannelTable;
import dev.sluice.config.Configuration;
import dev.sluice.config.HeapBudget;
import dev.sluice.config.ListenTable;
import dev.sluice.config.StorageTable;
import dev.sluice.core.budget.Budget;
import dev.sluice.server.net.Descriptors;
import dev.sluice.storage.RocksLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Compares the settings of a hub with the machine that it runs on. Changes nothing, and needs no running hub.
///
/// @param configuration the configuration of the hub
/// @param folder        the base of its data folder
/// @param heapBytes     the most that the heap may take
/// @param descriptors   the file descriptors of a process that is started like the hub
/// @param now           the time of the machine's clock
record SelfCheck(Configuration configuration, Path folder, long heapBytes, Descriptors descriptors, Instant now) {
    /// Below it, a hub has room for a few hundred clients only.
    private static final long HEAP_BYTES_MIN = 128L << 20;

    /// Free space above the reserve of the disk, below which a hub will soon take no publishes.
    private static final long DISK_BYTES_MIN = 1L << 30;

    /// Files written by another machine, or over a network, may be a little ahead.
    private static final Duration AHEAD_MAX = Duration.ofMinutes(1);

    List<CheckResult> results() {
        var results = new ArrayList<CheckResult>();
        results.add(access());
        results.add(heap());
        results.add(budgets());
        results.add(files());
        if (!configuration.get(StorageTable.MEMORY)) results.addAll(disk());
        return results;
    }

    private CheckResult access() {
        var access = configuration.access();
        if (!access.isConfigured()) {
            return CheckResult.good("access", "no keys or grants: every client that reaches the hub may do everything");
        }
        var found = String.format(
                Locale.ROOT,
                "%,d [[key]], %,d [[grant]]",
                access.keys().size(),
                access.grants().size());
        var warnings = access.warnings();
        return warnings.isEmpty()
                ? CheckResult.good("access", found)
                : CheckResult.bad("access", found, String.join(" ", warnings));
    }

    private CheckResult heap() {
        var found = ChannelTable.size(heapBytes);
        return heapBytes >= HEAP_BYTES_MIN
                ? CheckResult.good("heap", found)
                : CheckResult.bad("heap", found, "start with a larger one, such as SLUICE_JAVA_OPTS=-Xmx256m");
    }

    private CheckResult budgets() {
        var fault = HeapBudget.check(configuration.values(), heapBytes);
        var room = ChannelTable.size(Budget.availableBytes(heapBytes)) + " of the heap for all limits together";
        return fault.isEmpty()
                ? CheckResult.good("budgets", room)
                : CheckResult.bad("budgets", room, fault.get().toString());
    }

    private CheckResult files() {
        long connections = configuration.get(ListenTable.CONNECTIONS_MAX);
        int room = descriptors.sockets(configuration.get(StorageTable.MEMORY) ? 0 : RocksLog.filesMax());
        var found = String.format(
                Locale.ROOT,
                "%,d files may be open, so %,d connections; connections_max is %,d",
                descriptors.max(),
                Math.min(room, connections),
                connections);
        return room >= connections
                ? CheckResult.good("descriptors", found)
                : CheckResult.bad(
                        "descriptors",
                        found,
                        String.format(
                                Locale.ROOT,
                                "raise the limit (ulimit -n, LimitNOFILE=) to %,d, or lower connections_max",
                                descriptors.max() + connections - room));
    }

    private List<CheckResult> disk() {
        var data = folder.resolve(configuration.get(StorageTable.DATA)).toAbsolutePath();
        try {
            return List.of(space(data), clock(data));
        } catch (IOException reason) {
            return List.of(CheckResult.bad(
                    "disk", data + " can't be read: " + reason.getMessage(), "let the hub's user read and write it"));
        }
    }

    private CheckResult space(Path data) throws IOException {
        var there = data;
        while (!Files.exists(there) && there.getParent() != null) there = there.getParent();
        long free = Files.getFileStore(there).getUsableSpace();
        long reserve = configuration.get(StorageTable.DISK_RESERVE);
        var found = "%s free at %s, of which %s are kept in reserve"
                .formatted(ChannelTable.size(free), there, ChannelTable.size(reserve));
        if (free < reserve) {
            return CheckResult.bad("disk", found, "free some space, or retain less: the hub takes no publishes (507)");
        }
        return free - reserve >= DISK_BYTES_MIN
                ? CheckResult.good("disk", found)
                : CheckResult.bad("disk", found, "free some space, or retain less, before publishing stops");
    }

    /// Checks that no file in the data folder is newer than now: with a clock that is behind, the log's time
    /// advances at half speed, and tokens are not yet valid.
    private CheckResult clock(Path data) throws IOException {
        var newest = newest(data);
        if (newest == null) return CheckResult.good("clock", now + ", and there is no log to compare it with");
        var ahead = Duration.between(now, newest);
        return ahead.compareTo(AHEAD_MAX) <= 0
                ? CheckResult.good("clock", now + ", after everything in the log's folder")
                : CheckResult.bad(
                        "clock",
                        "%s, but files of the log are from %s".formatted(now, newest),
                        "set the clock (timedatectl), and keep it so by NTP");
    }

    private static @Nullable Instant newest(Path data) throws IOException {
        if (!Files.isDirectory(data)) return null;
        Instant newest = null;
        try (var files = Files.newDirectoryStream(data)) {
            for (var file : files) {
                var time = Files.getLastModifiedTime(file).toInstant();
                if (newest == null || time.isAfter(newest)) newest = time;
            }
        }
        return newest;
    }
}
