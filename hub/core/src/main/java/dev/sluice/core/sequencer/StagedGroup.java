package dev.sluice.core.sequencer;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.index.ChannelIndex;
import dev.sluice.core.index.EntryIterator;
import dev.sluice.core.index.Index;
import dev.sluice.core.index.KeyedPublish;
import dev.sluice.core.index.LogRecord;
import dev.sluice.core.index.LogRecord.TrimmedChannel;
import dev.sluice.core.index.Size;
import dev.sluice.core.log.Retention;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The log as it is after the commands decided so far: the index, changed by the current group.
final class StagedGroup implements LogRecord.Group {
    /// The maximum number of channels of a group whose maps are reused.
    private static final int MAPPED_REUSED = 128;

    /// The maximum number of channel objects that later groups reuse: a trim of the whole log often has as many.
    private static final int CHANNELS_REUSED = 1_024;

    private final Index index;

    /// The staged channels that the index knows, by identity, because such a map allocates no object per entry.
    private IdentityHashMap<ChannelIndex, StagedChannel> channels = new IdentityHashMap<>();

    /// The staged channels that are new.
    private Map<ChannelName, StagedChannel> newChannels = new HashMap<>();

    /// The channels of both maps, then objects of earlier groups, which are reused.
    private List<StagedChannel> staged = new ArrayList<>();

    /// The channels to which the group adds entries.
    private final List<StagedChannel> additions = new ArrayList<>();

    private final List<Entry> entries = new ArrayList<>();
    private final List<ChannelIndex> targets = new ArrayList<>();
    private final List<KeyedPublish> keys = new ArrayList<>();
    private final List<LogRecord.Trim> trims = new ArrayList<>();

    /// The positions of the entries that the group drops from channels that may keep entries before their mark.
    /// In other channels the mark alone shows which entries are dropped.
    private final Set<Long> dropped = new HashSet<>();

    /// The channels that the group's trims emptied.
    private final Set<ChannelName> emptied = new HashSet<>();

    /// The known channel found last; null if no channel was found.
    private @Nullable StagedChannel foundLast;

    private long last;
    private long entriesKept;
    private long dataBytes;
    private int channelsKept;
    private int channelsWithOnlyMark;

    StagedGroup(Index index) {
        this.index = index;
        reset();
    }

    /// Begins the next group, after this one was applied.
    void reset() {
        clearChannels();
        entries.clear();
        targets.clear();
        keys.clear();
        trims.clear();
        dropped.clear();
        emptied.clear();
        last = index.last();
        entriesKept = index.limitedEntries();
        dataBytes = index.limitedDataBytes();
        channelsKept = index.channelsKept();
        channelsWithOnlyMark = index.channelsKnown() - channelsKept;
    }

    private void clearChannels() {
        additions.clear();
        foundLast = null;
        if (staged.size() > CHANNELS_REUSED) staged = new ArrayList<>(staged.subList(0, CHANNELS_REUSED));
        int used = used();
        for (int i = 0; i < Math.min(used, staged.size()); i++) staged.get(i).clear();
        if (used > MAPPED_REUSED) { // Clearing takes as long as after the largest group of these maps.
            channels = new IdentityHashMap<>();
            newChannels = new HashMap<>();
        } else {
            channels.clear();
            newChannels.clear();
        }
    }

    boolean isEmpty() {
        return entries.isEmpty() && trims.isEmpty();
    }

    @Override
    public List<Entry> entries() {
        return entries;
    }

    @Override
    public List<ChannelIndex> channels() {
        return targets;
    }

    @Override
    public List<StagedChannel> additions() {
        return additions;
    }

    @Override
    public List<KeyedPublish> keys() {
        return keys;
    }

    @Override
    public List<LogRecord.Trim> trims() {
        return trims;
    }

    @Override
    public long last() {
        return last;
    }

    /// The number of kept entries to which the limits of the whole log apply.
    long entriesKept() {
        return entriesKept;
    }

    /// Their bytes that count towards limits.
    long keptBytes() {
        return dataBytes + Size.ENTRY_BYTES * entriesKept;
    }

    /// The number of channels that keep entries.
    int channelsKept() {
        return channelsKept;
    }

    /// The number of channels that have only a mark.
    int channelsWithOnlyMark() {
        return channelsWithOnlyMark;
    }

    /// A channel that keeps entries or has a mark; null if there is no such channel.
    @Nullable
    StagedChannel find(ChannelName name) {
        StagedChannel before = foundLast;
        if (before != null && before.channel().name().equals(name)) return before; // Most batches go to one channel.
        ChannelIndex channel = index.channel(name.value());
        if (channel == null) return newChannels.get(name);
        StagedChannel known = channels.get(channel);
        foundLast = known == null ? stage(channel) : known;
        return foundLast;
    }

    private StagedChannel stage(ChannelIndex channel) {
        StagedChannel next = next(channel, false);
        channels.put(channel, next);
        return next;
    }

    private StagedChannel stageNew(ChannelIndex channel) {
        StagedChannel next = next(channel, true);
        newChannels.put(channel.name(), next);
        return next;
    }

    private StagedChannel next(ChannelIndex channel, boolean isNew) {
        int used = used();
        if (used < staged.size()) return staged.get(used).begin(channel, isNew);
        StagedChannel next = new StagedChannel(channel, isNew);
        staged.add(next);
        return next;
    }

    /// The number of staged channels.
    private int used() {
        return channels.size() + newChannels.size();
    }

