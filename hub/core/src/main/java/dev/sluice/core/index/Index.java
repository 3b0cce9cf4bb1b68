package dev.sluice.core.index;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.index.LogRecord.TrimmedChannel;
import dev.sluice.core.log.LogLimits;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.RetentionRules;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Everything the log keeps, in memory or in its backing. It applies records at the positions they carry and
/// decides nothing. Methods that change it are for one writer at a time; methods for readers may be called from
/// any thread.
///
/// Readers rely on the order in which a group becomes visible:
/// - Entries: the store, the entries in memory, then the head. A reader loads the head first and reads nothing
///   after it.
/// - Trims or a deletion: the marks, then the last moment they belong to, then (deletions only) the head, and
///   only then are the entries removed, one by one. A reader reads entries first and checks the marks last. A
///   reader that already knows of that moment skips entries that have not been removed yet
///   ([UnsettledTrimIterator]); otherwise it would see some of them and miss others. All trims of a group are one
///   such change.
/// - Deletion: a new channel then takes over the name, so that a reader of the channel never sees entries of the
///   old one. Readers of all channels skip what remains of the deleted channel ([#isDeleted]).
/// - Eviction from memory: [Eviction] defines its order.
///
/// The backing saves a group's entries and its trims in two writes, not in one: a reader of the backing must
/// find the mark before entries vanish, and a mark must not send a reader past the head. If the process ends in
/// between, the entries to trim are all there, and the next publish to their channel trims them; no position is
/// taken twice, because the first write has the group's last position.
public final class Index {
    /// The maximum number of entries removed by one slice of a deletion: about a millisecond.
    private static final int CLEARED_MAX = 1_024;

    /// The number of deletions and erasures whose channels are known. Beyond it each counts as one of every
    /// channel.
    private static final int REMOVED_KNOWN = 256;

    /// Stands for the name of a deleted channel, for entries of it that an iterator over all channels still
    /// returns. No channel can have this name.
    public static final ChannelName DELETED = new ChannelName("$deleted");

