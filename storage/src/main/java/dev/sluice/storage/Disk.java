package dev.sluice.storage;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Retention;
import dev.sluice.core.store.Backing;
import dev.sluice.core.store.Channel;
import dev.sluice.core.store.Limits;
import dev.sluice.core.store.Source;
import dev.sluice.core.store.Staging;
import dev.sluice.core.store.Store;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/// Keeps on disk what a store keeps. For the writer, but for [#source] and [#channel].
///
/// Each change is one batch, all of it or nothing, and with it go the records of the channels it touches and of the
/// hub: so what a start finds is exactly what was after some change, whatever happened, and it need not look at events.
final class Disk implements Backing {
    /// From here on one range costs less than single removals. A range is in the way of every read: where 10,000
    /// channels dropped a hundred at a time, reading from disk took about twice as long by ranges; and a trim
    /// reads what it drops.
    private static final int RANGE_MIN = 1_024;

    private static final long PURGED_MIN = 10_000;

    private static final int ORDER_BYTES = 17;

    private static final System.Logger LOG = System.getLogger(Disk.class.getName());

    /// Between two lines that say the same.
    private static final long TOLD_AGAIN_MS = 300_000;

    private final Engine engine;
    private final InstantSource clock;
    private final boolean syncs;
    private final ConcurrentHashMap<Long, Channel> byNumber = new ConcurrentHashMap<>();
    private final Store store;
    private final DiskSource source;
    private HubRecord hub;
    private long purgedTo;
    private long crowdedOut;
    private long crowdingToldMs;

    /// How far the deletion has come that is under way; not remembered, as going through it again does no harm.
    private long clearing;

    private long clearedUpTo = -1;

    /// Reads how the log stood.
    Disk(
            Engine engine,
            Sync sync,
            InstantSource clock,
            Limits limits,
            Function<ChannelName, Retention> rules,
            long heapBytes) {
        this.engine = engine;
        this.clock = clock;
        syncs = sync == Sync.ALWAYS;
        hub = HubRecord.of(engine);
        boolean wasClosed = engine.get(engine.control, Layout.OPEN) == null;
        byte[] epochs = engine.get(engine.control, Layout.EPOCHS);
        store = new Store(Lives.next(epochs, wasClosed, hub.last(), this::oldest), limits, rules, this);
        source = new DiskSource(engine, store.epochs(), this);
        store.restore(hub.last(), hub.head(), hub.folded(), hub.foldedDeletion());
        Recovery recovery = new Recovery(engine, store);
        recovery.restoreChannels(byNumber, Budget.room(heapBytes));
        warnOfTooManyChannels(limits);
        recovery.restoreKeys(nowMs());
        crowdedOut = store.idempotency().crowdedOut();
        // A deletion that was interrupted goes on.
        for (long number : recovery.deletionsLeft()) {
            Channel namesake = byNumber.get(number);
            if (namesake == null) store.restoreDeleted(number);
            else clearBeforeUse(namesake);
        }
    }

    private void warnOfTooManyChannels(Limits limits) {
        if (store.channelsKept() <= limits.channelsMax()) return;
        LOG.log(
                System.Logger.Level.WARNING,
                "the log holds more channels than it may, and takes no new ones: delete some, or raise"
                        + " storage.channels_max, channels=" + store.channelsKept() + " max=" + limits.channelsMax());
    }

    /// The position of the oldest entry of all channels; that of the head where there is none.
    private long oldest() {
        try (RecordWalk places = engine.records(engine.order)) {
            return places.next() ? Layout.fixed(places.key(), 0) : hub.head();
        }
    }

    /// From now on an end without [#close] is an unclean one. On the disk before anything is acknowledged, so that no
    /// place is given twice.
    void begin() {
        try (WriteBatch batch = new WriteBatch()) {
            put(batch, () -> {
                batch.put(engine.control, Layout.EPOCHS, Lives.write(store.epochs()));
                batch.put(engine.control, Layout.OPEN, new byte[0]);
            });
            engine.write(batch, true);
        }
    }

