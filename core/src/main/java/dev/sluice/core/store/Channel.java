package dev.sluice.core.store;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.ChannelState;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.Retention.Keep;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// One channel that keeps something, or lost something not long ago. Written by one writer at a time; what is
/// volatile here, and the track, may be read by anyone.
///
/// A channel with one small event in memory takes about 700 bytes, that event included.
public final class Channel {
    final ChannelName name;
    final long number;
    final Retention rule;

    /// What it keeps in memory: all, or its newest entries.
    final Track track = new Track();

    /// What it keeps beyond memory; null: nothing.
    volatile @Nullable Cold cold;

    /// What it lost last; null: nothing that anybody could miss.
    volatile @Nullable Mark mark;

    /// What it keeps in front of what its rule covers.
    volatile Held held = Held.NONE;

    /// Whether its backing does not know yet how far its rule has come. For the writer.
    boolean isHeldAnew;

    /// Where its newest deletion stands in the log; 0: none.
    volatile long deletedAt;

    /// When its oldest entry is too old; null: nothing here ages.
    Ageing.@Nullable Due due;

    private @Nullable Cursor latest;
    private @Nullable Cursor end;
    private long newestMs;
    private volatile long events;
    private volatile long dataBytes;

    /// The place of the newest event of each type and key in memory; null as long as there are no keys.
    private volatile @Nullable ConcurrentHashMap<TypeAndKey, Long> newest;

