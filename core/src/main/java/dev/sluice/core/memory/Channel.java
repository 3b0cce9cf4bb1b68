package dev.sluice.core.memory;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.ChannelState;
import dev.sluice.core.log.Retention;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// One channel that keeps something, or lost something not long ago. Written under the log's lock; what is
/// volatile here, and the track, may be read by anyone.
///
/// A channel with one small event takes about 700 bytes, that event included.
final class Channel {
    final ChannelName name;
    final Retention rule;
    final Track track = new Track();

    /// What it lost last; null: nothing that anybody could miss.
    volatile @Nullable Mark mark;

    /// Where its newest deletion stands in the log; 0: none.
    long deletedAt;

    /// When its oldest entry is too old; null: nothing here ages.
    Ageing.@Nullable Due due;

    private @Nullable Cursor latest;
    private @Nullable Cursor end;
    private long keptBytes;
    private volatile long events;
    private volatile long dataBytes;

    /// The place of the newest event of each type and key; null as long as there are no keys.
    private volatile @Nullable ConcurrentHashMap<TypeAndKey, Long> newest;

    Channel(ChannelName name, Retention rule, @Nullable Mark mark, long deletedAt) {
        this.name = name;
        this.rule = rule;
        this.mark = mark;
        this.deletedAt = deletedAt;
    }

    void add(Entry entry) {
        track.append(entry);
        count(entry, 1);
        switch (entry) {
            case Event event -> {
                latest = event.id();
                if (event.key() != null)
                    newestPlaces().put(TypeAndKey.of(event), event.id().position());
            }
            case End closed -> end = closed.id();
        }
    }

    /// Removes an entry that is kept; the oldest first, or all.
    void remove(Entry entry) {
        track.remove(entry);
        count(entry, -1);
        switch (entry) {
            case Event event -> {
                if (event.id().equals(latest)) latest = null;
                ConcurrentHashMap<TypeAndKey, Long> places = newest;
                if (places == null || event.key() == null) return;
                places.remove(TypeAndKey.of(event), event.id().position());
                if (places.isEmpty()) newest = null;
            }
            case End closed -> end = null;
        }
    }

    /// Puts what is left of an event in its place.
    void replace(Event event, Event left) {
        track.replace(left);
        count(event, -1);
        count(left, 1);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // One writer at a time.
    private void count(Entry entry, int sign) {
        keptBytes += sign * Size.kept(entry);
        if (entry instanceof Event) events += sign;
        dataBytes += sign * Size.data(entry);
    }

    /// As readers see it up to a place. Its counts may be a moment newer.
    ChannelState state(long head) {
        Mark lost = mark;
        long from = lost == null ? 0 : lost.position(); // Also what still vanishes is gone.
        Entry oldest = track.after(from, head).next();
        if (oldest == null) return new ChannelState(name, null, null, null, 0, 0, 0);
        Walk.Back back = track.back(head);
        Entry newest = back.next();
        if (newest == null) newest = oldest;
        Entry last = newest instanceof End ? back.next() : newest;
        Cursor end = newest instanceof End closed ? closed.id() : null;
        Cursor latest = last != null && last.id().position() > from ? last.id() : null;
        Cursor earliest = oldest instanceof Event event ? event.id() : null;
        return new ChannelState(name, latest, earliest, end, events, dataBytes, newest.timeMs());
    }

    boolean isEmpty() {
        return track.kept() == 0;
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

    long events() {
        return events;
    }

    long dataBytes() {
        return dataBytes;
    }

    long keptBytes() {
        return keptBytes;
    }

    /// Whether there is a newer event of the same type and key.
    boolean isSuperseded(Event event) {
        return newestPlace(event) > event.id().position();
    }

    /// Whether it is kept, and the newest of its type and key.
    boolean isNewest(Event event) {
        return newestPlace(event) == event.id().position();
    }

    private long newestPlace(Event event) {
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
