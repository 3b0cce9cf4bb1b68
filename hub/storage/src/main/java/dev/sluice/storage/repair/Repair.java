package dev.sluice.storage.repair;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.index.ChannelIndex;
import dev.sluice.core.index.Epochs;
import dev.sluice.core.index.RetainedRange;
import dev.sluice.core.index.TrimMark;
import dev.sluice.core.log.RulesRecord;
import dev.sluice.core.record.RecordInput;
import dev.sluice.core.record.RecordOutput;
import dev.sluice.core.replication.ReplicaProgress;
import dev.sluice.storage.engine.Engine;
import dev.sluice.storage.engine.RecordIterator;
import dev.sluice.storage.record.ChannelRecord;
import dev.sluice.storage.record.EntryRecord;
import dev.sluice.storage.record.EpochHistory;
import dev.sluice.storage.record.Extent;
import dev.sluice.storage.record.ExtentIterator;
import dev.sluice.storage.record.HubRecord;
import dev.sluice.storage.record.IdempotencyRecord;
import dev.sluice.storage.record.Layout;
import dev.sluice.storage.record.ReplicaRecord;
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

/// Writes what is readable of a damaged log to a new log. A channel has lost the entries that the order of
/// all channels names, or that its own record counts, but that can't be found. Each channel may also have
/// lost entries in a hole of the write-ahead log, unless its record proves otherwise. Losses become marks at
/// a separate position, in a new epoch, so that no position after the known ones is assigned again. A replica
/// keeps its place in the order: without it, it would apply entries of the order twice, or leave some out.
public final class Repair {
    private static final int BATCH_BYTES = 1 << 20;

    private final DamagedReader reader;
    private final Engine log;
    private final TreeMap<Long, ChannelRecord> records = new TreeMap<>();
    private final Map<Long, Loss> losses = new HashMap<>();

    /// Deleted channels whose entries are not all removed yet.
    private final Set<Long> deleted = new HashSet<>();

    /// Entries of a channel that the order of all channels names, but that can't be found.
    private record Loss(long upTo, long events) {
        static final Loss NOTHING = new Loss(0, 0);

        Loss with(Loss other) {
            return new Loss(Math.max(upTo, other.upTo), events + other.events);
        }
    }

    private WriteBatch batch = new WriteBatch();
    private HubRecord hub = HubRecord.EMPTY;
    private byte[] epochsRecord = {};
    private byte[] rulesRecord = {};
    private ReplicaProgress progress = ReplicaProgress.NONE;
    private Epochs epochs = Epochs.of(Epochs.draw());
    private long last;
    private long hole;
    private long timeMs;
    private long unnamedUpTo;
    private boolean isAnyUnread;
    private long entries;
    private long damagedChannels;

    public Repair(DamagedReader reader, Engine log) {
        this.reader = reader;
        this.log = log;
    }

    /// @return true if anything was found
    boolean found() {
        return entries > 0 || hub.last() > 0;
    }

    long entries() {
        return entries;
    }

    long damagedChannels() {
        return damagedChannels;
    }

    boolean mayBeOlder() {
        return reader.mayBeOlder();
    }

    public void run() throws IOException {
        reader.readAll("default", skippingCorrupt(this::readControl));
        boolean hasAllNames = reader.readAll("channels", skippingCorrupt(this::readChannel)) && !isAnyUnread;
        dropOlderNamesakes();
        reader.readAll("once", skippingCorrupt(this::readKey));
        reader.readAll("order", skippingCorrupt(this::readOrder));
        reader.readAll("events", skippingCorrupt(this::readEntry));
        write();
        for (ChannelRecord record : records.values()) last = Math.max(last, rank(record));
        last = Math.max(last, hub.last()) + reader.missingAtEnd();
        hole = reader.missingAtEnd() > 0 ? last : reader.lostUpTo();
        if (!hasAllNames) unnamedUpTo = last;
        findLosses();
        long at = last + 1;
        records.forEach((number, record) -> putChannel(number, record, at));
        putControl(at);
        write();
        batch.close();
        log.sync();
    }

    // Reading.

    /// Counts a corrupt record as unreadable.
    private SkippingScan.RecordConsumer skippingCorrupt(SkippingScan.RecordConsumer consumer) {
        return (key, value) -> {
            try {
                consumer.accept(key, value);
            } catch (RecordInput.BrokenRecordException | IllegalArgumentException | IndexOutOfBoundsException broken) {
                isAnyUnread = true;
            }
        };
    }

