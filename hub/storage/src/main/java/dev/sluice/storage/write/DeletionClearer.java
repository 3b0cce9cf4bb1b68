package dev.sluice.storage.write;

import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.index.ChannelIndex;
import dev.sluice.storage.engine.Engine;
import dev.sluice.storage.engine.RecordIterator;
import dev.sluice.storage.record.Layout;
import java.util.List;
import org.rocksdb.WriteBatch;

/// Removes the records of deleted channels in slices. Used by the writer's thread. Records that remain when
/// the process ends are removed after the next start.
final class DeletionClearer {
    private final Engine engine;

    /// The channel whose deletion is in progress; not persisted, as repeating a deletion does no harm.
    private long clearingNumber;

    private long clearedUpTo = -1;

    DeletionClearer(Engine engine) {
        this.engine = engine;
    }

    /// Removes at most `max` entries of a deleted channel, the oldest first.
    ///
    /// @return the number of entries removed; less than `max` if none are left
    int clear(ChannelIndex channel, int max) {
        long entries = channel.entries(); // 0: of an earlier process, and not counted.
        boolean isSmall = entries > 0 && entries < RocksEntryStore.RANGE_MIN;
        if (isSmall && channel.cold() == null) return clear(channel, channel.oldestInMemory(max), max);
        return clear(channel, max, isSmall);
    }

    /// Removes all entries of a channel at once.
    void clearAll(ChannelIndex channel) {
        while (clear(channel, RocksEntryStore.RANGE_MIN, false) == RocksEntryStore.RANGE_MIN) {}
    }

    /// Removes entries one by one that are all in memory, which saves looking them up on disk: with many channels of a
    /// few events each, that is most of the work.
    private int clear(ChannelIndex channel, List<Entry> oldest, int max) {
        try (WriteBatch batch = new WriteBatch()) {
            RocksEntryStore.put(batch, () -> {
                for (Entry entry : oldest) {
                    batch.delete(engine.events, RocksEntryStore.key(channel, entry));
                    batch.delete(engine.order, Layout.key(entry.position()));
                    if (entry instanceof Event event && event.key() != null) {
                        batch.delete(engine.newest, Layout.newest(channel.number(), event));
                    }
                }
                if (oldest.size() < max) batch.delete(engine.control, Layout.clear(channel.number()));
            });
            engine.write(batch, false);
        }
        engine.onRemoved();
        return oldest.size();
    }

    /// Removes entries that are on disk: a few of them one by one; many of them only from the order of all channels,
    /// and the rest as one range at the end.
    private int clear(ChannelIndex channel, int max, boolean isSmall) {
        long number = channel.number();
        if (clearingNumber != number) clearedUpTo = -1;
        clearingNumber = number;
        int count = 0;
        try (WriteBatch batch = new WriteBatch()) {
            try (RecordIterator entries =
                    engine.records(engine.events, Layout.key(number, clearedUpTo + 1), Layout.key(number))) {
                while (count < max && entries.next()) {
                    long position = Layout.fixed(entries.key(), 8);
                    RocksEntryStore.put(batch, () -> {
                        batch.delete(engine.order, Layout.key(position));
                        if (isSmall) batch.delete(engine.events, Layout.key(number, position));
                    });
                    clearedUpTo = position;
                    count++;
                }
            }
            if (count < max) putClearEnd(batch, number, isSmall);
            engine.write(batch, false);
        }
        engine.onRemoved();
        if (count < max && !isSmall) engine.deleteTables(engine.events, Layout.key(number), Layout.key(number + 1));
        return count;
    }

    private void putClearEnd(WriteBatch batch, long number, boolean isSmall) {
        RocksEntryStore.put(batch, () -> {
            if (isSmall) {
                try (RecordIterator keys = engine.records(engine.newest, Layout.key(number))) {
                    while (keys.next()) batch.delete(engine.newest, keys.key());
                }
            } else {
                batch.deleteRange(engine.events, Layout.key(number), Layout.key(number + 1));
                batch.deleteRange(engine.newest, Layout.key(number), Layout.key(number + 1));
            }
            batch.delete(engine.control, Layout.clear(number));
        });
    }
}
