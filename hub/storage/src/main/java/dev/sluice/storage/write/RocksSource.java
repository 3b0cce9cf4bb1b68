package dev.sluice.storage.write;

import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.index.ChannelIndex;
import dev.sluice.core.index.EntryIterator;
import dev.sluice.core.index.EntrySource;
import dev.sluice.core.index.Epochs;
import dev.sluice.core.index.Index;
import dev.sluice.core.record.RecordInput;
import dev.sluice.storage.engine.Engine;
import dev.sluice.storage.folder.LogUnavailableException;
import dev.sluice.storage.record.EntryRecord;
import dev.sluice.storage.record.Extent;
import dev.sluice.storage.record.ExtentIterator;
import dev.sluice.storage.record.Layout;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/// Reads retained entries from disk. Blocks: for the writer's thread, and for threads that may wait.
final class RocksSource implements EntrySource {
    private final Engine engine;
    private final Epochs epochs;
    private final RocksEntryStore backing;

    /// No entry of any channel lies before this position, so that reads skip records that RocksDB has
    /// yet to compact away.
    private final AtomicLong oldest = new AtomicLong(1); // Positions begin with it.

    RocksSource(Engine engine, Epochs epochs, RocksEntryStore backing) {
        this.engine = engine;
        this.epochs = epochs;
        this.backing = backing;
    }

    @Override
    public EntryIterator after(ChannelIndex channel, long position, long upTo) {
        return new ChannelEntryIterator(channel, true, position + 1, upTo);
    }

    @Override
    public EntryIterator back(ChannelIndex channel, long position) {
        return new ChannelEntryIterator(channel, false, 0, position);
    }

    @Override
    public EntryIterator after(long position, long upTo) {
        return new HubEntryIterator(true, position + 1, upTo);
    }

    @Override
    public EntryIterator back(long position) {
        return new HubEntryIterator(false, 0, position);
    }

    @Override
    public @Nullable Entry firstNotOlder(@Nullable ChannelIndex channel, long timeMs, long upTo) {
        long position = firstPositionNotOlder(timeMs, upTo);
        try (EntryIterator entries = channel == null ? after(position - 1, upTo) : after(channel, position - 1, upTo)) {
            return entries.next();
        }
    }

    /// Finds the first position by binary search in some twenty steps, because time grows with the
    /// positions of all channels.
    private long firstPositionNotOlder(long timeMs, long upTo) {
        long low = 0;
        long high = upTo + 1;
        try (ExtentIterator extents = new ExtentIterator(engine)) {
            while (low < high) {
                long middle = (low + high) >>> 1;
                Extent found = extents.atOrAfter(middle);
                if (found == null || found.first() >= high || found.timeMs() >= timeMs) high = middle;
                else low = found.last() + 1;
            }
        }
        return low;
    }

    @Override
    public long newestPosition(ChannelIndex channel, Event event) {
        if (event.key() == null) return -1;
        byte[] position = engine.get(engine.newest, Layout.newest(channel.number(), event));
        return position == null ? -1 : Layout.fixed(position, 0);
    }

    private Entry entry(ChannelIndex channel, long position, byte[] record) {
        try {
            return EntryRecord.read(epochs.cursor(position), channel.name(), record);
        } catch (RecordInput.BrokenRecordException | IllegalArgumentException broken) {
            throw new LogUnavailableException(
                    "The log is damaged: the entry of '" + channel.name() + "' at " + position
                            + " can't be read. Restore a backup, or salvage the rest.",
                    broken);
        }
    }

    /// A RocksDB iterator over a snapshot, between two keys.
    private abstract class BoundedIterator implements EntryIterator {
        private final Slice lower;
        private final Slice upper;
        private final ReadOptions options = new ReadOptions();
        private final boolean forwards;
        final RocksIterator records;
        private boolean begun;

        BoundedIterator(org.rocksdb.ColumnFamilyHandle family, boolean forwards, byte[] from, byte[] to) {
            this.forwards = forwards;
            lower = new Slice(from);
            upper = new Slice(to);
            options.setIterateLowerBound(lower).setIterateUpperBound(upper);
            records = engine.db.newIterator(family, options);
        }

        /// @return false at the end
        boolean advance() {
            if (!begun && forwards) records.seekToFirst();
            else if (!begun) records.seekToLast();
            else if (forwards) records.next();
            else records.prev();
            begun = true;
            if (records.isValid()) return true;
            try {
                records.status();
            } catch (RocksDBException failed) {
                throw Engine.failed("reading", failed);
            }
            return false;
        }

        @Override
        public void close() {
            records.close();
            options.close();
            lower.close();
            upper.close();
        }
    }

    private final class ChannelEntryIterator extends BoundedIterator implements EntryIterator.Lazy {
        private final ChannelIndex channel;

        /// The position of the record at which the iterator stands, if its entry has not been returned; -1 at the end.
        private long ahead;

        private boolean isAhead;

        ChannelEntryIterator(ChannelIndex channel, boolean forwards, long from, long upTo) {
            super(
                    engine.events,
                    forwards,
                    Layout.key(channel.number(), from),
                    Layout.key(channel.number(), upTo == Long.MAX_VALUE ? upTo : upTo + 1));
            this.channel = channel;
        }

        @Override
        public long nextPosition() {
            if (!isAhead) ahead = advance() ? Layout.fixed(records.key(), 8) : -1;
            isAhead = true;
            return ahead;
        }

        @Override
        public @Nullable Entry next() {
            long position = nextPosition();
            if (position < 0) return null;
            isAhead = false;
            return entry(channel, position, records.value());
        }
    }

    private final class HubEntryIterator implements EntryIterator {
        private final ExtentIterator extents = new ExtentIterator(engine);
        private final boolean forwards;
        private final long from;
        private final long upTo;
        private long position; // The next one, or one in the gap before it.
        private @Nullable Extent extent; // The extent of the last returned entry; null before the first one.
        private boolean isDone;

        HubEntryIterator(boolean forwards, long from, long upTo) {
            this.forwards = forwards;
            this.from = from;
            this.upTo = upTo;
            position = forwards ? Math.max(from, oldest.get()) : upTo;
        }

        @Override
        public @Nullable Entry next() {
            Extent in = isDone || position < from || position > upTo ? null : find();
            long found = in == null ? 0 : Math.clamp(position, in.first(), in.last());
            isDone = in == null || found < from || found > upTo; // Does not search behind the last extent.
            if (in == null || isDone) return null;
            boolean isOldest = forwards && extent == null && from <= oldest.get();
            if (isOldest) oldest.accumulateAndGet(found, Math::max);
            extent = in;
            position = forwards ? found + 1 : found - 1;
            return entry(in, found);
        }

        private @Nullable Extent find() {
            Extent last = extent;
            if (last == null) return forwards ? extents.atOrAfter(position) : extents.atOrBefore(position);
            if (last.has(position)) return last;
            return forwards ? extents.next() : extents.previous();
        }

        private Entry entry(Extent in, long found) {
            ChannelIndex channel = backing.channel(in.channel());
            if (channel != null) {
                byte[] record = engine.get(engine.events, Layout.key(channel.number(), found));
                if (record != null) return RocksSource.this.entry(channel, found, record);
            }
            // Dropped in between: the reader is notified of that at the end.
            return new End(epochs.cursor(found), Index.DELETED, in.timeMs());
        }

        @Override
        public void close() {
            extents.close();
        }
    }
}