    private void readControl(byte[] key, byte[] value) {
        if (Arrays.equals(key, Layout.HUB)) {
            HubRecord found = HubRecord.read(value);
            if (found.last() >= hub.last()) hub = found;
        } else if (Arrays.equals(key, Layout.EPOCHS)) {
            Epochs found = EpochHistory.read(value);
            if (epochsRecord.length > 0
                    && found.lives().getLast().from() < epochs.lives().getLast().from()) return;
            epochs = found;
            epochsRecord = value;
        } else if (Arrays.equals(key, Layout.RULES)) {
            RulesRecord.read(value); // Only if it is whole.
            rulesRecord = value;
        } else if (Layout.isClear(key)) {
            deleted.add(Layout.fixed(key, Layout.CLEAR.length));
        } else if (Arrays.equals(key, Layout.REPLICA)) {
            ReplicaProgress found = ReplicaRecord.read(value);
            if (found.index() < progress.index()) return;
            progress = found;
            put(log.control, key, value);
        } else if (Layout.isOfReplica(key)) {
            put(log.control, key, value);
        }
    }

    private void readChannel(byte[] key, byte[] value) {
        records.merge(
                Layout.fixed(key, 0),
                ChannelRecord.read(value),
                (one, other) -> rank(other) >= rank(one) ? other : one);
    }

    /// The position of a record's last change: of two records of a channel the greater one is newer.
    private static long rank(ChannelRecord record) {
        TrimMark mark = record.mark();
        TrimMark later = mark == null ? null : mark.later();
        long changed = Math.max(mark == null ? 0 : mark.at(), later == null ? 0 : later.at());
        return Math.max(
                changed,
                Math.max(
                        record.deletedAt(),
                        record.kept() == null ? 0 : record.kept().upTo()));
    }

    /// Keeps the newest of several channels of one name: the older ones were forgotten, and only traces
    /// of them are back.
    private void dropOlderNamesakes() {
        Set<ChannelName> names = new HashSet<>();
        records.descendingMap().values().removeIf(record -> !names.add(record.name()));
    }

    private void readKey(byte[] key, byte[] value) {
        IdempotencyRecord.read(epochs.cursor(Layout.fixed(key, 0)), value);
        put(log.once, key, value);
    }

    /// Gives each entry its own record, as any of them may be lost.
    private void readOrder(byte[] key, byte[] value) {
        Extent extent = Extent.read(key, value);
        for (long position = extent.first(); position <= extent.last(); position++) {
            ChannelRecord record = channelAt(extent.channel(), position);
            if (record != null) put(extent.part(position, position));
        }
    }

    private void put(Extent extent) {
        put(log.order, extent.key(), extent.value());
    }

    private void readEntry(byte[] key, byte[] value) {
        Cursor id = epochs.cursor(Layout.fixed(key, 8));
        ChannelRecord record = channelAt(Layout.fixed(key, 0), id.position());
        if (record == null) return;
        EntryRecord.read(id, record.name(), value);
        byte[] known = reader.isPiecemeal() ? found(key) : null;
        if (known == null || !EntryRecord.isForgotten(known)) put(log.events, key, value);
    }

    /// @return the channel to which a position was assigned; null if its entry was dropped, or the channel no
    ///         longer has a name
    private @Nullable ChannelRecord channelAt(long number, long position) {
        last = Math.max(last, position);
        ChannelRecord record = records.get(number);
        if (record == null && !deleted.contains(number)) unnamedUpTo = Math.max(unnamedUpTo, position);
        return record != null && position > ChannelIndex.lostUpTo(record.mark(), record.held()) ? record : null;
    }

    private byte @Nullable [] found(byte[] key) {
        write();
        return log.get(log.events, key);
    }

    // Losses.

    private void findLosses() {
        try (ExtentIterator extents = new ExtentIterator(log)) {
            for (Extent each = extents.atOrAfter(0); each != null; each = extents.next()) {
                long position = each.last(); // Its only entry.
                if (log.get(log.events, Layout.key(each.channel(), position)) != null) continue;
                losses.merge(each.channel(), new Loss(position, each.isEnd() ? 0 : 1), Loss::with);
                byte[] key = each.key();
                change(batch -> batch.delete(log.order, key));
            }
        }
    }

