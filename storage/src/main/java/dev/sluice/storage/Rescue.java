package dev.sluice.storage;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.store.Channel;
import dev.sluice.core.store.Epochs;
import dev.sluice.core.store.Held;
import dev.sluice.core.store.Mark;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/// Writes what remains of a damaged log to a new one. A channel lost what the order of all channels names and nobody
/// finds, and what its record counts and nobody finds; and where the write-ahead log has a hole each channel may have
/// lost something, unless its record says otherwise. Each loss is a mark, made at a moment of its own, in a new life:
/// so what was given behind all that is known is never given again.
final class Rescue {
    private static final int BATCH_BYTES = 1 << 20;

    private final Remains remains;
    private final Engine log;
    private final TreeMap<Long, ChannelRecord> records = new TreeMap<>();
    private final Map<Long, Lost> lost = new HashMap<>();

    /// Channels that are no more, though some of what they had is still there.
    private final Set<Long> deleted = new HashSet<>();

    /// What the order of all channels names of a channel, and nobody finds.
    private record Lost(long upTo, long events) {
        static final Lost NOTHING = new Lost(0, 0);

        Lost with(Lost other) {
            return new Lost(Math.max(upTo, other.upTo), events + other.events);
        }
    }

    private WriteBatch batch = new WriteBatch();
    private HubRecord hub = HubRecord.EMPTY;
    private byte[] lives = {};
    private Epochs epochs = Epochs.of(Epochs.draw());
    private long last;
    private long hole;
    private long timeMs;
    private long namelessUpTo;
    private boolean isAnyUnread;
    private long entries;
    private long hurt;

    Rescue(Remains remains, Engine log) {
        this.remains = remains;
        this.log = log;
    }

    /// Whether there was anything.
    boolean found() {
        return entries > 0 || hub.last() > 0;
    }

    long entries() {
        return entries;
    }

    long hurt() {
        return hurt;
    }

    boolean mayBeOlder() {
        return remains.mayBeOlder();
    }

    void run() throws IOException {
        remains.each("default", understood(this::takeControl));
        boolean hasAllNames = remains.each("channels", understood(this::takeChannel)) && !isAnyUnread;
        letYoungerNamesakesCount();
        remains.each("once", understood(this::takeKey));
        remains.each("order", understood(this::takePlace));
        remains.each("events", understood(this::takeEntry));
        write();
        for (ChannelRecord record : records.values()) last = Math.max(last, rank(record));
        last = Math.max(last, hub.last()) + remains.missingAtEnd();
        hole = remains.missingAtEnd() > 0 ? last : remains.lostUpTo();
        if (!hasAllNames) namelessUpTo = last;
        findLost();
        long at = last + 1;
        records.forEach((number, record) -> putChannel(number, record, at));
        putControl(at);
        write();
        batch.close();
        log.sync();
    }

    // What is found.

    /// A record that is not as it was written counts as one that can't be read.
    private Skipping.Taker understood(Skipping.Taker taker) {
        return (key, value) -> {
            try {
                taker.take(key, value);
            } catch (In.Broken | IllegalArgumentException | IndexOutOfBoundsException broken) {
                isAnyUnread = true;
            }
        };
    }

    private void takeControl(byte[] key, byte[] value) {
        if (Arrays.equals(key, Layout.HUB)) {
            HubRecord found = HubRecord.read(value);
            if (found.last() >= hub.last()) hub = found;
        } else if (Arrays.equals(key, Layout.EPOCHS)) {
            Epochs found = Lives.read(value);
            if (lives.length > 0
                    && found.lives().getLast().from() < epochs.lives().getLast().from()) return;
            epochs = found;
            lives = value;
        } else if (Layout.isClear(key)) {
            deleted.add(Layout.fixed(key, Layout.CLEAR.length));
        }
    }

    private void takeChannel(byte[] key, byte[] value) {
        records.merge(
                Layout.fixed(key, 0),
                ChannelRecord.read(value),
                (one, other) -> rank(other) >= rank(one) ? other : one);
    }

    /// Of two records of a channel the newer has the greater one.
    private static long rank(ChannelRecord record) {
        Mark mark = record.mark();
        Mark later = mark == null ? null : mark.later();
        long changed = Math.max(mark == null ? 0 : mark.at(), later == null ? 0 : later.at());
        return Math.max(
                changed,
                Math.max(
                        record.deletedAt(),
                        record.kept() == null ? 0 : record.kept().upTo()));
    }

    /// Of two channels of one name the older was forgotten, and only its traces are back.
    private void letYoungerNamesakesCount() {
        Set<ChannelName> names = new HashSet<>();
        records.descendingMap().values().removeIf(record -> !names.add(record.name()));
    }

    private void takeKey(byte[] key, byte[] value) {
        OnceRecord.read(epochs.cursor(Layout.fixed(key, 0)), value);
        put(log.once, key, value);
    }

    private void takePlace(byte[] key, byte[] value) {
        Disk.requireOrder(value);
        ChannelRecord record = given(Layout.fixed(value, 0), Layout.fixed(key, 0));
        if (record != null) put(log.order, key, value);
    }

