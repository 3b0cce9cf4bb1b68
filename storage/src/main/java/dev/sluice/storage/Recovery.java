package dev.sluice.storage;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.store.Channel;
import dev.sluice.core.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Reads at a start how the log stood. It looks at channels and keys, not at events.
final class Recovery {
    private final Engine engine;
    private final Store store;

    Recovery(Engine engine, Store store) {
        this.engine = engine;
        this.store = store;
    }

    /// @param roomBytes of the heap
    /// @throws CannotOpen if it is too small, which is better told than met later
    void restoreChannels(Map<Long, Channel> byNumber, long roomBytes) {
        long countMax = roomBytes / Budget.CHANNELS.itemBytes();
        List<Map.Entry<Long, ChannelRecord>> empty = new ArrayList<>();
        try (RecordWalk records = engine.records(engine.channels)) {
            while (records.next()) {
                long number = Layout.fixed(records.key(), 0);
                ChannelRecord record = ChannelRecord.read(records.value());
                if (byNumber.size() + empty.size() >= countMax) throw tooMany(countMax);
                if (record.kept() == null) empty.add(Map.entry(number, record));
                else byNumber.put(number, restore(number, record));
            }
        }
        // Those that became empty first come first.
        empty.sort((one, other) ->
                Long.compare(one.getValue().emptySinceMs(), other.getValue().emptySinceMs()));
        for (var entry : empty) byNumber.put(entry.getKey(), restore(entry.getKey(), entry.getValue()));
    }

    private static CannotOpen tooMany(long countMax) {
        return new CannotOpen(
                CannotOpen.Reason.TOO_LARGE,
                "The log has more than %,d channels, each of which takes %,d bytes of memory: start with a larger heap (SLUICE_JAVA_OPTS=-Xmx2g)."
                        .formatted(countMax, Budget.CHANNELS.itemBytes()),
                null);
    }

    private Channel restore(long number, ChannelRecord record) {
        return store.restore(
                record.name(),
                number,
                record.kept(),
                record.held(),
                record.events(),
                record.dataBytes(),
                record.mark(),
                record.deletedAt(),
                record.emptySinceMs());
    }

    /// Keys that still count.
    void restoreKeys(long nowMs) {
        try (RecordWalk records = engine.records(engine.once)) {
            while (records.next()) {
                long position = Layout.fixed(records.key(), 0);
                OnceRecord.restore(store.epochs().cursor(position), records.value(), store.idempotency(), nowMs);
            }
        }
    }

    /// The channels whose deletion was interrupted.
    List<Long> deletionsLeft() {
        List<Long> left = new ArrayList<>();
        try (RecordWalk records = engine.records(engine.control, Layout.CLEAR)) {
            while (records.next()) left.add(Layout.fixed(records.key(), Layout.CLEAR.length));
        }
        return left;
    }
}
