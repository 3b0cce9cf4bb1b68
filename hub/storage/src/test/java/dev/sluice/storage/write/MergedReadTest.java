package dev.sluice.storage.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.event.Entry;
import dev.sluice.core.index.ChannelIndex;
import dev.sluice.core.index.EntryIterator;
import dev.sluice.core.index.Index;
import dev.sluice.core.log.LogLimits;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.TestClock;
import dev.sluice.storage.LogFixture;
import dev.sluice.storage.RocksLog;
import dev.sluice.storage.engine.Engine;
import dev.sluice.storage.folder.LogUnavailableException;
import dev.sluice.storage.folder.Sync;
import dev.sluice.storage.record.Layout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Reads that merge channels load each entry when they return it: the next entries of 255 channels, with their data,
/// would fill the heap. An entry that is broken on disk shows when it is loaded.
final class MergedReadTest {
    @TempDir
    Path folder;

    @Test
    void loadsOnlyTheEntriesThatItReturns() throws Exception {
        try (RocksLog log = RocksLog.builder(folder).reserveBytes(0).open()) {
            for (String channel : List.of("a", "b", "a", "b")) LogFixture.publish(log, channel, "x");
        }
        try (Engine engine = Engine.open(folder, null)) {
            RocksEntryStore store = new RocksEntryStore(
                    engine,
                    Sync.INTERVAL,
                    new TestClock(),
                    LogLimits.builder().build(),
                    channel -> Retention.ALL,
                    1 << 30);
            Index index = store.index();
            List<ChannelIndex> channels =
                    Stream.of("a", "b").map(index::channel).toList();
            engine.db.put(engine.events, Layout.key(channels.get(1).number(), 2), new byte[1]);
            engine.db.put(engine.events, Layout.key(channels.get(0).number(), 3), new byte[1]);

            loadsOnlyTheFirst(
                    EntryIterator.merged(
                            channels.stream()
                                    .map(each -> index.source().after(each, 0, Long.MAX_VALUE))
                                    .toList(),
                            true),
                    1);
            loadsOnlyTheFirst(
                    EntryIterator.merged(
                            channels.stream()
                                    .map(each -> index.source().back(each, 4))
                                    .toList(),
                            false),
                    4);
        }
    }

    /// Iterators over a disk hold native memory, and keep deleted tables on disk.
    @Test
    void closesAllIteratorsIfOneCannotBeRead() {
        List<Integer> closed = new ArrayList<>();
        List<Channel> channels =
                List.of(new Channel(1, false, closed), new Channel(2, true, closed), new Channel(3, false, closed));
        assertThatThrownBy(() -> EntryIterator.merged(channels, true)).isInstanceOf(LogUnavailableException.class);
        assertThat(closed).containsExactly(1, 2, 3);
    }

    private record Channel(int number, boolean isBroken, List<Integer> closed) implements EntryIterator {
        @Override
        public @Nullable Entry next() {
            if (isBroken) throw new LogUnavailableException("a block can't be read", null);
            return null;
        }

        @Override
        public void close() {
            closed.add(number);
        }
    }

    private static void loadsOnlyTheFirst(EntryIterator merged, long position) {
        try (merged) {
            assertThat(merged.next()).isNotNull().extracting(Entry::position).isEqualTo(position);
            assertThatThrownBy(merged::next).isInstanceOf(LogUnavailableException.class);
        }
    }
}
