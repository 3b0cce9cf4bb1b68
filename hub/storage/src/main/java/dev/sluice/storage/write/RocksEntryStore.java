package dev.sluice.storage.write;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.index.ChannelIndex;
import dev.sluice.core.index.EntrySource;
import dev.sluice.core.index.EntryStore;
import dev.sluice.core.index.Epochs;
import dev.sluice.core.index.Index;
import dev.sluice.core.index.KeyedPublish;
import dev.sluice.core.index.LogRecord;
import dev.sluice.core.index.Size;
import dev.sluice.core.log.LogLimits;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.RetentionRules;
import dev.sluice.core.log.RulesRecord;
import dev.sluice.core.sequencer.Sequencer;
import dev.sluice.storage.engine.Engine;
import dev.sluice.storage.folder.Sync;
import dev.sluice.storage.record.BatchRecord;
import dev.sluice.storage.record.ChannelRecord;
import dev.sluice.storage.record.EntryRecord;
import dev.sluice.storage.record.EpochHistory;
import dev.sluice.storage.record.Extent;
import dev.sluice.storage.record.ExtentIterator;
import dev.sluice.storage.record.HubRecord;
import dev.sluice.storage.record.IdempotencyRecord;
import dev.sluice.storage.record.Layout;
import dev.sluice.storage.record.ReusedBatch;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/// Persists the contents of an index. Used by the writer's thread, except [#source] and [#channel].
///
/// Each change is one atomic batch, together with the records of the changed channels and of the hub. So a
/// start finds exactly the state after some change, however the process ended, and does not have to read
/// events.
public final class RocksEntryStore implements EntryStore {
    /// From this number of entries on, a range deletion costs less than single ones. Ranges slow down every read: with
    /// 10,000 channels trimmed a hundred entries at a time, reads from disk took about twice as long with ranges;
    /// and a trim reads what it drops.
    static final int RANGE_MIN = 1_024;

    private static final long PURGED_MIN = 10_000;

    private static final System.Logger LOG = System.getLogger(RocksEntryStore.class.getName());

    /// The least time between two warnings of the same kind.
    private static final long WARNING_INTERVAL_MS = 300_000;

    private final Engine engine;
    private final InstantSource clock;
    private final boolean syncs;
    private final ConcurrentHashMap<Long, ChannelIndex> byNumber = new ConcurrentHashMap<>();
    private final Index index;
    private final Sequencer sequencer;
    private final DeletionClearer clearer;
    private final RocksSource source;
    private final BatchRecord record = new BatchRecord();
    private final EntryOrder order;
    private final ReusedBatch batches;
    private final @Nullable RetentionRules rules;
    private final boolean hasRecordedRules;
    private HubRecord hub;
    private long purgedTo;
    private long evictedEarly;
    private long crowdingWarnedMs;

    /// Restores the log with the given rules.
    public RocksEntryStore(
            Engine engine,
            Sync sync,
            InstantSource clock,
            LogLimits limits,
            Function<ChannelName, Retention> rules,
            long heapBytes) {
        this(engine, sync, clock, _ -> limits, rules, false, heapBytes);
    }

    /// Restores the log.
    ///
    /// @param limits             the limits by the bytes that the log keeps, counted as they count them
    /// @param keepsRecordedRules whether rules recorded in the folder take precedence over the given ones
    public RocksEntryStore(
            Engine engine,
            Sync sync,
            InstantSource clock,
            LongFunction<LogLimits> limits,
            Function<ChannelName, Retention> given,
            boolean keepsRecordedRules,
            long heapBytes) {
        this(engine, sync, clock, limits, given, keepsRecordedRules, heapBytes, null);
    }

