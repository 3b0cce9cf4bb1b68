package dev.sluice.core.store;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Entry;
import dev.sluice.core.log.Lag;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What lies between a place and the head. Takes no lock.
final class Growing {
    /// Beyond, naming each channel costs more than letting everybody look.
    private static final int NAMED_MAX = 16_384;

    private final Store store;

    Growing(Store store) {
        this.store = store;
    }

    @Nullable
    Cursor since(Cursor place, Consumer<ChannelName> grown) {
        Cursor head = store.head();
        long from = place.position();
        if (store.coldUpTo() > from) return null;
        if (store.hub.keptAfter(from) > NAMED_MAX || store.marks.countAfter(from, NAMED_MAX) == NAMED_MAX) return null;
        Walk walk = store.hub.after(from, head.position());
        for (Entry entry = walk.next(); entry != null; entry = walk.next()) grown.accept(entry.channel());
        // What was deleted or trimmed meanwhile is no entry any more, and has left its mark.
        store.marks.lostAfter(from, channel -> grown.accept(channel.name));
        return store.marks.folded().position() > from ? null : head;
    }

    Lag lag(Cursor place, Selection selection) {
        long from = place.position();
        if (from >= store.head().position()) return Lag.NONE;
        if (!selection.isNamed())
            return ahead(
                    store.hub.keptAfter(from),
                    store.hub.kept(),
                    store.entries(),
                    store.dataBytes(),
                    store.coldPart(from));
        Lag lag = Lag.NONE;
        for (Pattern pattern : selection.patterns()) {
            Channel channel = store.channel(pattern.value());
            if (channel == null) continue;
            Lag one = ahead(
                    channel.track.keptAfter(from),
                    channel.track.kept(),
                    channel.entries(),
                    channel.dataBytes(),
                    coldPart(channel.cold, from));
            lag = new Lag(lag.events() + one.events(), lag.bytes() + one.bytes());
        }
        return lag;
    }

    /// Which part of what is beyond memory lies behind a position, as if it lay evenly.
    static double coldPart(@Nullable Cold cold, long from) {
        if (cold == null || cold.upTo() <= from) return 0;
        return Math.min(1, (double) (cold.upTo() - from) / (cold.upTo() - cold.first() + 1));
    }

    private static Lag ahead(long hotAhead, long hot, long all, long bytes, double coldPart) {
        return part(hotAhead + Math.round((all - hot) * coldPart), all, bytes);
    }

    /// As if all entries were of one size.
    private static Lag part(long ahead, long all, long bytes) {
        return ahead == 0 || all == 0 ? Lag.NONE : new Lag(ahead, Math.round((double) bytes * ahead / all));
    }
}
