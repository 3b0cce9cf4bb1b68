package dev.sluice.core.index;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Entry;
import dev.sluice.core.log.Lag;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reports which channels changed since a cursor, and how far a reader lags. Takes no lock.
final class ChangedChannels {
    /// With more entries or marks, naming the changed channels costs more than having every reader check.
    private static final int NAMED_MAX = 16_384;

    private final Index index;

    ChangedChannels(Index index) {
        this.index = index;
    }

    @Nullable
    Cursor since(Cursor place, Consumer<ChannelName> changed) {
        Cursor head = index.head();
        long from = place.position();
        if (index.cold.upTo() > from) return null;
        if (index.tail().hub.keptAfter(from) > NAMED_MAX || index.marks.countAfter(from, NAMED_MAX) == NAMED_MAX)
            return null;
        TrackIterator iterator = index.tail().hub.after(from, head.position());
        for (Entry entry = iterator.next(); entry != null; entry = iterator.next()) changed.accept(entry.channel());
        // Deleted and trimmed entries are gone; their channels have marks.
        index.marks.lostAfter(from, channel -> changed.accept(channel.name));
        // Entries evicted during the iteration may be missing from it.
        if (index.cold.upTo() > from) return null;
        return index.marks.folded().position() > from ? null : head;
    }

    Lag lag(Cursor place, Selection selection) {
        long from = place.position();
        if (from >= index.head().position()) return Lag.NONE;
        if (!selection.isNamed())
            return estimate(
                    index.tail().hub.keptAfter(from),
                    index.tail().hub.kept(),
                    index.entries(),
                    index.dataBytes(),
                    index.cold.fractionAfter(from));
        Lag lag = Lag.NONE;
        for (Pattern pattern : selection.patterns()) {
            ChannelIndex channel = index.channel(pattern.value());
            if (channel == null) continue;
            Lag channelLag = estimate(
                    channel.track.keptAfter(from),
                    channel.track.kept(),
                    channel.entries(),
                    channel.dataBytes(),
                    coldFraction(channel.cold, from));
            lag = new Lag(lag.events() + channelLag.events(), lag.bytes() + channelLag.bytes());
        }
        return lag;
    }

    /// The fraction of a cold range that lies after a position, assuming evenly spread entries.
    static double coldFraction(@Nullable DiskRange cold, long from) {
        if (cold == null || cold.upTo() <= from) return 0;
        return Math.min(1, (double) (cold.upTo() - from) / (cold.upTo() - cold.first() + 1));
    }

    private static Lag estimate(long inMemoryAfter, long inMemory, long all, long bytes, double coldFraction) {
        return estimate(inMemoryAfter + Math.round((all - inMemory) * coldFraction), all, bytes);
    }

    /// Estimates the bytes by assuming entries of equal size.
    private static Lag estimate(long after, long all, long bytes) {
        return after == 0 || all == 0 ? Lag.NONE : new Lag(after, Math.round((double) bytes * after / all));
    }
}