    /// Restores the log.
    ///
    /// @param replicated the first epoch of a log in which starts do not begin epochs; null if each start
    ///     begins one
    RocksEntryStore(
            Engine engine,
            Sync sync,
            InstantSource clock,
            LongFunction<LogLimits> limits,
            Function<ChannelName, Retention> given,
            boolean keepsRecordedRules,
            long heapBytes,
            @Nullable Epoch replicated) {
        this.engine = engine;
        order = new EntryOrder(engine, record);
        batches = engine.own(new ReusedBatch());
        clearer = new DeletionClearer(engine);
        this.clock = clock;
        syncs = sync == Sync.ALWAYS;
        hub = HubRecord.of(engine);
        boolean wasClosed = engine.get(engine.control, Layout.OPEN) == null;
        byte[] epochs = engine.get(engine.control, Layout.EPOCHS);
        Epochs lives = replicated == null
                ? EpochHistory.next(epochs, wasClosed, hub.last(), this::oldest)
                : epochs == null ? Epochs.of(replicated) : EpochHistory.read(epochs);
        LogLimits ofIndex = limits.apply(0); // An index has no use for the limit that depends on the bytes.
        index = new Index(lives, ofIndex, this);
        source = new RocksSource(engine, index.epochs(), this);
        index.restore(hub.last(), hub.head(), hub.folded(), hub.foldedDeletion());
        byte[] kept = keepsRecordedRules ? engine.get(engine.control, Layout.RULES) : null;
        RetentionRules recorded = kept == null ? null : RulesRecord.read(kept);
        hasRecordedRules = recorded != null;
        Function<ChannelName, Retention> rules = recorded == null ? given : recorded;
        this.rules = rules instanceof RetentionRules value ? value : null;
        Function<ChannelName, Retention> allRules = Sequencer.ofAllChannels(rules);
        Recovery recovery = new Recovery(engine, index, allRules);
        recovery.restoreChannels(byNumber, Budget.availableBytes(heapBytes));
        warnOfTooManyChannels(ofIndex);
        long keptBytes = index.limitedDataBytes() + Size.ENTRY_BYTES * index.limitedEntries();
        sequencer = new Sequencer(index, limits.apply(keptBytes), allRules);
        recovery.restoreKeys(sequencer.keys(), nowMs());
        evictedEarly = sequencer.keys().evictedEarly();
        // Interrupted deletions continue.
        for (long number : recovery.unfinishedDeletions()) {
            ChannelIndex namesake = byNumber.get(number);
            if (namesake == null) index.restoreDeleted(number);
            // Begun by an older version, in which the channel kept its number: the old entries must be gone before new
            // ones are added.
            else clearer.clearAll(namesake);
        }
    }

    private void warnOfTooManyChannels(LogLimits limits) {
        if (index.channelsKept() <= limits.channelsMax()) return;
        LOG.log(
                System.Logger.Level.WARNING,
                "the log holds more channels than it may, and takes no new ones: delete some, or raise"
                        + " storage.channels_max, channels=" + index.channelsKept() + " max=" + limits.channelsMax());
    }

    /// The position of the oldest retained entry of all channels; the head if there is none.
    private long oldest() {
        try (ExtentIterator extents = new ExtentIterator(engine)) {
            Extent oldest = extents.atOrAfter(0);
            return oldest == null ? hub.head() : oldest.first();
        }
    }

    /// Marks the log as open, so that an end without [#close] is noticed. Synced before anything is acknowledged, so
    /// that no position is assigned twice.
    public void begin() {
        try (WriteBatch batch = new WriteBatch()) {
            put(batch, () -> {
                batch.put(engine.control, Layout.EPOCHS, EpochHistory.write(index.epochs()));
                batch.put(engine.control, Layout.OPEN, new byte[0]);
                if (rules == null) batch.delete(engine.control, Layout.RULES);
                else batch.put(engine.control, Layout.RULES, RulesRecord.write(rules));
            });
            engine.write(batch, true);
        }
    }

    /// Marks the log as cleanly closed.
    public void close() {
        try (WriteBatch batch = new WriteBatch()) {
            put(batch, () -> batch.delete(engine.control, Layout.OPEN));
            engine.write(batch, true);
        }
    }

    public Index index() {
        return index;
    }

    public Sequencer sequencer() {
        return sequencer;
    }

    /// Returns true if the log was opened with the rules of its record.
    public boolean hasRecordedRules() {
        return hasRecordedRules;
    }

    /// The retention rules with which the log was opened; null if they were given as a function.
    @Nullable
    RetentionRules rules() {
        return rules;
    }

    /// The time of the newest entry.
    public long timeMs() {
        return hub.timeMs();
    }

