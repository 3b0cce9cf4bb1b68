package dev.sluice.storage;

import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.store.Channel;
import dev.sluice.core.store.Epochs;
import dev.sluice.core.store.Source;
import dev.sluice.core.store.Store;
import dev.sluice.core.store.Way;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/// Everything that is kept, from disk. Blocks: for the writer, and for threads that may wait.
final class DiskSource implements Source {
    private final Engine engine;
    private final Epochs epochs;
    private final Disk disk;

    /// No entry of any channel lies before; so that nobody walks again through what RocksDB has yet to clean up.
    private final AtomicLong oldest = new AtomicLong();

    DiskSource(Engine engine, Epochs epochs, Disk disk) {
        this.engine = engine;
        this.epochs = epochs;
        this.disk = disk;
    }

    @Override
    public Way after(Channel channel, long position, long upTo) {
        return new ChannelWay(channel, true, position + 1, upTo);
    }

    @Override
    public Way back(Channel channel, long position) {
        return new ChannelWay(channel, false, 0, position);
    }

    @Override
    public Way after(long position, long upTo) {
        return new HubWay(true, position + 1, upTo);
    }

    @Override
    public Way back(long position) {
        return new HubWay(false, 0, position);
    }

    @Override
    public @Nullable Entry firstNotOlder(@Nullable Channel channel, long timeMs, long upTo) {
        long position = firstPlaceNotOlder(timeMs, upTo);
        try (Way way = channel == null ? after(position - 1, upTo) : after(channel, position - 1, upTo)) {
            return way.next();
        }
    }

    /// Time grows with the positions of all channels, so halving finds it in some twenty looks.
    private long firstPlaceNotOlder(long timeMs, long upTo) {
        long low = 0;
        long high = upTo + 1;
        try (RocksIterator order = engine.db.newIterator(engine.order)) {
            while (low < high) {
                long middle = (low + high) >>> 1;
                order.seek(Layout.key(middle));
                long found = order.isValid() ? Layout.fixed(order.key(), 0) : Long.MAX_VALUE;
                if (found >= high || Layout.fixed(order.value(), 9) >= timeMs) high = middle;
                else low = found + 1;
            }
            order.status();
        } catch (RocksDBException failed) {
            throw Engine.failed("reading", failed);
        }
        return low;
    }

    @Override
    public long newestPlace(Channel channel, Event event) {
        if (event.key() == null) return -1;
        byte[] position = engine.get(engine.newest, Layout.newest(channel.number(), event));
        return position == null ? -1 : Layout.fixed(position, 0);
    }

    private Entry entry(Channel channel, long position, byte[] record) {
        try {
            return EntryRecord.read(epochs.cursor(position), channel.name(), record);
        } catch (In.Broken | IllegalArgumentException broken) {
            throw new LogUnavailable(
                    "The log is damaged: the entry of '" + channel.name() + "' at " + position
                            + " can't be read. Restore a backup, or salvage the rest.",
                    broken);
        }
    }

    /// A cursor of RocksDB between two keys, as it was when it was opened.
    private abstract class Records implements Way {
        private final Slice lower;
        private final Slice upper;
        private final ReadOptions options = new ReadOptions();
        private final boolean forwards;
        final RocksIterator records;
        private boolean begun;

        Records(org.rocksdb.ColumnFamilyHandle family, boolean forwards, byte[] from, byte[] to) {
            this.forwards = forwards;
            lower = new Slice(from);
            upper = new Slice(to);
            options.setIterateLowerBound(lower).setIterateUpperBound(upper);
            records = engine.db.newIterator(family, options);
        }

        /// Whether there is one.
        boolean move() {
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

    private final class ChannelWay extends Records {
        private final Channel channel;

        ChannelWay(Channel channel, boolean forwards, long from, long upTo) {
            super(
                    engine.events,
                    forwards,
                    Layout.key(channel.number(), from),
                    Layout.key(channel.number(), upTo == Long.MAX_VALUE ? upTo : upTo + 1));
            this.channel = channel;
        }

        @Override
        public @Nullable Entry next() {
            if (!move()) return null;
            return entry(channel, Layout.fixed(records.key(), 8), records.value());
        }
    }

    private final class HubWay extends Records {
        private final long from;
        private boolean first = true;

        HubWay(boolean forwards, long from, long upTo) {
            super(
                    engine.order,
                    forwards,
                    Layout.key(forwards ? Math.max(from, oldest.get()) : from),
                    Layout.key(upTo == Long.MAX_VALUE ? upTo : upTo + 1));
            this.from = forwards ? from : Long.MAX_VALUE;
        }

        @Override
        public @Nullable Entry next() {
            if (move()) {
                long position = Layout.fixed(records.key(), 0);
                if (first && from <= oldest.get()) oldest.accumulateAndGet(position, Math::max);
                first = false;
                Channel channel = disk.channel(Layout.fixed(records.value(), 0));
                if (channel != null) {
                    byte[] record = engine.get(engine.events, Layout.key(channel.number(), position));
                    if (record != null) return entry(channel, position, record);
                }
                // Gone meanwhile: who looks is told of it at the end.
                return new End(epochs.cursor(position), Store.DELETED, Layout.fixed(records.value(), 9));
            }
            return null;
        }
    }
}
