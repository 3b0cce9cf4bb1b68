package dev.sluice.core.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Compares tracks with a sorted map through thousands of random changes, enough for many chunks.
final class EntryListTest {
    private static final Epoch EPOCH = new Epoch("e");
    private static final ChannelName CHANNEL = new ChannelName("a");

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final EntryList track = new EntryList();
    private final TreeMap<Long, Entry> expected = new TreeMap<>();
    private long last;

    private static Entry entry(long position, long timeMs) {
        return new End(new Cursor(EPOCH, position), CHANNEL, timeMs);
    }

    private void append() {
        last += 1 + random.nextInt(3);
        Entry entry = entry(last, last / 5);
        track.append(entry);
        expected.put(last, entry);
        assertThat(track.onlyAfter(last - 1, last)).isEqualTo(entry);
    }

    private void removeAt(long position) {
        Long found = expected.ceilingKey(position);
        if (found != null) track.remove(expected.remove(found));
    }

    private static List<Entry> all(EntryIterator iterator) {
        List<Entry> all = new ArrayList<>();
        for (Entry entry = iterator.next(); entry != null; entry = iterator.next()) all.add(entry);
        return all;
    }

    private void check() {
        assertThat(track.kept()).isEqualTo(expected.size());
        assertThat(track.first())
                .isEqualTo(expected.isEmpty() ? null : expected.firstEntry().getValue());
        assertThat(track.firstPosition()).isEqualTo(expected.isEmpty() ? Long.MAX_VALUE : expected.firstKey());
        for (int i = 0; i < 5; i++) {
            long from = random.nextLong(last + 3);
            long upTo = from + random.nextInt(2_000);
            assertThat(all(track.after(from, upTo)))
                    .as("seed %d, after %d up to %d", seed, from, upTo)
                    .isEqualTo(
                            List.copyOf(expected.subMap(from, false, upTo, true).values()));
            List<Entry> backwards = all(track.back(from));
            assertThat(backwards)
                    .as("seed %d, back from %d", seed, from)
                    .isEqualTo(List.copyOf(
                            expected.headMap(from, true).descendingMap().values()));
            assertThat(track.at(from)).isEqualTo(expected.get(from));
            assertThat(track.firstNotOlder(from / 5, Long.MAX_VALUE))
                    .as("seed %d, not older than %d", seed, from / 5)
                    .isEqualTo(firstNotOlder(from / 5));
            assertThat(track.keptAfter(from))
                    .as("seed %d, kept after %d", seed, from)
                    .isBetween(
                            expected.tailMap(from, false).size() * 1L,
                            expected.tailMap(from, false).size() + 1_024L);
        }
        checkOnlyAfter();
        assertThat(track.keptAfter(0)).isEqualTo(expected.size());
        assertThat(track.keptAfter(last)).isZero();
    }

    /// It may say nothing where entries were removed.
    private void checkOnlyAfter() {
        for (long from = Math.max(0, last - 8); from <= last; from++) {
            for (long upTo = from; upTo <= last + 1; upTo++) {
                Entry only = track.onlyAfter(from, upTo);
                if (only == null) continue;
                assertThat(all(track.after(from, upTo)))
                        .as("seed %d, only after %d up to %d", seed, from, upTo)
                        .containsExactly(only);
            }
        }
    }

    private @Nullable Entry firstNotOlder(long timeMs) {
        return expected.values().stream()
                .filter(entry -> entry.timeMs() >= timeMs)
                .findFirst()
                .orElse(null);
    }

    @Test
    void matchesASortedMapThroughRandomRemovals() {
        for (int round = 0; round < 60; round++) {
            int appends = random.nextInt(1_000);
            for (int i = 0; i < appends; i++) append();
            int removals = random.nextInt(1_000);
            for (int i = 0; i < removals && last > 0; i++) removeAt(random.nextLong(last + 1));
            check();
        }
    }

    @Test
    void matchesASortedMapThroughTrimsFromTheFront() {
        for (int round = 0; round < 60; round++) {
            int appends = random.nextInt(2_000);
            for (int i = 0; i < appends; i++) append();
            int removals = random.nextInt(2_000);
            for (int i = 0; i < removals; i++) removeAt(0);
            check();
        }
    }

    @Test
    void replacesInPlace() {
        for (int i = 0; i < 5_000; i++) append();
        for (int i = 0; i < 2_000; i++) {
            long position = expected.ceilingKey(random.nextLong(last));
            Entry replacement = entry(position, position / 5);
            track.replace(replacement);
            expected.put(position, replacement);
            assertThat(track.at(position)).isSameAs(replacement);
        }
        check();
    }

    @Test
    void worksAgainAfterItWasEmpty() {
        for (int i = 0; i < 3_000; i++) append();
        while (!expected.isEmpty()) removeAt(0);
        check();
        for (int i = 0; i < 10; i++) append();
        check();
        assertThat(all(track.after(0, Long.MAX_VALUE))).hasSize(10);
    }

    @Test
    void staysSmallWhenAlmostAllEntriesAreRemoved() {
        // As the hub's track of a slow channel among busy channels that keep one event each.
        for (int i = 0; i < 200_000; i++) {
            append();
            if (i % 500 != 0) removeAt(last);
        }
        assertThat(track.kept()).isEqualTo(400);
        assertThat(track.slots()).isLessThan(4 * 400 + 2 * 1_024);
        check();
    }

    @Test
    void iteratesOverNothingAppendedAfterItStarted() {
        for (int i = 0; i < 3_000; i++) append();
        TrackIterator iterator = track.after(0, last);
        List<Entry> before = List.copyOf(expected.values());
        for (int i = 0; i < 1_000; i++) append();
        for (int i = 0; i < 2_500; i++) removeAt(random.nextLong(last));
        List<Entry> seen = all(iterator);
        assertThat(before).containsAll(seen);
        List<Entry> stillKept = new ArrayList<>(before);
        stillKept.retainAll(List.copyOf(expected.values()));
        assertThat(seen).containsAll(stillKept);
    }
}