    private long lostUpTo(long number, ChannelRecord recorded, ChannelRecord found) {
        Loss named = losses.getOrDefault(number, Loss.NOTHING);
        if (recorded.kept() == null || rank(recorded) <= hole) return Math.max(named.upTo, hole);
        long newest = found.kept() == null ? 0 : found.kept().upTo();
        boolean isCounted = found.events() + named.events >= recorded.events();
        if (isCounted && Math.max(newest, named.upTo) >= recorded.kept().upTo()) return named.upTo;
        return Math.max(named.upTo, hole > 0 ? hole : recorded.kept().upTo()); // The place of the loss is unknown.
    }

    // Writing.

    private void putChannel(long number, ChannelRecord recorded, long at) {
        ChannelRecord none = new ChannelRecord(
                recorded.name(),
                null,
                RetainedRange.NONE,
                0,
                0,
                recorded.mark(),
                recorded.deletedAt(),
                recorded.emptySinceMs());
        ChannelRecord found = none;
        try (RecordIterator all = log.records(log.events, Layout.key(number))) {
            while (all.next()) {
                Entry entry = entry(recorded, all);
                found = found.with(entry);
                putOrder(number, entry);
                entries++;
            }
        }
        long lostUpTo = lostUpTo(number, recorded, found);
        TrimMark mark = recorded.mark();
        long heldUpTo = recorded.held().upTo();
        if (lostUpTo > 0) {
            damagedChannels++;
            mark = new TrimMark(lostUpTo, at, false).mergedOver(mark);
            heldUpTo = Math.max(heldUpTo, mark.position());
        }
        if (mark == null && found.kept() == null) return; // Nothing is retained, and nothing was lost.
        ChannelRecord record = new ChannelRecord(
                recorded.name(),
                found.kept(),
                held(number, recorded, heldUpTo),
                found.events(),
                found.dataBytes(),
                mark,
                recorded.deletedAt(),
                Math.max(recorded.emptySinceMs(), timeMs));
        put(
                log.channels,
                Layout.key(number),
                record.write(new RecordOutput(128)).bytes());
    }

    private RetainedRange held(long number, ChannelRecord recorded, long upTo) {
        RetainedRange held = new RetainedRange(upTo, 0, 0);
        try (RecordIterator all = log.records(log.events, Layout.key(number))) {
            while (all.next() && Layout.fixed(all.key(), 8) <= upTo) held = held.counting(entry(recorded, all), 1);
        }
        return held;
    }

    private Entry entry(ChannelRecord of, RecordIterator entries) {
        return EntryRecord.read(epochs.cursor(Layout.fixed(entries.key(), 8)), of.name(), entries.value());
    }

    private void putOrder(long number, Entry entry) {
        long position = entry.position();
        timeMs = Math.max(timeMs, entry.timeMs());
        put(new Extent(position, position, number, entry instanceof End, entry.timeMs()));
        if (entry instanceof Event event && event.key() != null) {
            put(log.newest, Layout.newest(number, event), Layout.key(position));
        }
    }

    private void putControl(long at) {
        long upTo = Math.max(unnamedUpTo, hole);
        TrimMark folded = upTo == 0 ? hub.folded() : hub.folded().with(new TrimMark(upTo, at, false));
        long numbers = records.isEmpty() ? 0 : records.lastKey();
        HubRecord now = new HubRecord(
                at,
                last, // Otherwise a new subscriber would get a gap for the losses.
                Math.max(hub.timeMs(), timeMs),
                Math.max(hub.channels(), numbers),
                folded,
                hub.foldedDeletion());
        put(log.control, Layout.HUB, now.write(new RecordOutput(64)).bytes());
        Epochs next = epochsRecord.length > 0 ? EpochHistory.next(epochsRecord, false, at - 1, () -> 0) : epochs;
        put(log.control, Layout.EPOCHS, EpochHistory.write(next));
        if (rulesRecord.length > 0) put(log.control, Layout.RULES, rulesRecord);
    }

    private void put(ColumnFamilyHandle family, byte[] key, byte[] value) {
        change(all -> all.put(family, key, value));
    }

    private interface RepairStep {
        void to(WriteBatch batch) throws RocksDBException;
    }

    private void change(RepairStep change) {
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
