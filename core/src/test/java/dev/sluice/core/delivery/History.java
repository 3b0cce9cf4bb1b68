package dev.sluice.core.delivery;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
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

/// Everything published in a random run, whether or not the log still has it.
final class History {
    /// @param data null: the end of its channel
    record Item(
            Cursor id,
            ChannelName channel,
            String type,
            @Nullable String key,
            boolean keyEnds,
            @Nullable String data) {
        boolean isSameKindAs(Item other) {
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
                .anyMatch(newer -> newer.data() != null && newer.isSameKindAs(item));
    }

    /// The ids of the entries that the log still has of some channels.
    static Set<Cursor> retained(Rig rig, Selection selection) {
        Set<Cursor> retained = new HashSet<>();
        ReadCursor place = new ReadCursor(
                new Cursor(rig.log.head().epoch(), 0), new Cursor(rig.log.head().epoch(), Long.MAX_VALUE));
        while (true) {
            switch (rig.direct.read(place, selection, Filter.NONE, 1_000, Long.MAX_VALUE)) {
                case Read.Batch(List<Entry> entries, Cursor next) -> {
                    entries.forEach(entry -> retained.add(entry.id()));
                    place = place.moved(next);
                }
                case Read.CaughtUp _ -> {
                    return retained;
                }
                case Read.Missing missing -> throw new AssertionError("a gap although all gaps are known: " + missing);
                case Read.Pending _ -> throw new AssertionError("this log has everything in memory");
            }
        }
    }

    List<Item> after(Cursor begin, Selection selection) {
        List<Item> after = new ArrayList<>();
        for (Item item : items.tailMap(begin, false).values()) if (selection.matches(item.channel())) after.add(item);
        return after;
    }
}
