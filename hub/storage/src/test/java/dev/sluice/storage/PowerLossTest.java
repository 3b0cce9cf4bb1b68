package dev.sluice.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.event.Entry;
import dev.sluice.core.log.Retention;
import dev.sluice.storage.engine.Engine;
import dev.sluice.storage.folder.LogUnavailableException;
import dev.sluice.storage.folder.Sync;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Simulates a loss of power: the write-ahead log ends anywhere after its last sync.
final class PowerLossTest {
    private static final int EVENTS = 60;

    @TempDir
    Path folder;

    /// An acknowledged event, and the length of the write-ahead log after it.
    private record Acknowledged(Cursor id, long walBytes) {}

    private RocksLog open(Path folder, Sync sync) {
        return RocksLog.builder(folder)
                .retention(channel -> Retention.ALL)
                .sync(sync)
                .reserveBytes(0)
                .open();
    }

    private static Path wal(Path folder) throws IOException {
        try (var files = Files.list(folder.resolve(Engine.DATABASE))) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .max(Comparator.comparing(Path::toString))
                    .orElseThrow();
        }
    }

    private List<Acknowledged> publish(Path home, Sync sync) throws IOException {
        List<Acknowledged> acknowledged = new ArrayList<>();
        RocksLog log = open(home, sync);
        Path wal = wal(home);
        for (int i = 0; i < EVENTS; i++) {
            Cursor id = LogFixture.publish(log, "c/" + i % 7, Integer.toString(i));
            acknowledged.add(new Acknowledged(id, Files.size(wal)));
        }
        log.stop(new LogUnavailableException("a loss of power, simulated by the test", null));
        log.close();
        return acknowledged;
    }

    /// Each boundary of a write and its neighbours, and the middle of each write.
    private static Set<Long> cuts(List<Acknowledged> acknowledged) {
        TreeSet<Long> cuts = new TreeSet<>();
        long before = acknowledged.getFirst().walBytes;
        for (Acknowledged each : acknowledged.subList(EVENTS - 12, EVENTS)) {
            cuts.addAll(List.of(each.walBytes - 1, each.walBytes, each.walBytes + 1, (before + each.walBytes) / 2));
            before = each.walBytes;
        }
        cuts.removeIf(cut -> cut > acknowledged.getLast().walBytes);
        return cuts;
    }

    private Path cut(Path home, long bytes) throws IOException {
        Path copy = Folders.copy(home, folder.resolve("cut" + bytes));
        try (var channel = Files.newByteChannel(wal(copy), StandardOpenOption.WRITE)) {
            channel.truncate(bytes);
        }
        return copy;
    }

    @Test
    void reportsAGapOnlyToReadersAheadOfTheCut() throws IOException {
        Path home = folder.resolve("interval");
        List<Acknowledged> acknowledged = publish(home, Sync.INTERVAL);
        for (long cut : cuts(acknowledged)) {
            try (RocksLog log = open(cut(home, cut), Sync.INTERVAL)) {
                LogFixture.publish(log, "c/1", "new");
                List<Entry> entries = LogFixture.entries(log, LogFixture.earliest(log, "**"), "**");
                List<Cursor> kept = acknowledged.stream()
                        .filter(each -> each.walBytes <= cut)
                        .map(Acknowledged::id)
                        .toList();
                assertThat(entries.subList(0, entries.size() - 1))
                        .extracting(Entry::id)
                        .as("exactly what was written whole, cut at %d", cut)
                        .isEqualTo(kept);
                Cursor last = kept.getLast();
                for (Acknowledged each : acknowledged) {
                    if (kept.contains(each.id)) {
                        assertThat(LogFixture.at(log, each.id.text())).isEqualTo(each.id);
                        assertThat(LogFixture.words(log, ReadCursor.at(each.id), "**"))
                                .endsWith("new");
                    } else {
                        ReadCursor resume = LogFixture.lost(log, each.id.text());
                        assertThat(resume.cursor()).isEqualTo(last);
                        assertThat(LogFixture.words(log, resume, "**")).containsExactly("new");
                    }
                }
            }
        }
    }

    @Test
    void losesNothingSynced() throws IOException {
        Path home = folder.resolve("always");
        List<Acknowledged> acknowledged = publish(home, Sync.ALWAYS);
        for (Acknowledged synced : acknowledged.subList(EVENTS - 10, EVENTS)) {
            try (RocksLog log = open(cut(home, synced.walBytes), Sync.ALWAYS)) {
                assertThat(LogFixture.entries(log, LogFixture.earliest(log, "**"), "**"))
                        .extracting(Entry::id)
                        .isEqualTo(acknowledged.stream()
                                .map(Acknowledged::id)
                                .filter(id -> !synced.id.isBefore(id))
                                .toList());
            }
        }
    }
}