    private void takeEntry(byte[] key, byte[] value) {
        Cursor id = epochs.cursor(Layout.fixed(key, 8));
        ChannelRecord record = given(Layout.fixed(key, 0), id.position());
        if (record == null) return;
        EntryRecord.read(id, record.name(), value);
        byte[] known = remains.isPieced() ? found(key) : null;
        if (known == null || !EntryRecord.isForgotten(known)) put(log.events, key, value);
    }

    /// The channel that got a place; null if it has lost that already, or has no name any more.
    private @Nullable ChannelRecord given(long number, long position) {
        last = Math.max(last, position);
        ChannelRecord record = records.get(number);
        if (record == null && !deleted.contains(number)) namelessUpTo = Math.max(namelessUpTo, position);
        return record != null && position > Channel.lost(record.mark(), record.held()) ? record : null;
    }

    private byte @Nullable [] found(byte[] key) {
        write();
        return log.get(log.events, key);
    }

    // What is lost.

    private void findLost() {
        try (RecordWalk places = log.records(log.order)) {
            while (places.next()) {
                long position = Layout.fixed(places.key(), 0);
                long number = Layout.fixed(places.value(), 0);
                if (log.get(log.events, Layout.key(number, position)) != null) continue;
                lost.merge(number, new Lost(position, Disk.isEnd(places.value()) ? 0 : 1), Lost::with);
                byte[] key = places.key();
                change(batch -> batch.delete(log.order, key));
            }
        }
    }

    private long lostUpTo(long number, ChannelRecord said, ChannelRecord found) {
        Lost named = lost.getOrDefault(number, Lost.NOTHING);
        if (said.kept() == null || rank(said) <= hole) return Math.max(named.upTo, hole);
        long newest = found.kept() == null ? 0 : found.kept().upTo();
        boolean isCounted = found.events() + named.events >= said.events();
        if (isCounted && Math.max(newest, named.upTo) >= said.kept().upTo()) return named.upTo;
        return Math.max(named.upTo, hole > 0 ? hole : said.kept().upTo()); // Nobody knows where.
    }

    // What is written.

    private void putChannel(long number, ChannelRecord said, long at) {
        ChannelRecord none = new ChannelRecord(
                said.name(), null, Held.NONE, 0, 0, said.mark(), said.deletedAt(), said.emptySinceMs());
        ChannelRecord found = none;
        try (RecordWalk all = log.records(log.events, Layout.key(number))) {
            while (all.next()) {
                Entry entry = entry(said, all);
                found = found.with(entry);
                putPlace(number, entry);
                entries++;
            }
        }
        long lostUpTo = lostUpTo(number, said, found);
        Mark mark = said.mark();
        long heldUpTo = said.held().upTo();
        if (lostUpTo > 0) {
            hurt++;
            mark = new Mark(lostUpTo, at, false).over(mark);
            heldUpTo = Math.max(heldUpTo, mark.position());
        }
        if (mark == null && found.kept() == null) return; // It has nothing, and lost nothing.
        ChannelRecord record = new ChannelRecord(
                said.name(),
                found.kept(),
                held(number, said, heldUpTo),
                found.events(),
                found.dataBytes(),
                mark,
                said.deletedAt(),
                Math.max(said.emptySinceMs(), timeMs));
        put(log.channels, Layout.key(number), record.write());
    }

    private Held held(long number, ChannelRecord said, long upTo) {
        Held held = new Held(upTo, 0, 0);
        try (RecordWalk all = log.records(log.events, Layout.key(number))) {
            while (all.next() && Layout.fixed(all.key(), 8) <= upTo) held = held.counting(entry(said, all), 1);
        }
        return held;
    }

    private Entry entry(ChannelRecord of, RecordWalk entries) {
        return EntryRecord.read(epochs.cursor(Layout.fixed(entries.key(), 8)), of.name(), entries.value());
    }

    private void putPlace(long number, Entry entry) {
        long position = entry.id().position();
        timeMs = Math.max(timeMs, entry.timeMs());
        put(log.order, Layout.key(position), Disk.order(number, entry));
        if (entry instanceof Event event && event.key() != null) {
            put(log.newest, Layout.newest(number, event), Layout.key(position));
        }
    }

    private void putControl(long at) {
        long upTo = Math.max(namelessUpTo, hole);
        Mark folded = upTo == 0 ? hub.folded() : hub.folded().with(new Mark(upTo, at, false));
        long numbers = records.isEmpty() ? 0 : records.lastKey();
        HubRecord now = new HubRecord(
                at,
                last, // Or who begins now would be told of what is lost.
                Math.max(hub.timeMs(), timeMs),
                Math.max(hub.channels(), numbers),
                folded,
                hub.foldedDeletion());
        put(log.control, Layout.HUB, now.write());
        Epochs next = lives.length > 0 ? Lives.next(lives, false, at - 1, () -> 0) : epochs;
        put(log.control, Layout.EPOCHS, Lives.write(next));
    }

    private void put(ColumnFamilyHandle family, byte[] key, byte[] value) {
        change(all -> all.put(family, key, value));
    }

    private interface Change {
        void to(WriteBatch batch) throws RocksDBException;
    }

    private void change(Change change) {
        try {
            change.to(batch);
        } catch (RocksDBException failed) {
            throw Engine.failed("gathering " + batch.count() + " records", failed);
        }
        if (batch.getDataSize() > BATCH_BYTES) write();
    }

    private void write() {
        log.write(batch, false);
        batch.clear();
    }
}