    /// @return null if the channel is gone
    @Nullable
    ChannelIndex channel(long number) {
        return byNumber.get(number);
    }

    // Backing.

    @Override
    public EntrySource source() {
        return source;
    }

    @Override
    public long nextChannelNumber() {
        hub = new HubRecord(
                hub.last(), hub.head(), hub.timeMs(), hub.channels() + 1, hub.folded(), hub.foldedDeletion());
        return hub.channels();
    }

    @Override
    public void place(LogRecord.Group group) {
        WriteBatch batch = batches.begin();
        try {
            put(batch, () -> put(batch, group));
            engine.write(batch, syncs);
        } finally {
            batches.end();
        }
        for (LogRecord.Addition each : group.additions()) {
            ChannelIndex channel = each.channel();
            if (channel.entries() == 0) byNumber.putIfAbsent(channel.number(), channel); // It may be new.
        }
    }

    private void put(WriteBatch batch, LogRecord.Group group) throws RocksDBException {
        List<Entry> entries = group.entries();
        List<ChannelIndex> targets = group.channels();
        for (int i = 0; i < entries.size(); i++) put(batch, targets.get(i), entries.get(i));
        order.put(batch, entries, targets);
        for (LogRecord.Addition each : group.additions()) put(batch, each);
        for (KeyedPublish each : group.keys()) {
            byte[] position = Layout.key(each.success().id().position());
            batch.put(engine.once, position, IdempotencyRecord.write(each));
        }
        Entry newest = entries.getLast();
        putHub(batch, group.last(), newest.position(), newest.timeMs());
    }

    private void put(WriteBatch batch, ChannelIndex channel, Entry entry) throws RocksDBException {
        long position = entry.position();
        putEntry(batch, channel, entry);
        if (entry instanceof Event event && event.key() != null) {
            record.begin().rest(Layout.newest(channel.number(), event));
            record.value().fixed(position);
            record.put(batch, engine.newest);
        }
    }

    private void putEntry(WriteBatch batch, ChannelIndex channel, Entry entry) throws RocksDBException {
        record.begin().fixed(channel.number()).fixed(entry.position());
        EntryRecord.write(entry, record.value());
        record.put(batch, engine.events);
    }

    static byte[] key(ChannelIndex channel, Entry entry) {
        return Layout.key(channel.number(), entry.position());
    }

    private void put(WriteBatch batch, ChannelIndex channel, ChannelRecord summary) throws RocksDBException {
        record.begin().fixed(channel.number());
        summary.write(record.value());
        record.put(batch, engine.channels);
    }

    private void put(WriteBatch batch, LogRecord.Addition addition) throws RocksDBException {
        record.begin().fixed(addition.channel().number());
        ChannelRecord.write(addition.channel(), addition.added(), record.value());
        record.put(batch, engine.channels);
    }

    private void putHub(WriteBatch batch, long last, long head, long timeMs) throws RocksDBException {
        hub = new HubRecord(
                Math.max(hub.last(), last),
                Math.max(hub.head(), head),
                Math.max(hub.timeMs(), timeMs),
                hub.channels(),
                index.marks().folded(),
                index.marks().foldedDeletion());
        record.begin().rest(Layout.HUB);
        hub.write(record.value());
        record.put(batch, engine.control);
    }

    @Override
    public void drop(LogRecord.Trim trim) {
        Map<ChannelIndex, List<Entry>> byChannel = new HashMap<>();
        for (int i = 0; i < trim.dropped().size(); i++) {
            byChannel
                    .computeIfAbsent(trim.targets().get(i), channel -> new ArrayList<>())
                    .add(trim.dropped().get(i));
        }
        try (WriteBatch batch = new WriteBatch()) {
            put(batch, () -> {
                for (LogRecord.TrimmedChannel each : trim.channels()) {
                    ChannelIndex channel = each.channel();
                    remove(batch, channel, byChannel.getOrDefault(channel, List.of()));
                    put(batch, channel, ChannelRecord.of(channel, each.timeMs()));
                }
                order.remove(batch, byChannel);
                putHub(batch, index.last(), 0, 0);
            });
            engine.write(batch, false);
        }
        engine.onRemoved();
    }

