package dev.sluice.core.index;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.event.EventAttributes;
import dev.sluice.core.log.ChannelState;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.Retention.Keep;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The state of a channel that keeps entries or has a mark. Written by one writer at a time; volatile fields and
/// the track may be read from any thread.
///
/// A channel with one small event in memory takes about 700 bytes, including the event.
public final class ChannelIndex {
    /// The position of no entry: that of the oldest one if nothing is kept.
    static final long NONE = Long.MAX_VALUE;

    private static final VarHandle EVENTS;
    private static final VarHandle DATA_BYTES;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            EVENTS = lookup.findVarHandle(ChannelIndex.class, "events", long.class);
            DATA_BYTES = lookup.findVarHandle(ChannelIndex.class, "dataBytes", long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    final ChannelName name;
    final long number;
    private volatile Retention rule;

    /// The entries in memory: all entries kept, or the newest.
    final EntryList track = new EntryList();

    /// The entries kept only in the backing; null if there are none.
    volatile @Nullable DiskRange cold;

    /// The mark of the last loss; null if nothing was lost, or nothing that a reader could miss.
    volatile @Nullable TrimMark mark;

    /// The entries kept before those that the rule covers.
    volatile RetainedRange retained = RetainedRange.NONE;

    /// The position of the newest deletion; 0 if there was none.
    volatile long deletedAt;

    /// Whether the channel keeps entries, as [ChannelTable] counts it.
    volatile boolean isListed;

    /// When to check the channel for expired entries; null if its entries do not expire.
    ExpiryQueue.@Nullable Due due;

    /// The position of its oldest entry, by which the [TrimOrder] sorts it; [#NONE] if it is not there.
    long oldest = NONE;

    /// The moment of the last loss, under which [TrimTimeline] lists the channel; null if it lists it under
    /// none. For the writer.
    TrimTimeline.@Nullable Moment lostIn;

    /// The channel's slot in that moment.
    int lostSlot;

    /// The position of the newest event, for the writer; 0 if no event is kept. A position rather than a cursor,
    /// which would be a new object for each event.
    private long latest;

    /// The attributes of the newest event, which the next one can share; null if the newest is not in memory.
    private @Nullable EventAttributes attributes;

    /// The position of the channel's end; 0 while it is open.
    private long end;

    private long newestMs;
    private volatile long events;
    private volatile long dataBytes;

    /// The position of the newest event of each type and key in memory; null as long as there are no keys.
    private volatile @Nullable ConcurrentHashMap<TypeAndKey, Long> newest;

    ChannelIndex(ChannelName name, long number, Retention rule, @Nullable TrimMark mark, long deletedAt) {
        this.name = name;
        this.number = number;
        this.rule = rule;
        this.mark = mark;
        this.deletedAt = deletedAt;
    }

    void add(Entry entry) {
        track.append(entry);
        count(entry, 1);
        newestMs = entry.timeMs();
        switch (entry) {
            case Event event -> {
                latest = event.position();
                share(event.attributes());
                if (event.key() != null) newestPositions().put(TypeAndKey.of(event), event.position());
            }
            case End channelEnd -> end = channelEnd.position();
        }
    }

    /// Writes only references that changed: the garbage collector scans each object of the old generation to
    /// which a reference was written.
    @SuppressWarnings("ReferenceEquality") // Identity is meant.
    private void share(EventAttributes ofNewest) {
        if (ofNewest != attributes) attributes = ofNewest;
    }

    /// Restores the state saved by a backing.
    void restore(DiskRange kept, RetainedRange retained, long events, long dataBytes) {
        cold = kept;
        this.retained = retained;
        latest = kept.latest();
        end = kept.end();
        newestMs = kept.timeMs();
        this.events = events;
        this.dataBytes = dataBytes;
    }

    /// Drops an entry.
    void remove(Entry entry) {
        evict(entry);
        count(entry, -1);
        switch (entry) {
            case Event event -> {
                if (event.position() == latest) latest = 0;
            }
            case End channelEnd -> end = 0;
        }
    }

    /// Counts an entry again that a trim has taken out of the retained range but that is not removed yet.
    void retain(Entry entry) {
        if (entry.position() <= retained.upTo()) retained = retained.counting(entry, 1);
    }

    /// Changes the retained range. Writes only a changed range: most channels retain nothing, and a trim of the
    /// whole log visits them all.
    void setRetained(RetainedRange other) {
        if (!other.equals(retained)) retained = other;
    }

    /// Removes an entry from memory, if it is there.
    void evict(Entry entry) {
        if (!track.remove(entry)) return;
        if (entry.position() == latest) attributes = null; // Nothing counts the references to them.
        ConcurrentHashMap<TypeAndKey, Long> positions = newest;
        if (positions == null || !(entry instanceof Event event) || event.key() == null) return;
        positions.remove(TypeAndKey.of(event), event.position());
        if (positions.isEmpty()) newest = null;
    }

    /// A lower bound of the positions kept; [Long#MAX_VALUE] if nothing is kept.
    public long firstPosition() {
        long inMemory = track.firstPosition();
        DiskRange kept = cold; // After reading memory: an entry is in this range before it is evicted.
        return kept == null ? inMemory : kept.first();
    }

    /// An upper bound of the positions kept; 0 if nothing is kept.
    long lastPosition() {
        Entry inMemory = track.back(Long.MAX_VALUE).next();
        DiskRange kept = cold;
        if (inMemory != null) return inMemory.position();
        return kept == null ? 0 : kept.upTo();
    }

    /// The oldest entries in memory, at most `max`.
    public List<Entry> oldestInMemory(int max) {
        List<Entry> inMemory = new ArrayList<>(Math.min(max, track.kept()));
        TrackIterator iterator = track.after(0, Long.MAX_VALUE);
        for (Entry entry = iterator.next(); entry != null && inMemory.size() < max; entry = iterator.next())
            inMemory.add(entry);
        return inMemory;
    }

    /// The oldest entry in memory; null if memory has none.
    public @Nullable Entry oldestInMemory() {
        return track.first();
    }

    /// Adds the entries in memory up to a position to a list.
    void inMemoryUpTo(long upTo, List<Entry> list) {
        TrackIterator iterator = track.after(0, upTo);
        for (Entry entry = iterator.next(); entry != null; entry = iterator.next()) list.add(entry);
    }

    /// Replaces an event by what is left of it.
    void replace(Event event, Event left) {
        track.replace(left);
        count(event, -1);
        count(left, 1);
    }

    /// One writer at a time. Readers may see the counts late, so these writes need not wait until they do.
    private void count(Entry entry, int sign) {
        if (entry instanceof Event) EVENTS.setRelease(this, events + sign);
        DATA_BYTES.setRelease(this, dataBytes + sign * Size.data(entry));
        if (entry.position() <= retained.upTo()) retained = retained.counting(entry, sign);
    }

    /// The channel as readers see it up to a position. Counts may be slightly newer and, while the channel is being
    /// trimmed, the oldest event slightly older.
    ChannelState state(long head, Epochs epochs) {
        long from = lostUpTo(); // Entries of an unsettled trim count as removed.
        Entry oldest = track.after(from, head).next();
        TrackIterator.Backward backwards = track.back(head);
        Entry newest = backwards.next();
        if (newest == null) newest = oldest;
        Entry last = newest instanceof End ? backwards.next() : newest;
        // After reading memory: an entry is in this range before it is evicted.
        DiskRange kept = cold;
        if (kept != null && kept.upTo() <= from) kept = null;
        if (oldest == null && kept == null) return new ChannelState(name, null, null, null, 0, 0, 0);
        Cursor latest = last != null && last.position() > from ? last.id() : null;
        Cursor end = newest instanceof End channelEnd ? channelEnd.id() : null;
        Cursor earliest = oldest instanceof Event event ? event.id() : null;
        long timeMs = newest == null ? 0 : newest.timeMs();
        if (kept != null) {
            if (latest == null && kept.latest() > from) latest = epochs.cursor(kept.latest());
            if (end == null && kept.end() != 0) end = epochs.cursor(kept.end());
            earliest = kept.isFirstEnd() ? null : epochs.cursor(kept.first());
            timeMs = Math.max(timeMs, kept.timeMs());
        }
        return new ChannelState(name, latest, earliest, end, events, dataBytes, timeMs);
    }

    /// The position up to which nothing is kept any more, so that iterators can start after it; 0 if unknown.
    public long lostUpTo() {
        return lostUpTo(mark, retained);
    }

    public static long lostUpTo(@Nullable TrimMark mark, RetainedRange retained) {
        if (mark == null) return 0;
        return mark.deletion() || retained.entries() == 0 ? mark.position() : 0;
    }

    /// Whether the rule retains the newest event of each key beyond its limits.
    public boolean keepsKeys() {
        return rule.keep() == Keep.NEWEST_OF_KEY;
    }

    /// Whether entries may be kept before the position of the mark.
    public boolean mayRetain() {
        return keepsKeys() || retained.entries() > 0;
    }

    boolean isEmpty() {
        return cold == null && track.kept() == 0;
    }

    public ChannelName name() {
        return name;
    }

    public Retention rule() {
        return rule;
    }

    void setRule(Retention other) {
        rule = other;
    }

    /// The number that the backing gave to the channel; 0 without a backing.
    public long number() {
        return number;
    }

    public @Nullable TrimMark mark() {
        return mark;
    }

    /// The entries kept before those that the rule covers.
    public RetainedRange retained() {
        return retained;
    }

    public long deletedAt() {
        return deletedAt;
    }

    /// The entries kept only in the backing; null if there are none.
    public @Nullable DiskRange cold() {
        return cold;
    }

    /// A summary of all entries kept, for the writer; null if there are none.
    public @Nullable DiskRange kept() {
        long upTo = Math.max(latest, end);
        DiskRange older = cold;
        if (older != null) {
            upTo = Math.max(upTo, older.upTo());
            return new DiskRange(older.first(), older.firstTimeMs(), older.isFirstEnd(), latest, end, upTo, newestMs);
        }
        Entry oldest = oldestInMemory();
        if (oldest == null) return null;
        long first = oldest.position();
        upTo = Math.max(upTo, first);
        return new DiskRange(first, oldest.timeMs(), oldest instanceof End, latest, end, upTo, newestMs);
    }

    /// The position of the newest event, for the writer: readers may not see it yet. 0 if no event is kept.
    public long latest() {
        return latest;
    }

    /// The attributes of the newest event, which the next one can share, for the writer; null if the newest is
    /// not in memory.
    public @Nullable EventAttributes attributes() {
        return attributes;
    }

    /// The position of the channel's end, for the writer; 0 while it is open.
    public long end() {
        return end;
    }

    public long events() {
        return events;
    }

    public long dataBytes() {
        return dataBytes;
    }

    /// The number of entries kept: the events, and the end.
    public long entries() {
        return events + (end == 0 ? 0 : 1);
    }

    /// The position of the newest event in memory of this event's type and key; -1 if there is none.
    long newestPosition(Event event) {
        ConcurrentHashMap<TypeAndKey, Long> positions = newest;
        Long position = positions == null || event.key() == null ? null : positions.get(TypeAndKey.of(event));
        return position == null ? -1 : position;
    }

    private ConcurrentHashMap<TypeAndKey, Long> newestPositions() {
        ConcurrentHashMap<TypeAndKey, Long> positions = newest;
        if (positions == null) {
            positions = new ConcurrentHashMap<>(2);
            newest = positions;
        }
        return positions;
    }
}