    /// The end of a clean life.
    void close() {
        try (WriteBatch batch = new WriteBatch()) {
            put(batch, () -> batch.delete(engine.control, Layout.OPEN));
            engine.write(batch, true);
        }
    }

    /// Finishes a deletion that an older version of this hub began: with it the channel kept its number, so all must
    /// go before something new comes.
    private void clearBeforeUse(Channel channel) {
        while (clear(channel, RANGE_MIN, false) == RANGE_MIN) {}
    }

    Store store() {
        return store;
    }

    /// The time of the newest entry.
    long timeMs() {
        return hub.timeMs();
    }

    /// Null if it is gone.
    @Nullable
    Channel channel(long number) {
        return byNumber.get(number);
    }

    // What the store asks.

    @Override
    public Source source() {
        return source;
    }

    @Override
    public long number() {
        hub = new HubRecord(
                hub.last(), hub.head(), hub.timeMs(), hub.channels() + 1, hub.folded(), hub.foldedDeletion());
        return hub.channels();
    }

    @Override
    public void place(Staging staging, List<Channel> targets) {
        List<Entry> entries = staging.entries();
        Entry newest = entries.getLast();
        long head = newest.id().position();
        try (WriteBatch batch = new WriteBatch()) {
            put(batch, () -> {
                Map<Channel, ChannelRecord> touched = new LinkedHashMap<>();
                for (int i = 0; i < entries.size(); i++) {
                    Entry entry = entries.get(i);
                    Channel channel = targets.get(i);
                    put(batch, channel, entry);
                    ChannelRecord known = touched.get(channel);
                    if (known == null) known = ChannelRecord.of(channel, 0);
                    touched.put(channel, known.with(entry));
                }
                for (Map.Entry<Channel, ChannelRecord> each : touched.entrySet()) {
                    put(batch, each.getKey(), each.getValue());
                }
                for (var each : staging.keys().entrySet()) {
                    byte[] position = Layout.key(each.getValue().id().position());
                    batch.put(engine.once, position, OnceRecord.write(each.getKey(), each.getValue()));
                }
                putHub(batch, head, head, newest.timeMs());
            });
            engine.write(batch, syncs);
        }
        for (Channel channel : targets) byNumber.putIfAbsent(channel.number(), channel);
    }

    private void put(WriteBatch batch, Channel channel, Entry entry) throws RocksDBException {
        byte[] position = Layout.key(entry.id().position());
        batch.put(engine.events, key(channel, entry), EntryRecord.write(entry));
        batch.put(engine.order, position, order(channel.number(), entry));
        if (entry instanceof Event event && event.key() != null) {
            batch.put(engine.newest, Layout.newest(channel.number(), event), position);
        }
    }

    static byte[] order(long channel, Entry entry) {
        int flags = entry instanceof End ? 1 : 0;
        return new Out(ORDER_BYTES)
                .fixed(channel)
                .octet(flags)
                .fixed(entry.timeMs())
                .bytes();
    }

    static void requireOrder(byte[] order) {
        if (order.length != ORDER_BYTES) throw new In.Broken();
    }

    /// Whether a record of the order is that of an end.
    static boolean isEnd(byte[] order) {
        return order[8] == 1;
    }

    private static byte[] key(Channel channel, Entry entry) {
        return Layout.key(channel.number(), entry.id().position());
    }

    private void put(WriteBatch batch, Channel channel, ChannelRecord record) throws RocksDBException {
        batch.put(engine.channels, Layout.key(channel.number()), record.write());
    }

    private void putHub(WriteBatch batch, long last, long head, long timeMs) throws RocksDBException {
        hub = new HubRecord(
                Math.max(hub.last(), last),
                Math.max(hub.head(), head),
                Math.max(hub.timeMs(), timeMs),
                hub.channels(),
                store.marks().folded(),
                store.marks().foldedDeletion());
        batch.put(engine.control, Layout.HUB, hub.write());
    }

