package dev.sluice.core.store;

import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// What goes of a channel that keeps the newest event of each key, when its rule no longer covers all. For the writer.
///
/// A mark says up to where a channel lost something, so it is exact only while each trim drops something behind all
/// that was dropped before. What lies in front of the mark and is no longer the newest of its key therefore waits for a
/// trim that does: it is never more than was the newest once, when the mark was made. So does what is too much by its
/// bytes: it goes when there is as much again behind the mark, and until then up to twice as much is held.
final class Keeping {
    private Keeping() {}

    /// Of the entries that a rule no longer covers, and those that were held before, the ones that go. What stays is
    /// held from now on.
    static List<Entry> leaving(Channel channel, Source all, List<Entry> passed) {
        if (passed.isEmpty() || !channel.keepsKeys()) return passed;
        long upTo = passed.getLast().id().position();
        boolean holds = !(passed.getLast() instanceof End);
        channel.held = channel.held.passing(passed);
        channel.isHeldAnew = true;
        long from = Objects.requireNonNull(channel.kept(), "it keeps what is passed")
                        .first()
                - 1;
        long excess = holds ? excess(channel, all, from, upTo) : 0;
        boolean keepsAny = false;
        List<Entry> leaving = new ArrayList<>();
        try (Way way = all.after(channel, from, upTo)) {
            for (Entry entry = way.next(); entry != null; entry = way.next()) {
                boolean isNewest = holds && isNewest(channel, all, entry);
                if (isNewest && excess <= 0) {
                    keepsAny = true;
                } else {
                    leaving.add(entry);
                    if (isNewest) excess -= Size.kept(entry);
                }
            }
        }
        // Or the channel's newest event would be one that was superseded long ago.
        if (keepsAny) leaving.removeIf(entry -> entry.id().equals(channel.latest()));
        Mark mark = channel.mark;
        boolean waits =
                mark != null && !leaving.isEmpty() && leaving.getLast().id().position() < mark.position();
        return waits ? List.of() : leaving;
    }

    /// By how much the newest events of all keys weigh more than they may.
    private static long excess(Channel channel, Source all, long from, long upTo) {
        long max = channel.rule.maxBytes();
        if (channel.held.bytes() <= max) return 0;
        long bytes = 0;
        try (Way way = all.after(channel, from, upTo)) {
            for (Entry entry = way.next(); entry != null; entry = way.next()) {
                if (isNewest(channel, all, entry)) bytes += Size.kept(entry);
            }
        }
        return bytes - max;
    }

    private static boolean isNewest(Channel channel, Source all, Entry entry) {
        return entry instanceof Event event
                && event.key() != null
                && !event.isKeyEnd()
                && all.newestPlace(channel, event) == event.id().position();
    }
}
