package dev.sluice.core.delivery;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Place;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.EventType;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Read;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Everything that was ever published in a random run, whatever became of it.
final class History {
    /// @param data null: the end of its channel
    record Item(
            Cursor id,
            ChannelName channel,
            String type,
            @Nullable String key,
            boolean keyEnds,
            @Nullable String data) {
        boolean isAlike(Item other) {
            return channel.equals(other.channel) && type.equals(other.type) && java.util.Objects.equals(key, other.key);
        }
    }

    final NavigableMap<Cursor, Item> items = new TreeMap<>();
    final Set<Cursor> forgotten = new HashSet<>();

    void add(Draft draft, Cursor id) {
        byte[] data = draft.content() == null ? null : draft.content().bytes();
        if (data == null) {
            addEnd(draft.channel(), id);
        } else {
            items.put(
                    id,
                    new Item(
                            id,
                            draft.channel(),
                            draft.type(),
                            draft.key(),
                            draft.keyEnds(),
                            new String(data, StandardCharsets.UTF_8)));
        }
    }

    void addEnd(ChannelName channel, Cursor id) {
        items.put(id, new Item(id, channel, EventType.MESSAGE, null, false, null));
    }

    /// Whether a newer event of its channel, type and key was published.
    boolean isSuperseded(Item item) {
        if (item.key() == null) return false;
        return items.tailMap(item.id(), false).values().stream()
                .anyMatch(newer -> newer.data() != null && newer.isAlike(item));
    }

    /// What a log keeps of some channels.
    static Set<Cursor> kept(Rig rig, Selection selection) {
        Set<Cursor> kept = new HashSet<>();
        Place place = new Place(
                new Cursor(rig.log.head().epoch(), 0), new Cursor(rig.log.head().epoch(), Long.MAX_VALUE));
        while (true) {
            switch (rig.log.read(place, selection, Filter.NONE, 1_000, Long.MAX_VALUE)) {
                case Read.Batch(List<Entry> entries, Cursor next) -> {
                    entries.forEach(entry -> kept.add(entry.id()));
                    place = place.moved(next);
                }
                case Read.CaughtUp _ -> {
                    return kept;
                }
                case Read.Missing missing -> throw new AssertionError("it knows of everything: " + missing);
                case Read.Elsewhere _ -> throw new AssertionError("this log keeps all of it here");
            }
        }
    }

    List<Item> behind(Cursor begin, Selection selection) {
        List<Item> behind = new ArrayList<>();
        for (Item item : items.tailMap(begin, false).values()) if (selection.matches(item.channel())) behind.add(item);
        return behind;
    }
}
