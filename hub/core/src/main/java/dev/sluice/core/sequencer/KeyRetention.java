package dev.sluice.core.sequencer;

import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.index.EntryIterator;
import dev.sluice.core.index.Size;
import dev.sluice.core.index.TrimMark;
import java.util.ArrayList;
import java.util.List;

/// Selects the entries to drop from a channel that retains the newest event of each key.
///
/// A mark has only the position up to which a channel lost entries, so it is exact only if each trim drops an
/// entry after all those dropped before. A superseded event before the mark therefore waits for such a trim. The
/// number of waiting events never exceeds the number of keys when the mark was made. Retained events beyond the
/// byte limit wait too, until as many bytes have been added after the mark, so up to twice the limit is
/// retained.
final class KeyRetention {
    private KeyRetention() {}

    /// The entries to drop, of those that the rule no longer covers and those retained before. The channel
    /// retains the others.
    ///
    /// @param uncovered entries that the rule has just ceased to cover, at least one
    static List<Entry> uncover(StagedGroup group, StagedChannel channel, List<Entry> uncovered) {
        long upTo = uncovered.getLast().position();
        boolean retains = !(uncovered.getLast() instanceof End);
        channel.uncover(uncovered);
        long excess = retains ? excess(group, channel, upTo) : 0;
        boolean retainsAny = false;
        List<Entry> dropped = new ArrayList<>();
        try (EntryIterator iterator = group.after(channel, channel.firstPosition() - 1, upTo)) {
            for (Entry entry = iterator.next(); entry != null; entry = iterator.next()) {
                boolean isNewest = retains && isNewest(group, channel, entry);
                if (isNewest && excess <= 0) {
                    retainsAny = true;
                } else {
                    dropped.add(group.outlined(entry));
                    if (isNewest) excess -= Size.kept(entry);
                }
            }
        }
        // Otherwise the channel's newest event would be one that was superseded long ago.
        if (retainsAny) dropped.removeIf(entry -> entry.position() == channel.latest());
        TrimMark mark = channel.mark();
        boolean waits = mark != null && !dropped.isEmpty() && dropped.getLast().position() < mark.position();
        return waits ? List.of() : dropped;
    }

    /// Bytes by which the newest events of all keys exceed the limit.
    private static long excess(StagedGroup group, StagedChannel channel, long upTo) {
        long max = channel.rule().maxBytes();
        if (channel.retained().bytes() <= max) return 0;
        long bytes = 0;
        try (EntryIterator iterator = group.after(channel, channel.firstPosition() - 1, upTo)) {
            for (Entry entry = iterator.next(); entry != null; entry = iterator.next()) {
                if (isNewest(group, channel, entry)) bytes += Size.kept(entry);
            }
        }
        return bytes - max;
    }

    private static boolean isNewest(StagedGroup group, StagedChannel channel, Entry entry) {
        return entry instanceof Event event
                && event.key() != null
                && !event.isKeyEnd()
                && group.newestPosition(channel, event) == event.position();
    }
}
