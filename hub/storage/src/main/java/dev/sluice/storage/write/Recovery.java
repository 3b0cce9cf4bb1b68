package dev.sluice.storage.write;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.index.ChannelIndex;
import dev.sluice.core.index.Index;
import dev.sluice.core.log.Retention;
import dev.sluice.core.sequencer.IdempotencyKeys;
import dev.sluice.storage.engine.Engine;
import dev.sluice.storage.engine.RecordIterator;
import dev.sluice.storage.folder.CannotOpenException;
import dev.sluice.storage.folder.OpenFailure;
import dev.sluice.storage.record.ChannelRecord;
import dev.sluice.storage.record.IdempotencyRecord;
import dev.sluice.storage.record.Layout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/// Restores the state of the index at a start. It reads channels and keys, but not events.
final class Recovery {
    private final Engine engine;
    private final Index index;
    private final Function<ChannelName, Retention> rules;

    /// The order in which channels became empty; those emptied in the same millisecond by their marks.
    private static final Comparator<ChannelRecord> EMPTIED = Comparator.comparingLong(ChannelRecord::emptySinceMs)
            .thenComparingLong(
                    record -> record.mark() == null ? 0 : record.mark().newest())
            .thenComparingLong(
                    record -> record.mark() == null ? 0 : record.mark().position());

    Recovery(Engine engine, Index index, Function<ChannelName, Retention> rules) {
        this.engine = engine;
        this.index = index;
        this.rules = rules;
    }

    /// @param heapBytes the heap available for channels
    /// @throws CannotOpenException if that is too small, which is better than an OutOfMemoryError later
    void restoreChannels(Map<Long, ChannelIndex> byNumber, long heapBytes) {
        long countMax = heapBytes / Budget.CHANNELS.itemBytes();
        List<Map.Entry<Long, ChannelRecord>> empty = new ArrayList<>();
        try (RecordIterator records = engine.records(engine.channels)) {
            while (records.next()) {
                long number = Layout.fixed(records.key(), 0);
                ChannelRecord record = ChannelRecord.read(records.value());
                if (byNumber.size() + empty.size() >= countMax) throw tooMany(countMax);
                if (record.kept() == null) empty.add(Map.entry(number, record));
                else byNumber.put(number, restore(number, record));
            }
        }
        empty.sort((one, other) -> EMPTIED.compare(one.getValue(), other.getValue()));
        for (var entry : empty) byNumber.put(entry.getKey(), restore(entry.getKey(), entry.getValue()));
    }

    private static CannotOpenException tooMany(long countMax) {
        return new CannotOpenException(
                OpenFailure.TOO_LARGE,
                String.format(
                        Locale.ROOT,
                        "The log has more than %,d channels, each of which takes %,d bytes of memory: start with a larger heap (SLUICE_JAVA_OPTS=-Xmx2g).",
                        countMax,
                        Budget.CHANNELS.itemBytes()),
                null);
    }

    private ChannelIndex restore(long number, ChannelRecord record) {
        return index.restore(
                record.name(),
                number,
                rules.apply(record.name()),
                record.kept(),
                record.held(),
                record.events(),
                record.dataBytes(),
                record.mark(),
                record.deletedAt(),
                record.emptySinceMs());
    }

    /// Restores the keys that have not expired.
    void restoreKeys(IdempotencyKeys keys, long nowMs) {
        try (RecordIterator records = engine.records(engine.once)) {
            while (records.next()) {
                long position = Layout.fixed(records.key(), 0);
                IdempotencyRecord.restore(index.epochs().cursor(position), records.value(), keys, nowMs);
            }
        }
    }

    /// @return the numbers of the channels whose deletion was interrupted
    List<Long> unfinishedDeletions() {
        List<Long> unfinished = new ArrayList<>();
        try (RecordIterator records = engine.records(engine.control, Layout.CLEAR)) {
            while (records.next()) unfinished.add(Layout.fixed(records.key(), Layout.CLEAR.length));
        }
        return unfinished;
    }
}