    private static final VarHandle ENTRIES;
    private static final VarHandle DATA_BYTES;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            ENTRIES = lookup.findVarHandle(Index.class, "entries", long.class);
            DATA_BYTES = lookup.findVarHandle(Index.class, "dataBytes", long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    final TrimMarks marks;
    final LogLimits limits;
    private final Epochs epochs;
    private final EntryStore backing;
    private final Tail tail = new Tail();
    final ChannelTable channels = new ChannelTable();
    final Eviction cold;
    private final DeletedChannels deleted;
    private final ExpiryQueue expiryQueue = new ExpiryQueue();
    private final TrimOrder trimOrder = new TrimOrder();
    private volatile Cursor head;
    private long last;
    private volatile long entries;
    private volatile long dataBytes;

    /// The channels of the latest deletions and erasures, each at its number modulo the length.
    private final AtomicReferenceArray<ChannelName> removed = new AtomicReferenceArray<>(REMOVED_KNOWN);

    private final AtomicLong removals = new AtomicLong();

    /// The entries of these, and their bytes of data, that the limits of the whole log do not count. For the
    /// writer.
    private long protectedEntries;
    private long protectedDataBytes;

    public Index(Epochs epochs, LogLimits limits, EntryStore backing) {
        this.epochs = epochs;
        this.limits = limits;
        this.backing = backing;
        cold = new Eviction(backing, tail, channels);
        deleted = new DeletedChannels(backing, tail);
        marks = new TrimMarks();
        head = epochs.cursor(0);
    }

    // For readers.

    public Epochs epochs() {
        return epochs;
    }

    public Cursor head() {
        return head;
    }

    /// The cursor at a position of this log. The cursor just before an entry is the one at the preceding position.
    public Cursor cursor(long position) {
        return epochs.cursor(position);
    }

    /// The newest entries, in memory.
    Tail tail() {
        return tail;
    }

    /// All entries of the log, in memory or not.
    public EntrySource source() {
        return cold.source();
    }

    /// All entries of a channel, in memory or not.
    public EntrySource source(ChannelIndex channel) {
        return cold.source(channel);
    }

    /// The number of entries kept in all channels.
    public long entries() {
        return entries;
    }

    /// The bytes of data kept in all channels.
    public long dataBytes() {
        return dataBytes;
    }

    /// The number of kept entries to which the limits of the whole log apply. For the writer.
    public long limitedEntries() {
        return entries - protectedEntries;
    }

    /// The bytes of kept data to which the limits of the whole log apply. For the writer.
    public long limitedDataBytes() {
        return dataBytes - protectedDataBytes;
    }

    /// Bytes of the entries in memory, as limits count them. For the writer.
    public long tailBytes() {
        return tail.bytes();
    }

    /// The number of deletions and erasures that were applied.
    public long removals() {
        return removals.get();
    }

    /// See [dev.sluice.core.log.LogReader#hasRemoved].
    public boolean hasRemoved(Predicate<ChannelName> channels, long since) {
        long now = removals.get();
        if (now - since >= REMOVED_KNOWN) return true;
        for (long each = since; each < now; each++)
            if (channels.test(removed.get((int) (each % REMOVED_KNOWN)))) return true;
        return removals.get() - since >= REMOVED_KNOWN; // Else, the channels of these removals were still known.
    }

    /// The state of a channel; null if it keeps nothing and lost nothing.
    public @Nullable ChannelIndex channel(String name) {
        return channels.get(name);
    }

    /// The first channel after a name that keeps entries or has a mark; null if none follows.
    ///
    /// @param after null for the first of all
    public @Nullable ChannelIndex firstKnown(@Nullable ChannelName after) {
        return channels.firstKnown(after);
    }

    /// The number of channels that keep entries or have a mark.
    public int channelsKnown() {
        return channels.known();
    }

    /// The number of channels that keep entries, including those with reserved names.
    public int channelsKept() {
        return channels.kept();
    }

    // For the writer.

    /// The last position taken by an entry, a deletion or a trim.
    public long last() {
        return last;
    }

    public TrimMarks marks() {
        return marks;
    }

    /// Finds channels with expired entries.
    public ExpiryQueue expiryQueue() {
        return expiryQueue;
    }

    /// Iterates over the kept entries of all channels to which the limits of the whole log apply, oldest first.
    /// Close it before the next record is applied.
    public EntryIterator oldestFirst() {
        return trimOrder.entries(this);
    }

    /// An entry as a list of dropped ones may have it: without its data if it is no longer in memory, where the data
    /// was read from the backing for the caller alone, and would fill the heap if the list is long.
    public Entry outlined(Entry entry) {
        return entry instanceof Event event && entry.position() <= cold.upTo() ? event.outline() : entry;
    }

    /// Restores a channel of an earlier epoch that keeps entries or has a mark.
    ///
    /// @param emptySinceMs used only if the channel keeps nothing
    public ChannelIndex restore(
            ChannelName name,
            long number,
            Retention rule,
            @Nullable DiskRange kept,
            RetainedRange retained,
            long events,
            long data,
            @Nullable TrimMark mark,
            long deletedAt,
            long emptySinceMs) {
        ChannelIndex channel = new ChannelIndex(name, number, rule, mark, deletedAt);
        channels.put(channel);
        marks.restore(channel);
        if (kept == null) {
            marks.emptied(channel, emptySinceMs);
            return channel;
        }
        channel.restore(kept, retained, events, data);
        count(channel, channel.entries(), data);
        cold.restore(kept);
        expiryQueue.add(channel, kept.firstTimeMs(), kept.first());
        trimOrder.update(channel);
        channels.list(channel);
        return channel;
    }

    /// Restores the positions that earlier epochs reached, and the folded mark.
    public void restore(long last, long head, TrimMark folded, long foldedDeletion) {
        this.last = last;
        this.head = epochs.cursor(head);
        marks.restore(folded, foldedDeletion, last);
    }

    /// A channel that the index does not know yet. It becomes known when a record that contains it is applied.
    public ChannelIndex create(ChannelName name, Retention rule) {
        // The channel's own mark may have been folded into the mark shared by all channels without state.
        TrimMark mark = marks.folded().at() == 0 ? null : marks.folded();
        return new ChannelIndex(name, backing.nextChannelNumber(), rule, mark, marks.foldedDeletion());
    }

    /// Applies what the sequencer decided.
    public void apply(LogRecord record) {
        switch (record) {
            case LogRecord.Group group -> apply(group);
            case LogRecord.Deletion deletion -> delete(deletion);
            case LogRecord.Erasure erasure -> erase(erasure);
            case LogRecord.Fold(List<ChannelIndex> folded) -> {
                for (ChannelIndex channel : folded) marks.fold(channel, channels::remove);
                backing.fold(folded);
            }
            case LogRecord.Rules(RetentionRules rules) -> backing.record(rules);
            case LogRecord.Rule(ChannelIndex channel, Retention rule) -> follow(channel, rule);
        }
    }

    private void apply(LogRecord.Group group) {
        if (!group.entries().isEmpty()) place(group);
        last = group.last();
        if (!group.trims().isEmpty()) trim(group.trims());
        evictOldest();
    }

    private void follow(ChannelIndex channel, Retention rule) {
        channel.setRule(rule);
        DiskRange kept = channel.kept();
        if (kept != null) expiryQueue.add(channel, kept.firstTimeMs(), kept.first());
    }

    private void place(LogRecord.Group group) {
        List<Entry> entries = group.entries();
        backing.place(group);
        for (int i = 0; i < entries.size(); i++) add(group.channels().get(i), entries.get(i));
        head = entries.getLast().id();
    }

    private void add(ChannelIndex channel, Entry entry) {
        boolean wasEmpty = channel.isEmpty();
        if (wasEmpty) {
            channels.put(channel);
            marks.revived(channel);
            channels.list(channel);
        }
        if (channel.due == null) expiryQueue.add(channel, entry);
        channel.add(entry);
        if (wasEmpty) trimOrder.update(channel);
        tail.append(entry);
        count(channel, 1, Size.data(entry));
    }

    /// Evicts the oldest entries from memory, which the backing keeps too, a tenth of the limit at a time.
    private void evictOldest() {
        long upTo = tail.excessUpTo(limits.tailBytes());
        if (upTo == 0) return;
        TrackIterator oldest = tail.hub.after(0, upTo);
        for (Entry entry = oldest.next(); entry != null; entry = oldest.next()) {
            if (isDeleted(entry)) tail.remove(entry);
        }
        cold.evict(upTo);
    }

    /// Applies the trims of a group as one change for readers: all marks, then the last moment, then the removal.
    /// Each mark keeps its own moment.
    private void trim(List<LogRecord.Trim> trims) {
        LogRecord.Trim all = LogRecord.Trim.joined(trims);
        List<Entry> dropped = all.dropped();
        // Before the marks: with a mark and nothing retained, a reader reads no entry before the mark.
        for (TrimmedChannel each : all.channels()) each.channel().setRetained(each.retained());
        for (int i = 0; i < dropped.size(); i++) all.targets().get(i).retain(dropped.get(i)); // Until it is removed.
        if (!dropped.isEmpty()) remove(trims, all);
        backing.drop(all);
        marks.settle(marks.newest());
        for (TrimmedChannel each : all.channels()) {
            trimOrder.update(each.channel());
            if (each.channel().isEmpty()) emptied(each.channel(), each.timeMs());
        }
    }

    /// @param all the trims joined
    private void remove(List<LogRecord.Trim> trims, LogRecord.Trim all) {
        List<Entry> dropped = all.dropped();
        PendingTrim pendingTrim =
                all.channels().stream().anyMatch(each -> each.channel().mayRetain())
                        ? PendingTrim.of(dropped)
                        : PendingTrim.NOTHING;
        marks.begin(pendingTrim);
        for (LogRecord.Trim trim : trims) {
            for (TrimmedChannel each : trim.channels()) {
                if (each.upTo() > 0) marks.put(each.channel(), new TrimMark(each.upTo(), trim.at(), false));
            }
        }
        marks.publish(all.at());
        for (TrimmedChannel each : all.channels()) {
            if (each.upTo() > 0) cold.shorten(each.channel(), each.upTo(), pendingTrim);
        }
        for (int i = 0; i < dropped.size(); i++) remove(all.targets().get(i), dropped.get(i));
    }

    /// Deletes a channel: the mark is published at once, and the entries are removed in slices ([#clearDeleted]),
    /// the first of them here. A successor takes over the name, so publishing to it need not wait.
    private void delete(LogRecord.Deletion deletion) {
        ChannelIndex channel = deletion.channel();
        long at = deletion.at();
        TrimMark mark = new TrimMark(at, at, true);
        ChannelIndex successor = new ChannelIndex(channel.name, backing.nextChannelNumber(), channel.rule(), mark, at);
        backing.markDeleted(channel, successor, deletion.timeMs());
        last = at;
        channel.deletedAt = at;
        marks.put(channel, mark);
        marks.publish(at);
        head = cursor(at);
        expiryQueue.remove(channel);
        trimOrder.remove(channel);
        channels.unlist(channel);
        channels.put(successor);
        marks.transfer(channel, successor);
        marks.settle(at);
        count(channel, -channel.entries(), -channel.dataBytes());
        marks.emptied(successor, deletion.timeMs());
        countRemoval(channel);
        deleted.add(channel);
        deleted.clear(Math.min(CLEARED_MAX, limits.lookMax()));
    }

    /// Resumes a deletion that an earlier epoch did not finish.
    public void restoreDeleted(long number) {
        deleted.restore(number, last);
    }

    /// Whether entries of deleted channels remain to be removed.
    public boolean isClearing() {
        return !deleted.isEmpty();
    }

    /// Removes at most `max` entries of deleted channels, those of the oldest deletion first.
    public void clearDeleted(int max) {
        deleted.clear(max);
    }

    /// Whether an entry returned by an iterator over all channels belongs to a deleted channel and remains to be
    /// removed. A reader that skips it finds the deletion when it checks the marks again.
    public boolean isDeleted(Entry entry) {
        ChannelIndex channel = channels.get(entry.channel().value());
        if (channel == null) return true;
        long at = channel.deletedAt;
        if (entry.position() > at) return false;
        marks.await(at);
        return true;
    }

    /// Whether an entry belongs to a channel to which the limits of the whole log do not apply.
    boolean isProtected(Entry entry) {
        return protectedEntries > 0 && channels.keeping(entry).rule().isProtected();
    }

    private void remove(ChannelIndex channel, Entry entry) {
        channel.remove(entry);
        tail.remove(entry);
        count(channel, -1, -Size.data(entry));
    }

    private void emptied(ChannelIndex channel, long nowMs) {
        expiryQueue.remove(channel);
        channels.unlist(channel);
        marks.emptied(channel, nowMs);
    }

    private void erase(LogRecord.Erasure erasure) {
        ChannelIndex channel = erasure.channel();
        List<Event> left = new ArrayList<>(erasure.events().size());
        for (Event event : erasure.events()) {
            Event forgotten = event.forgotten();
            left.add(forgotten);
            channel.replace(event, forgotten);
            tail.replace(event, forgotten);
            count(channel, 0, Size.data(forgotten) - Size.data(event));
        }
        backing.replace(channel, left);
        countRemoval(channel); // Last: a read that begins from here on finds nothing of it.
    }

    private void countRemoval(ChannelIndex channel) {
        removed.set((int) (removals.get() % REMOVED_KNOWN), channel.name);
        removals.incrementAndGet();
    }

    /// One writer at a time. Readers may see the counts late, so these writes need not wait until they do.
    private void count(ChannelIndex channel, long more, long moreData) {
        ENTRIES.setRelease(this, entries + more);
        DATA_BYTES.setRelease(this, dataBytes + moreData);
        if (!channel.rule().isProtected()) return;
        protectedEntries += more;
        protectedDataBytes += moreData;
    }
}
