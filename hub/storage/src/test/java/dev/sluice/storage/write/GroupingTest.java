package dev.sluice.storage.write;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.index.EntryStore;
import dev.sluice.core.index.Epochs;
import dev.sluice.core.index.Index;
import dev.sluice.core.log.LogLimits;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.TestClock;
import dev.sluice.core.sequencer.CommandHistory;
import dev.sluice.core.sequencer.Sequencer;
import dev.sluice.storage.engine.Engine;
import dev.sluice.storage.folder.Sync;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How commands are grouped influences neither ids nor outcomes nor the state of a durable log, before and after it is
/// opened again; and both are the same as in memory.
final class GroupingTest {
    private static final long TAIL_BYTES = 1 << 20;

    /// So little that most reads are from disk.
    private static final long COLD_TAIL_BYTES = 1;

    @TempDir
    Path folder;

    private int logs;

    /// A durable log without the writer's thread.
    private record OnDisk(
            Path folder,
            LogLimits limits,
            Function<ChannelName, Retention> rules,
            Engine engine,
            RocksEntryStore backing)
            implements CommandHistory.Subject {
        static OnDisk open(Path folder, LogLimits limits, Function<ChannelName, Retention> rules) {
            Engine engine = Engine.open(folder, null);
            RocksEntryStore backing =
                    new RocksEntryStore(engine, Sync.INTERVAL, new TestClock(), limits, rules, 1 << 30);
            backing.begin();
            return new OnDisk(folder, limits, rules, engine, backing);
        }

        @Override
        public Index index() {
            return backing.index();
        }

        @Override
        public Sequencer sequencer() {
            return backing.sequencer();
        }

        @Override
        public CommandHistory.Subject reopen() {
            backing.close();
            engine.close();
            return open(folder, limits, rules);
        }

        @Override
        public void close() {
            engine.close();
        }
    }

    private record InMemory(Index index, Sequencer sequencer) implements CommandHistory.Subject {
        static InMemory open(LogLimits limits, Function<ChannelName, Retention> rules) {
            Index index = new Index(Epochs.of(new Epoch("inmemory")), limits, EntryStore.NONE);
            return new InMemory(index, new Sequencer(index, limits, rules));
        }

        @Override
        public CommandHistory.@Nullable Subject reopen() {
            return null;
        }

        @Override
        public void close() {}
    }

    private OnDisk open(LogLimits limits, Function<ChannelName, Retention> rules) {
        return OnDisk.open(folder.resolve("log" + logs++), limits, rules);
    }

    @Test
    void doesNotChangeOutcomes() {
        CommandHistory.compareAll(2, TAIL_BYTES, this::open);
    }

    @Test
    void doesNotChangeOutcomesFromDisk() {
        CommandHistory.compareAll(2, COLD_TAIL_BYTES, this::open);
    }

    /// In this history a log that was opened again knew an entry as due that its rule did not cover any more, and so
    /// said that there was more to expire.
    @Test
    void expiresTheSameWhereAnOpenedLogIsEarly() {
        CommandHistory.compare(-2_638_901_646_970_709_295L, COLD_TAIL_BYTES, this::open);
    }

    @Test
    void decidesAsInMemory() {
        long seed = Long.getLong("sluice.seed", new Random(Long.getLong("sluice.seeds", System.nanoTime())).nextLong());
        var inMemory = CommandHistory.steps(seed, TAIL_BYTES, InMemory::open);
        for (long tailBytes : new long[] {TAIL_BYTES, COLD_TAIL_BYTES}) {
            var onDisk = CommandHistory.steps(seed, tailBytes, this::open);
            CommandHistory.assertSame(inMemory, onDisk, "with -Dsluice.seed=" + seed);
        }
    }

    @Test
    @Tag("long")
    void doesNotChangeOutcomesOverManyHistories() {
        CommandHistory.compareAll(100, TAIL_BYTES, this::open);
        CommandHistory.compareAll(100, COLD_TAIL_BYTES, this::open);
    }
}