    Channel(ChannelName name, long number, Retention rule, @Nullable Mark mark, long deletedAt) {
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
                latest = event.id();
                if (event.key() != null)
                    newestPlaces().put(TypeAndKey.of(event), event.id().position());
            }
            case End closed -> end = closed.id();
        }
    }

    /// Takes over what a backing kept.
    void restore(Cold kept, Held held, long events, long dataBytes, Epochs epochs) {
        cold = kept;
        this.held = held;
        latest = kept.latest() == 0 ? null : epochs.cursor(kept.latest());
        end = kept.end() == 0 ? null : epochs.cursor(kept.end());
        newestMs = kept.timeMs();
        this.events = events;
        this.dataBytes = dataBytes;
    }

    /// Drops an entry, the oldest that is kept.
    void remove(Entry entry) {
        leave(entry);
        count(entry, -1);
        switch (entry) {
            case Event event -> {
                if (event.id().equals(latest)) latest = null;
            }
            case End closed -> end = null;
        }
    }

    /// Lets an entry go from memory, if it is there.
    void leave(Entry entry) {
        if (!track.remove(entry)) return;
        ConcurrentHashMap<TypeAndKey, Long> places = newest;
        if (places == null || !(entry instanceof Event event) || event.key() == null) return;
        places.remove(TypeAndKey.of(event), event.id().position());
        if (places.isEmpty()) newest = null;
    }

    /// Nothing that it keeps lies before; [Long#MAX_VALUE]: it keeps nothing.
    long first() {
        Entry hot = track.after(0, Long.MAX_VALUE).next();
        Cold kept = cold; // Behind the look at memory: what leaves it is here before it goes.
        if (kept != null) return kept.first();
        return hot == null ? Long.MAX_VALUE : hot.id().position();
    }

    /// Nothing that it keeps lies behind; 0: it keeps nothing.
    long last() {
        Entry hot = track.back(Long.MAX_VALUE).next();
        Cold kept = cold;
        if (hot != null) return hot.id().position();
        return kept == null ? 0 : kept.upTo();
    }

    /// Its oldest entries in memory, at most so many.
    public List<Entry> hot(int max) {
        List<Entry> hot = new ArrayList<>(Math.min(max, track.kept()));
        Walk walk = track.after(0, Long.MAX_VALUE);
        for (Entry entry = walk.next(); entry != null && hot.size() < max; entry = walk.next()) hot.add(entry);
        return hot;
    }

    /// Counts what is left of an event in its place.
    void replace(Event event, Event left) {
        track.replace(left);
        count(event, -1);
        count(left, 1);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // One writer at a time.
    private void count(Entry entry, int sign) {
        if (entry instanceof Event) events += sign;
        dataBytes += sign * Size.data(entry);
        if (entry.id().position() <= held.upTo()) held = held.counting(entry, sign);
    }

    /// As readers see it up to a place. Its counts may be a moment newer, and while it is trimmed its beginning older.
    ChannelState state(long head, Epochs epochs) {
        long from = lost(); // Also what still vanishes is gone.
        Entry oldest = track.after(from, head).next();
        Walk.Back back = track.back(head);
        Entry newest = back.next();
        if (newest == null) newest = oldest;
        Entry last = newest instanceof End ? back.next() : newest;
        // Behind the look at memory: what leaves it is here before it goes.
        Cold kept = cold;
        if (kept != null && kept.upTo() <= from) kept = null;
        if (oldest == null && kept == null) return new ChannelState(name, null, null, null, 0, 0, 0);
        Cursor latest = last != null && last.id().position() > from ? last.id() : null;
        Cursor end = newest instanceof End closed ? closed.id() : null;
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

    /// Up to where it keeps nothing any more: so that nobody walks through what is gone.
    long lost() {
        return lost(mark, held);
    }

    public static long lost(@Nullable Mark mark, Held held) {
        if (mark == null) return 0;
        return mark.deletion() || held.entries() == 0 ? mark.position() : 0;
    }

    /// Up to where its rule covers nothing.
    long passed() {
        if (!keepsKeys()) return lost();
        Mark last = mark;
        return Math.max(held.upTo(), last == null ? 0 : last.position());
    }

    /// Whether its rule keeps more than its limits cover.
    boolean keepsKeys() {
        return rule.keep() == Keep.NEWEST_OF_KEY;
    }

    /// Whether it may keep something in front of what it lost.
    boolean isHolding() {
        return keepsKeys() || held.entries() > 0;
    }

    boolean isEmpty() {
        return cold == null && track.kept() == 0;
    }

    public ChannelName name() {
        return name;
    }

    /// What its backing calls it.
    public long number() {
        return number;
    }

    public @Nullable Mark mark() {
        return mark;
    }

    /// What it keeps in front of what its rule covers.
    public Held held() {
        return held;
    }

    public long deletedAt() {
        return deletedAt;
    }

    /// What it keeps beyond memory; null: nothing.
    public @Nullable Cold cold() {
        return cold;
    }

    /// All that it keeps, for the writer; null: nothing.
    public @Nullable Cold kept() {
        Entry entry = track.after(0, Long.MAX_VALUE).next();
        Cold hot = entry == null ? null : Cold.of(entry);
        Cold oldest = cold != null ? cold : hot;
        if (oldest == null) return null;
        long upTo = Math.max(oldest.upTo(), Math.max(position(latest), position(end)));
        return new Cold(
                oldest.first(),
                oldest.firstTimeMs(),
                oldest.isFirstEnd(),
                position(latest),
                position(end),
                upTo,
                newestMs);
    }

    private static long position(@Nullable Cursor place) {
        return place == null ? 0 : place.position();
    }

    /// Its newest event, for the writer: also one that readers don't see yet.
    @Nullable
    Cursor latest() {
        return latest;
    }

    /// Its end, for the writer.
    @Nullable
    Cursor end() {
        return end;
    }

    public long events() {
        return events;
    }

    public long dataBytes() {
        return dataBytes;
    }

    long keptBytes() {
        return dataBytes + Size.ENTRY_BYTES * entries();
    }

    /// How many entries it keeps.
    public long entries() {
        return events + (end == null ? 0 : 1);
    }

    /// The place in memory of the newest event of this one's type and key; -1 if there is none.
    long newestPlace(Event event) {
        ConcurrentHashMap<TypeAndKey, Long> places = newest;
        Long place = places == null || event.key() == null ? null : places.get(TypeAndKey.of(event));
        return place == null ? -1 : place;
    }

    private ConcurrentHashMap<TypeAndKey, Long> newestPlaces() {
        ConcurrentHashMap<TypeAndKey, Long> places = newest;
        if (places == null) {
            places = new ConcurrentHashMap<>(2);
            newest = places;
        }
        return places;
    }

    /// What newer events supersede older ones by.
    private record TypeAndKey(String type, @Nullable String key) {
        static TypeAndKey of(Event event) {
            return new TypeAndKey(event.type(), event.key());
        }
    }
}