    /// Removes a channel's oldest entries, except those it holds.
    private void remove(WriteBatch batch, ChannelIndex channel, List<Entry> oldest) throws RocksDBException {
        boolean isRange = oldest.size() >= RANGE_MIN && channel.retained().entries() == 0;
        if (isRange) {
            long upTo = oldest.getLast().position();
            batch.deleteRange(engine.events, Layout.key(channel.number(), 0), Layout.key(channel.number(), upTo + 1));
        }
        for (Entry entry : oldest) {
            if (!isRange) batch.delete(engine.events, key(channel, entry));
            if (!(entry instanceof Event event) || event.key() == null) continue;
            byte[] key = Layout.newest(channel.number(), event);
            byte[] newest = engine.get(engine.newest, key);
            boolean isNewest = newest != null && Layout.fixed(newest, 0) == event.position();
            if (isNewest) batch.delete(engine.newest, key);
        }
    }

    @Override
    public void markDeleted(ChannelIndex channel, ChannelIndex successor, long timeMs) {
        long at = successor.deletedAt();
        try (WriteBatch batch = new WriteBatch()) {
            put(batch, () -> {
                batch.delete(engine.channels, Layout.key(channel.number()));
                put(batch, successor, ChannelRecord.of(successor, timeMs));
                batch.put(engine.control, Layout.clear(channel.number()), new byte[0]);
                putHub(batch, at, at, 0);
            });
            engine.write(batch, syncs);
        }
        byNumber.put(successor.number(), successor);
    }

    @Override
    public int clear(ChannelIndex channel, int max) {
        // After the channel lost its mapping, readers skip its entries; they have been notified of the deletion by now.
        byNumber.remove(channel.number());
        return clearer.clear(channel, max);
    }

    @Override
    public void replace(ChannelIndex channel, List<Event> left) {
        try (WriteBatch batch = new WriteBatch()) {
            put(batch, () -> {
                for (Event event : left) putEntry(batch, channel, event);
                put(batch, channel, ChannelRecord.of(channel, 0));
            });
            engine.write(batch, syncs);
        }
    }

    @Override
    public void fold(Collection<ChannelIndex> channels) {
        try (WriteBatch batch = new WriteBatch()) {
            put(batch, () -> {
                for (ChannelIndex channel : channels) {
                    batch.delete(engine.channels, Layout.key(channel.number()));
                    byNumber.remove(channel.number());
                }
                putHub(batch, 0, 0, 0);
            });
            engine.write(batch, false);
        }
    }

    @Override
    public void record(RetentionRules changed) {
        try (WriteBatch batch = new WriteBatch()) {
            put(batch, () -> batch.put(engine.control, Layout.RULES, RulesRecord.write(changed)));
            engine.write(batch, true); // Synced before they cause deletions.
        }
    }

    /// Removes expired idempotency keys.
    public void purgeKeys() {
        warnOfCrowdedOutKeys();
        long oldest = Math.min(sequencer.keys().oldestPosition(), hub.last() + 1);
        if (oldest - purgedTo < PURGED_MIN) return; // An occasional large range instead of one per second.
        try (WriteBatch batch = new WriteBatch()) {
            put(batch, () -> batch.deleteRange(engine.once, Layout.key(purgedTo), Layout.key(oldest)));
            engine.write(batch, false);
        }
        purgedTo = oldest;
    }

    private void warnOfCrowdedOutKeys() {
        long more = sequencer.keys().evictedEarly() - evictedEarly;
        if (more == 0 || nowMs() - crowdingWarnedMs < WARNING_INTERVAL_MS) return;
        evictedEarly += more;
        crowdingWarnedMs = nowMs();
        LOG.log(
                System.Logger.Level.WARNING,
                "idempotency keys were forgotten before their time, to make room for newer ones: raise"
                        + " storage.keys_max if publishers need longer, keys=" + more);
    }

    /// Gathers records of a batch.
    public interface BatchChange {
        void run() throws RocksDBException;
    }

    public static void put(WriteBatch batch, BatchChange change) {
        try {
            change.run();
        } catch (RocksDBException failed) {
            throw Engine.failed("gathering " + batch.count() + " records", failed);
        }
    }

    private long nowMs() {
        return Math.max(hub.timeMs(), clock.millis());
    }
}