    @Override
    public void drop(Collection<Entry> dropped, Collection<Channel> channels) {
        Map<ChannelName, Channel> byName = new HashMap<>();
        for (Channel channel : channels) byName.put(channel.name(), channel);
        Map<Channel, List<Entry>> byChannel = new LinkedHashMap<>();
        for (Entry entry : dropped) {
            byChannel
                    .computeIfAbsent(byName.get(entry.channel()), channel -> new ArrayList<>())
                    .add(entry);
        }
        try (WriteBatch batch = new WriteBatch()) {
            put(batch, () -> {
                for (Channel channel : channels) {
                    remove(batch, channel, byChannel.getOrDefault(channel, List.of()));
                    put(batch, channel, ChannelRecord.of(channel, nowMs()));
                }
                putHub(batch, store.last(), 0, 0); // The moment of this drop, which a mark has perhaps behind another.
            });
            engine.write(batch, false);
        }
        engine.removed();
    }

    /// Removes a channel's oldest entries, but for those that it holds.
    private void remove(WriteBatch batch, Channel channel, List<Entry> oldest) throws RocksDBException {
        boolean isRange = oldest.size() >= RANGE_MIN && channel.held().entries() == 0;
        if (isRange) {
            long upTo = oldest.getLast().id().position();
            batch.deleteRange(engine.events, Layout.key(channel.number(), 0), Layout.key(channel.number(), upTo + 1));
        }
        for (Entry entry : oldest) {
            if (!isRange) batch.delete(engine.events, key(channel, entry));
            batch.delete(engine.order, Layout.key(entry.id().position()));
            if (!(entry instanceof Event event) || event.key() == null) continue;
            byte[] key = Layout.newest(channel.number(), event);
            byte[] newest = engine.get(engine.newest, key);
            boolean isNewest =
                    newest != null && Layout.fixed(newest, 0) == event.id().position();
            if (isNewest) batch.delete(engine.newest, key);
        }
    }

    @Override
    public void markDeleted(Channel channel, Channel successor) {
        long at = successor.deletedAt();
        try (WriteBatch batch = new WriteBatch()) {
            put(batch, () -> {
                batch.delete(engine.channels, Layout.key(channel.number()));
                put(batch, successor, ChannelRecord.of(successor, nowMs()));
                batch.put(engine.control, Layout.clear(channel.number()), new byte[0]);
                putHub(batch, at, at, 0);
            });
            engine.write(batch, syncs);
        }
        byNumber.put(successor.number(), successor);
    }

    @Override
    public int clear(Channel channel, int max) {
        // Only now, as readers are told: who meets a place of a channel that is no more passes over it.
        byNumber.remove(channel.number());
        long entries = channel.entries(); // 0: of an earlier life, which nobody counted.
        boolean isSmall = entries > 0 && entries < RANGE_MIN;
        if (isSmall && channel.cold() == null) return clear(channel, channel.hot(max), max);
        return clear(channel, max, isSmall);
    }

    /// Removes entries one by one that all are in memory, so that nobody need look for them on disk: of many channels
    /// with a few events each that is most of the work.
    private int clear(Channel channel, List<Entry> oldest, int max) {
        try (WriteBatch batch = new WriteBatch()) {
            put(batch, () -> {
                for (Entry entry : oldest) {
                    batch.delete(engine.events, key(channel, entry));
                    batch.delete(engine.order, Layout.key(entry.id().position()));
                    if (entry instanceof Event event && event.key() != null) {
                        batch.delete(engine.newest, Layout.newest(channel.number(), event));
                    }
                }
                if (oldest.size() < max) batch.delete(engine.control, Layout.clear(channel.number()));
            });
            engine.write(batch, false);
        }
        engine.removed();
        return oldest.size();
    }