    /// A channel that keeps an entry.
    StagedChannel keeping(ChannelName name) {
        StagedChannel channel = find(name);
        if (channel == null) throw new IllegalStateException("channel '" + name + "' keeps an entry but has no state");
        return channel;
    }

    /// Adds an entry at its position.
    ///
    /// @param rule the rule of the channel if it is new; null otherwise
    /// @return its channel
    StagedChannel add(Entry entry, @Nullable Retention rule) {
        StagedChannel channel = find(entry.channel());
        if (channel == null) {
            if (rule == null)
                throw new IllegalStateException("channel '" + entry.channel() + "' is new without a rule");
            channel = stageNew(index.create(entry.channel(), rule));
        }
        if (channel.isEmpty()) {
            channelsKept++;
            if (channel.hasOnlyMark) channelsWithOnlyMark--;
            channel.hasOnlyMark = false;
        }
        if (channel.added().isEmpty()) additions.add(channel);
        channel.add(entry);
        entries.add(entry);
        targets.add(channel.channel());
        last = entry.position();
        count(channel, entry, 1);
        return channel;
    }

    void remember(KeyedPublish publish) {
        keys.add(publish);
    }

    /// Drops entries at a new moment: readers that know of every earlier drop do not know of this one.
    void drop(List<Entry> entries, long timeMs) {
        if (entries.isEmpty()) return;
        long at = ++last;
        List<ChannelIndex> channelOfEach = new ArrayList<>(entries.size());
        List<StagedChannel> dropping = new ArrayList<>();
        for (Entry entry : entries) {
            StagedChannel channel = keeping(entry.channel());
            if (channel.drop(entry, at)) dropping.add(channel);
            channelOfEach.add(channel.channel());
            if (channel.mayRetain()) dropped.add(entry.position());
            count(channel, entry, -1);
        }
        List<TrimmedChannel> trimmed = new ArrayList<>(dropping.size());
        for (StagedChannel channel : dropping) {
            long upTo = channel.markDropped();
            if (channel.isEmpty()) emptied(channel);
            trimmed.add(new TrimmedChannel(channel.channel(), upTo, timeMs, channel.retained()));
        }
        trimmed.sort(Comparator.comparingLong(TrimmedChannel::upTo));
        trims.add(new LogRecord.Trim(at, entries, channelOfEach, trimmed));
    }

    private void count(StagedChannel channel, Entry entry, int sign) {
        if (channel.rule().isProtected()) return;
        entriesKept += sign;
        dataBytes += sign * Size.data(entry);
    }

    private void emptied(StagedChannel channel) {
        channelsKept--;
        channelsWithOnlyMark++;
        channel.hasOnlyMark = true;
        emptied.add(channel.channel().name());
    }

    /// Whether the group's trims emptied one of the channels of these entries.
    boolean hasEmptiedChannelOf(List<Entry> entries) {
        if (emptied.isEmpty()) return false;
        for (Entry entry : entries) if (emptied.contains(entry.channel())) return true;
        return false;
    }

    /// The entries to drop of those that a channel's rule has just ceased to cover; the channel retains the others.
    List<Entry> uncover(StagedChannel channel, List<Entry> uncovered, long timeMs) {
        if (uncovered.isEmpty() || !channel.keepsKeys()) return uncovered;
        List<Entry> unretained = KeyRetention.uncover(this, channel, uncovered);
        if (unretained.isEmpty()) retain(channel, timeMs);
        return unretained;
    }

    /// Records a changed retained range of a channel from which nothing is dropped.
    private void retain(StagedChannel channel, long timeMs) {
        TrimmedChannel changed = new TrimmedChannel(channel.channel(), 0, timeMs, channel.retained());
        trims.add(new LogRecord.Trim(0, List.of(), List.of(), List.of(changed)));
    }

    // Retained entries.

    /// The kept entries of a channel after one position, up to and including another.
    EntryIterator after(StagedChannel channel, long position, long upTo) {
        EntryIterator before = index.source(channel.channel()).after(channel.channel(), position, upTo);
        return new KeptIterator(before, channel.addedAfter(position, upTo));
    }

    /// The position of the newest event of this event's channel, type and key; -1 if no such event is kept or
    /// this event has no key.
    long newestPosition(StagedChannel channel, Event event) {
        long added = channel.newestPosition(event);
        return added >= 0 ? added : index.source(channel.channel()).newestPosition(channel.channel(), event);
    }

    /// See [Index#outlined].
    Entry outlined(Entry entry) {
        return index.outlined(entry);
    }

    private boolean isDropped(Entry entry) {
        return !dropped.isEmpty() && dropped.contains(entry.position());
    }

    /// The entries of one iterator and then those of another, without those that the group drops.
    private final class KeptIterator implements EntryIterator {
        private final EntryIterator first;
        private final EntryIterator second;
        private boolean isFirstDone;

        KeptIterator(EntryIterator first, EntryIterator second) {
            this.first = first;
            this.second = second;
        }

        @Override
        public @Nullable Entry next() {
            Entry entry = isFirstDone ? null : next(first);
            if (entry != null) return entry;
            isFirstDone = true;
            return next(second);
        }

        private @Nullable Entry next(EntryIterator iterator) {
            Entry entry = iterator.next();
            while (entry != null && isDropped(entry)) entry = iterator.next();
            return entry;
        }

        @Override
        public void close() {
            first.close();
            second.close();
        }
    }
}
