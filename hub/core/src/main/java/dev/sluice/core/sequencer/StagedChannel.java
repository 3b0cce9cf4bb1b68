package dev.sluice.core.sequencer;

import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.event.EventAttributes;
import dev.sluice.core.index.ChannelIndex;
import dev.sluice.core.index.EntryIterator;
import dev.sluice.core.index.LogRecord;
import dev.sluice.core.index.RetainedRange;
import dev.sluice.core.index.Size;
import dev.sluice.core.index.TrimMark;
import dev.sluice.core.index.TypeAndKey;
import dev.sluice.core.log.Retention;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A channel as it is after the commands decided so far: its state in the index, changed by the current group.
/// Reused from group to group.
final class StagedChannel implements LogRecord.Addition {
    /// A longer list of entries is not reused, so that its memory is freed.
    private static final int ADDED_REUSED = 64;

    private ChannelIndex channel;

    /// Whether the index knows the channel only by its mark, or will once the group is applied.
    boolean hasOnlyMark;

    private List<Entry> added = new ArrayList<>(1);
    private long latest;
    private @Nullable EventAttributes attributes;
    private long end;
    private long events;
    private long dataBytes;
    private RetainedRange retained;
    private @Nullable TrimMark mark;

    /// The moment of the last trim that dropped entries, and the position of the last of these; 0 if the group
    /// has no such trim.
    private long droppedAt;

    private long droppedUpTo;

    /// The newest position of each key among the entries added; null until it is needed.
    private @Nullable Map<TypeAndKey, Long> newest;

    /// @param isNew whether the index does not know the channel yet
    StagedChannel(ChannelIndex channel, boolean isNew) {
        begin(channel, isNew);
    }

    /// Begins the next group, with a channel as it is in the index.
    ///
    /// @param isNew whether the index does not know the channel yet
    final StagedChannel begin(ChannelIndex channel, boolean isNew) {
        this.channel = channel;
        latest = channel.latest();
        attributes = channel.attributes();
        end = channel.end();
        events = channel.events();
        dataBytes = channel.dataBytes();
        retained = channel.retained();
        mark = channel.mark();
        droppedAt = 0;
        hasOnlyMark = !isNew && isEmpty();
        return this;
    }

    /// Forgets the entries of the group, and keeps the memory for the next one.
    void clear() {
        if (added.size() > ADDED_REUSED) added = new ArrayList<>(1);
        else added.clear();
        newest = null;
    }

    @Override
    public ChannelIndex channel() {
        return channel;
    }

    @Override
    public List<Entry> added() {
        return added;
    }

    void add(Entry entry) {
        added.add(entry);
        count(entry, 1);
        switch (entry) {
            case Event event -> {
                latest = event.position();
                attributes = event.attributes();
                if (newest != null) putNewest(newest, event);
            }
            case End channelEnd -> end = channelEnd.position();
        }
    }

    /// Drops an entry.
    ///
    /// @param at the moment of the trim
    /// @return true if this is the first entry of the channel that this trim drops
    boolean drop(Entry entry, long at) {
        boolean isFirst = droppedAt != at;
        droppedAt = at;
        droppedUpTo = entry.position();
        count(entry, -1);
        if (entry.position() <= retained.upTo()) retained = retained.counting(entry, -1);
        switch (entry) {
            case Event event -> {
                if (event.position() == latest) {
                    latest = 0;
                    attributes = null;
                }
            }
            case End channelEnd -> end = 0;
        }
        return isFirst;
    }

    private void count(Entry entry, int sign) {
        if (entry instanceof Event) events += sign;
        dataBytes += sign * Size.data(entry);
    }

    /// Marks what the last trim has dropped.
    ///
    /// @return the position of the last entry dropped
    long markDropped() {
        mark = new TrimMark(droppedUpTo, droppedAt, false).mergedOver(mark);
        return droppedUpTo;
    }

    /// Records that the rule no longer covers these entries, the oldest it covered.
    void uncover(List<Entry> uncovered) {
        retained = retained.extendedBy(uncovered);
    }

    Retention rule() {
        return channel.rule();
    }

    boolean keepsKeys() {
        return channel.keepsKeys();
    }

    /// Whether entries may be kept before the position of the mark.
    boolean mayRetain() {
        return keepsKeys() || retained.entries() > 0;
    }

    /// The position of the newest event; 0 if no event is kept.
    long latest() {
        return latest;
    }

    /// The attributes of the newest event, which the next one can share; null if the newest is not in memory.
    @Nullable
    EventAttributes attributes() {
        return attributes;
    }

    /// The position of the end; 0 while the channel is open.
    long end() {
        return end;
    }

    @Nullable
    TrimMark mark() {
        return mark;
    }

    RetainedRange retained() {
        return retained;
    }

    long events() {
        return events;
    }

    boolean isEmpty() {
        return entries() == 0;
    }

    /// Bytes that count towards limits.
    long keptBytes() {
        return dataBytes + Size.ENTRY_BYTES * entries();
    }

    private long entries() {
        return events + (end == 0 ? 0 : 1);
    }

    /// A lower bound of the positions kept.
    long firstPosition() {
        return Math.min(
                channel.firstPosition(),
                added.isEmpty() ? Long.MAX_VALUE : added.getFirst().position());
    }

    /// The position up to which the rule covers nothing.
    long uncoveredUpTo() {
        if (!keepsKeys()) return ChannelIndex.lostUpTo(mark, retained);
        return Math.max(retained.upTo(), mark == null ? 0 : mark.position());
    }

    /// The entries that the group adds after one position, up to and including another, whether dropped since or
    /// not.
    EntryIterator addedAfter(long position, long upTo) {
        return EntryIterator.over(added.subList(countUpTo(position), countUpTo(upTo)));
    }

    private int countUpTo(long position) {
        int low = 0;
        int high = added.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (added.get(middle).position() <= position) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    /// The position of the newest event of this event's type and key that the group adds; -1 if the group adds
    /// none.
    long newestPosition(Event event) {
        if (added.isEmpty()) return -1;
        if (newest == null) {
            newest = new HashMap<>();
            for (Entry entry : added) if (entry instanceof Event earlier) putNewest(newest, earlier);
        }
        return newest.getOrDefault(TypeAndKey.of(event), -1L);
    }

    private static void putNewest(Map<TypeAndKey, Long> newest, Event event) {
        if (event.key() != null) newest.put(TypeAndKey.of(event), event.position());
    }
}
