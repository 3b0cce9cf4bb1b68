package dev.sluice.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.Retention;
import dev.sluice.storage.folder.Sync;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A publishing process is killed at random moments and restarted: all acknowledged events are there,
/// once and in order.
final class KillTest {
    private static final int THREADS = 8;

    @TempDir
    Path folder;

    private final long seed = Long.getLong("sluice.seed", Long.getLong("sluice.seeds", System.nanoTime()));
    private final Map<Cursor, String> acknowledged = new HashMap<>();

    @Test
    void keepsAcknowledgedEvents() throws Exception {
        for (int round = 0; round < 3; round++) killAndCheck(round, Sync.INTERVAL);
    }

    @Test
    void keepsAcknowledgedEventsWithSyncAlways() throws Exception {
        for (int round = 0; round < 2; round++) killAndCheck(round, Sync.ALWAYS);
    }

    @Test
    @Tag("long")
    void keepsAcknowledgedEventsOverManyRounds() throws Exception {
        for (int round = 0; round < 100; round++) killAndCheck(round, round % 2 == 0 ? Sync.INTERVAL : Sync.ALWAYS);
    }

    /// A process may end between the write of a group and that of its trims.
    @Test
    void assignsNoPositionTwiceWhileChannelsAreTrimmed() throws Exception {
        for (int round = 0; round < 3; round++) killAndCheckTrimmed(round);
    }

    private void killAndCheckTrimmed(int round) throws Exception {
        Map<String, Cursor> newest = new HashMap<>();
        for (String line : publishAndKill(round, Sync.INTERVAL, 1_000, "10")) {
            String[] words = line.split(" ", -1);
            if (words.length != 3) continue;
            Cursor id = Cursor.parse(words[0]).orElseThrow();
            String before = acknowledged.put(id, words[1] + " " + words[2]);
            assertThat(before).as("another event with the id %s", id).isNull();
            newest.merge(words[1], id, Cursor::later);
        }
        try (RocksLog log = RocksLog.builder(folder)
                .retention(channel -> Retention.events(10))
                .reserveBytes(0)
                .open()) {
            Map<Cursor, String> kept = kept(log);
            kept.forEach((id, event) ->
                    assertThat(acknowledged.getOrDefault(id, event)).isEqualTo(event));
            for (var each : newest.entrySet()) {
                long newer = kept.entrySet().stream()
                        .filter(event -> event.getValue().startsWith(each.getKey() + " "))
                        .filter(event -> !event.getKey().isBefore(each.getValue()))
                        .count();
                assertThat(newer).as("%s has its newest event", each).isPositive();
            }
        }
    }

    private List<String> publishAndKill(int round, Sync sync, int linesMax, String... more) throws Exception {
        int lines = 1 + new Random(seed + round).nextInt(linesMax);
        List<String> printed = new ArrayList<>();
        try (ChildProcess child = ChildProcess.start(null, folder, sync, THREADS, 100, 0, "r" + round + "-", more)) {
            assertThat(child.line()).isEqualTo("open");
            while (printed.size() < lines) printed.add(child.line());
            printed.addAll(child.kill());
        }
        return printed;
    }

    private static Map<Cursor, String> kept(RocksLog log) {
        Map<Cursor, String> kept = new HashMap<>();
        List<Entry> entries = LogFixture.entries(log, LogFixture.earliest(log, "**"), "**");
        assertThat(entries).extracting(Entry::id).isSorted().doesNotHaveDuplicates();
        for (Entry entry : entries) {
            String data = Contents.data((Event) entry);
            kept.put(entry.id(), entry.channel() + " " + data.substring(0, data.indexOf(' ')));
        }
        return kept;
    }

    private void killAndCheck(int round, Sync sync) throws Exception {
        List<String> printed = publishAndKill(round, sync, 5_000);
        for (String line : printed) {
            String[] words = line.split(" ", -1);
            if (words.length == 3) acknowledged.put(Cursor.parse(words[0]).orElseThrow(), words[1] + " " + words[2]);
        }
        try (RocksLog log = RocksLog.builder(folder)
                .retention(channel -> Retention.ALL)
                .reserveBytes(0)
                .open()) {
            Map<Cursor, String> kept = kept(log);
            assertThat(kept).as("with -Dsluice.seed=%s", seed).containsAllEntriesOf(acknowledged);
            for (Cursor id : List.copyOf(acknowledged.keySet()).subList(0, Math.min(100, acknowledged.size()))) {
                assertThat(LogFixture.at(log, id.text())).isEqualTo(id);
            }
        }
    }
}
