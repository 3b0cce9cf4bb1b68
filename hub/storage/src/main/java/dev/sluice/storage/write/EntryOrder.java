package dev.sluice.storage.write;

import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.index.ChannelIndex;
import dev.sluice.storage.engine.Engine;
import dev.sluice.storage.record.BatchRecord;
import dev.sluice.storage.record.Extent;
import dev.sluice.storage.record.ExtentIterator;
import dev.sluice.storage.record.Layout;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/// Writes the order of the entries of all channels as extents. Used by the writer's thread.
///
/// @see Extent
final class EntryOrder {
    private final Engine engine;
    private final BatchRecord record;

    /// @param record reused for each record
    EntryOrder(Engine engine, BatchRecord record) {
        this.engine = engine;
        this.record = record;
    }

    /// Adds the entries of one write.
    ///
    /// @param channels the channel of each entry
    void put(WriteBatch batch, List<Entry> entries, List<ChannelIndex> channels) throws RocksDBException {
        for (int from = 0, to; from < entries.size(); from = to) {
            Entry first = entries.get(from);
            to = end(entries, channels, from);
            record.begin().fixed(first.position() + to - from - 1);
            Extent.write(channels.get(from).number(), first instanceof End, first.timeMs(), to - from, record.value());
            record.put(batch, engine.order);
        }
    }

    /// The end of the extent that begins with an entry.
    private static int end(List<Entry> entries, List<ChannelIndex> channels, int from) {
        Entry first = entries.get(from);
        int to = from + 1;
        if (first instanceof End) return to;
        int end = Math.min(entries.size(), from + Extent.COUNT_MAX);
        while (to < end
                && channels.get(to) == channels.get(from)
                && entries.get(to) instanceof Event next
                && next.position() == first.position() + to - from
                && next.timeMs() == first.timeMs()) to++;
        return to;
    }

    /// Removes entries, and shortens the extents that also have kept entries.
    ///
    /// @param dropped the dropped entries by channel; the channels no longer have them
    void remove(WriteBatch batch, Map<ChannelIndex, List<Entry>> dropped) throws RocksDBException {
        try (Cuts cuts = new Cuts(batch)) {
            for (var each : dropped.entrySet()) cuts.cut(each.getKey(), positions(List.of(each.getValue())));
        }
        long[] all = positions(dropped.values());
        // After the cuts: an extent that is cut twice may also lose its last entry.
        for (int from = 0, to; from < all.length; from = to) {
            to = endOfStretch(all, from);
            delete(batch, all, from, to);
        }
    }

    private void delete(WriteBatch batch, long[] positions, int from, int to) throws RocksDBException {
        if (to - from >= RocksEntryStore.RANGE_MIN) {
            batch.deleteRange(engine.order, Layout.key(positions[from]), Layout.key(positions[to - 1] + 1));
        } else {
            for (int i = from; i < to; i++) batch.delete(engine.order, Layout.key(positions[i]));
        }
    }

    private static long[] positions(Collection<List<Entry>> lists) {
        int count = 0;
        for (List<Entry> each : lists) count += each.size();
        long[] positions = new long[count];
        int at = 0;
        for (List<Entry> each : lists) for (Entry entry : each) positions[at++] = entry.position();
        Arrays.sort(positions);
        return positions;
    }

    /// The end of a run of positions without a gap.
    private static int endOfStretch(long[] positions, int from) {
        int to = from + 1;
        while (to < positions.length && positions[to] == positions[to - 1] + 1) to++;
        return to;
    }

    /// Shortens extents.
    private final class Cuts implements AutoCloseable {
        private final WriteBatch batch;
        private @Nullable ExtentIterator extents; // Null until an extent is read.

        Cuts(WriteBatch batch) {
            this.batch = batch;
        }

        /// @param dropped positions of a channel, ascending
        void cut(ChannelIndex channel, long[] dropped) throws RocksDBException {
            long newest = dropped[dropped.length - 1];
            if (channel.mayRetain()) cutAll(dropped);
            // Otherwise no entry is kept before them, and an extent continues after them only if the channel
            // does.
            else if (channel.firstPosition() <= newest + 1) keepBehind(extents().atOrAfter(newest + 1), newest);
        }

        private void cutAll(long[] dropped) throws RocksDBException {
            long before = 0; // The last dropped position.
            for (int from = 0, to; from < dropped.length; from = to) {
                to = endOfStretch(dropped, from);
                long first = dropped[from];
                long last = dropped[to - 1];
                Extent extent = extents().atOrAfter(first);
                if (extent != null && extent.first() < first) {
                    put(extent.part(Math.max(extent.first(), before + 1), first - 1));
                }
                if (extent != null && extent.last() <= last) extent = extents().atOrAfter(last + 1);
                keepBehind(extent, last);
                before = last;
            }
        }

        private void keepBehind(@Nullable Extent extent, long dropped) throws RocksDBException {
            if (extent != null && extent.has(dropped)) put(extent.part(dropped + 1, extent.last()));
        }

        private void put(Extent extent) throws RocksDBException {
            batch.put(engine.order, extent.key(), extent.value());
        }

        private ExtentIterator extents() {
            if (extents == null) extents = new ExtentIterator(engine);
            return extents;
        }

        @Override
        public void close() {
            if (extents != null) extents.close();
        }
    }
}
