package dev.sluice.core.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.LogLimits;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Retention;
import dev.sluice.core.sequencer.Sequencer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A trim of the whole log after a long deletion: what it drops and how many entries it reads, with a backing that
/// has every entry of the deleted channel still.
final class TrimOrderTest {
    private static final int DELETED = 120_000;
    private static final int LIVE = 1_200;
    private static final int SLACK = 100;

    /// Entries that a trim may read: those it passes, and two for each that it drops, since it merges channels.
    private static final int READ_MAX = 4_096 + 3 * SLACK;

    private final NavigableMap<Long, Entry> kept = new TreeMap<>();
    private final Map<ChannelName, NavigableMap<Long, Entry>> keptOf = new HashMap<>();
    private int read;
    private final Index index = new Index(Epochs.of(new Epoch("e")), limits(Long.MAX_VALUE), new Uncleared());
    private final List<Long> live = new ArrayList<>();

    private static LogLimits limits(long entriesMax) {
        return LogLimits.builder()
                .entriesMax(entriesMax)
                .tailBytes(1)
                .slackMax(SLACK)
                .marks(10, Duration.ofDays(1))
                .build();
    }

    private Sequencer sequencer(long entriesMax) {
        return new Sequencer(index, limits(entriesMax), channel -> Retention.ALL);
    }

    private void stage(Sequencer sequencer, String channel) {
        Draft draft = Draft.event(new ChannelName(channel), "message", Contents.text("x"));
        AppendResult outcome = sequencer.append(new Publication(draft, Conditions.NONE), 1);
        if (outcome instanceof AppendResult.Placed placed && !channel.equals("deleted")) live.add(placed.position());
    }

    private List<Long> keptOldestFirst() {
        List<Long> positions = new ArrayList<>();
        try (EntryIterator entries = index.oldestFirst()) {
            for (Entry entry = entries.next(); entry != null; entry = entries.next())
                positions.add(entry.id().position());
        }
        return positions;
    }

    /// @param between entries of the deleted channel between two others
    @ParameterizedTest
    @ValueSource(ints = {DELETED, 1_000, 100, 7})
    void findsTheOldestEntriesWhateverRemainsOfDeletedChannels(int between) {
        Sequencer unlimited = sequencer(Long.MAX_VALUE);
        for (int i = 0; i < DELETED; i++) {
            stage(unlimited, "deleted");
            if (i % between == between - 1 && live.size() < LIVE) stage(unlimited, "live/" + i % 11);
            if (i % 1_000 == 0) unlimited.apply();
        }
        while (live.size() < LIVE) stage(unlimited, "live/later");
        unlimited.delete(new ChannelName("deleted"), 1);
        assertThat(keptOldestFirst()).isEqualTo(live);

        Sequencer limited = sequencer(LIVE);
        for (int trims = 0; trims < 3; ) {
            read = 0;
            long entries = index.entries();
            stage(limited, "live/" + live.size() % 7);
            limited.apply();
            assertThat(read).isLessThanOrEqualTo(READ_MAX);
            if (index.entries() < entries) trims++;
        }
        assertThat(keptOldestFirst()).isEqualTo(live.subList(live.size() - LIVE, live.size()));
    }

    /// Keeps the entries of deleted channels for ever.
    private final class Uncleared extends EntriesBacking {
        @Override
        public EntrySource source() {
            return new Counted();
        }

        @Override
        public void place(LogRecord.Group group) {
            for (Entry entry : group.entries()) {
                kept.put(entry.id().position(), entry);
                keptOf.computeIfAbsent(entry.channel(), channel -> new TreeMap<>())
                        .put(entry.id().position(), entry);
            }
        }

        @Override
        public void drop(LogRecord.Trim trim) {
            for (Entry entry : trim.dropped()) {
                kept.remove(entry.id().position());
                keptOf.getOrDefault(entry.channel(), kept).remove(entry.id().position());
            }
        }
    }

    /// Counts the entries that its iterators return.
    private final class Counted implements EntrySource {
        @Override
        public EntryIterator after(ChannelIndex channel, long position, long upTo) {
            return counted(keptOf.getOrDefault(channel.name(), new TreeMap<>()), position, upTo);
        }

        @Override
        public EntryIterator after(long position, long upTo) {
            return counted(kept, position, upTo);
        }

        private EntryIterator counted(NavigableMap<Long, Entry> from, long position, long upTo) {
            Iterator<Entry> entries =
                    from.subMap(position, false, upTo, true).values().iterator();
            return () -> {
                if (!entries.hasNext()) return null;
                read++;
                return entries.next();
            };
        }

        @Override
        public EntryIterator back(ChannelIndex channel, long position) {
            throw new AssertionError("a trim reads forwards");
        }

        @Override
        public EntryIterator back(long position) {
            throw new AssertionError("a trim reads forwards");
        }

        @Override
        public @Nullable Entry firstNotOlder(@Nullable ChannelIndex channel, long timeMs, long upTo) {
            throw new AssertionError("a trim does not look for a time");
        }

        @Override
        public long newestPosition(ChannelIndex channel, Event event) {
            return -1;
        }
    }
}