    /// Removes entries that are on disk: few one by one; many from the order of all channels, and in the end the rest
    /// of
    /// them as one range.
    private int clear(Channel channel, int max, boolean isSmall) {
        long number = channel.number();
        if (clearing != number) clearedUpTo = -1;
        clearing = number;
        int count = 0;
        try (WriteBatch batch = new WriteBatch()) {
            try (RecordWalk entries =
                    engine.records(engine.events, Layout.key(number, clearedUpTo + 1), Layout.key(number))) {
                while (count < max && entries.next()) {
                    long position = Layout.fixed(entries.key(), 8);
                    put(batch, () -> {
                        batch.delete(engine.order, Layout.key(position));
                        if (isSmall) batch.delete(engine.events, Layout.key(number, position));
                    });
                    clearedUpTo = position;
                    count++;
                }
            }
            if (count < max) putEnd(batch, number, isSmall);
            engine.write(batch, false);
        }
        engine.removed();
        if (count < max && !isSmall) engine.deleteTables(engine.events, Layout.key(number), Layout.key(number + 1));
        return count;
    }

    private void putEnd(WriteBatch batch, long number, boolean isSmall) {
        put(batch, () -> {
            if (isSmall) {
                try (RecordWalk keys = engine.records(engine.newest, Layout.key(number))) {
                    while (keys.next()) batch.delete(engine.newest, keys.key());
                }
            } else {
                batch.deleteRange(engine.events, Layout.key(number), Layout.key(number + 1));
                batch.deleteRange(engine.newest, Layout.key(number), Layout.key(number + 1));
            }
            batch.delete(engine.control, Layout.clear(number));
        });
    }

    @Override
    public void replace(Channel channel, List<Event> left) {
        try (WriteBatch batch = new WriteBatch()) {
            put(batch, () -> {
                for (Event event : left) batch.put(engine.events, key(channel, event), EntryRecord.write(event));
                put(batch, channel, ChannelRecord.of(channel, 0));
            });
            engine.write(batch, syncs);
        }
    }

    @Override
    public void fold(Collection<Channel> channels) {
        try (WriteBatch batch = new WriteBatch()) {
            put(batch, () -> {
                for (Channel channel : channels) {
                    batch.delete(engine.channels, Layout.key(channel.number()));
                    byNumber.remove(channel.number());
                }
                putHub(batch, 0, 0, 0);
            });
            engine.write(batch, false);
        }
    }

    /// Removes idempotency keys that no longer count.
    void purgeKeys() {
        warnOfCrowdedOutKeys();
        long oldest = Math.min(store.idempotency().oldest(), hub.last() + 1);
        if (oldest - purgedTo < PURGED_MIN) return; // One large range, not one a second.
        try (WriteBatch batch = new WriteBatch()) {
            put(batch, () -> batch.deleteRange(engine.once, Layout.key(purgedTo), Layout.key(oldest)));
            engine.write(batch, false);
        }
        purgedTo = oldest;
    }

    private void warnOfCrowdedOutKeys() {
        long more = store.idempotency().crowdedOut() - crowdedOut;
        if (more == 0 || nowMs() - crowdingToldMs < TOLD_AGAIN_MS) return;
        crowdedOut += more;
        crowdingToldMs = nowMs();
        LOG.log(
                System.Logger.Level.WARNING,
                "idempotency keys were forgotten before their time, to make room for newer ones: raise"
                        + " storage.keys_max if publishers need longer, keys=" + more);
    }

    private interface Puts {
        void run() throws RocksDBException;
    }

    private static void put(WriteBatch batch, Puts puts) {
        try {
            puts.run();
        } catch (RocksDBException failed) {
            throw Engine.failed("gathering " + batch.count() + " records", failed);
        }
    }

    private long nowMs() {
        return Math.max(hub.timeMs(), clock.millis());
    }
}
