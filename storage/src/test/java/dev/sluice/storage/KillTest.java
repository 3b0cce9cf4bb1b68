package dev.sluice.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.Retention;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process that publishes is killed at random moments, and starts again: what it acknowledged is there, once, in its
/// order.
final class KillTest {
    private static final int THREADS = 8;

    @TempDir
    Path folder;

    private final Map<Cursor, String> acknowledged = new HashMap<>();

    @Test
    void keepsWhatWasAcknowledged() throws Exception {
        for (int round = 0; round < 3; round++) killAndLook(round, Sync.INTERVAL);
    }

    @Test
    void keepsWhatWasAcknowledgedBehindSyncs() throws Exception {
        for (int round = 0; round < 2; round++) killAndLook(round, Sync.ALWAYS);
    }

    @Test
    @Tag("long")
    void keepsWhatWasAcknowledgedForLong() throws Exception {
        for (int round = 0; round < 100; round++) killAndLook(round, round % 2 == 0 ? Sync.INTERVAL : Sync.ALWAYS);
    }

    private void killAndLook(int round, Sync sync) throws Exception {
        long seed = Long.getLong("sluice.seed", Long.getLong("sluice.seeds", System.nanoTime()));
        int lines = 1 + new Random(seed + round).nextInt(5_000);
        List<String> said = new ArrayList<>();
        try (Child child = Child.start(null, folder, sync, THREADS, 100, 0, "r" + round + "-")) {
            assertThat(child.line()).isEqualTo("open");
            while (said.size() < lines) said.add(child.line());
            said.addAll(child.kill());
        }
        for (String line : said) {
            String[] words = line.split(" ", -1);
            if (words.length == 3) acknowledged.put(Cursor.parse(words[0]).orElseThrow(), words[1] + " " + words[2]);
        }
        try (RocksLog log = RocksLog.builder(folder)
                .retention(channel -> Retention.ALL)
                .reserveBytes(0)
                .open()) {
            Map<Cursor, String> kept = new HashMap<>();
            List<Entry> entries = Hand.entries(log, Hand.earliest(log, "**"), "**");
            assertThat(entries).extracting(Entry::id).isSorted().doesNotHaveDuplicates();
            for (Entry entry : entries) {
                String data = Contents.data((Event) entry);
                kept.put(entry.id(), entry.channel() + " " + data.substring(0, data.indexOf(' ')));
            }
            assertThat(kept).as("with -Dsluice.seed=%s", seed).containsAllEntriesOf(acknowledged);
            for (Cursor id : List.copyOf(acknowledged.keySet()).subList(0, Math.min(100, acknowledged.size()))) {
                assertThat(Hand.at(log, id.text())).isEqualTo(id);
            }
        }
    }
}
