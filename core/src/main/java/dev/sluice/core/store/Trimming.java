package dev.sluice.core.store;

import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is too much, of one channel or of all: nothing until a limit is exceeded by a tenth, then all that
/// exceeds it, so that trimming is rare and one range at a time. For the writer.
final class Trimming {
    /// The tenth ends at [Limits#slackMax], and where so many small entries would take more bytes than this.
    private static final int BYTES_EACH = 1024;

    /// Entries of deleted channels that one trim passes over.
    private static final int PASSED_MAX = 4_096;

    private Trimming() {}

    /// What goes of a channel as its rule no longer covers it by number and bytes. Its newest event stays, however big.
    static List<Entry> excess(Channel channel, Source all, int slackMax) {
        Held held = channel.keepsKeys() ? channel.held : Held.NONE;
        long events = channel.events() - held.entries();
        long bytes = channel.keptBytes() - held.bytes();
        long eventsMax = channel.rule.maxEvents();
        long bytesMax = channel.rule.maxBytes();
        List<Entry> excess = new ArrayList<>();
        // What is held is looked at each time, so a quarter as much must come first.
        boolean much = events - eventsMax > Math.max(slack(eventsMax, slackMax), held.entries() / 4)
                || bytes - bytesMax > Math.max(slack(bytesMax, BYTES_EACH * (long) slackMax), held.bytes() / 4);
        if (!much) return excess;
        try (Way way = all.after(channel, channel.passed(), Long.MAX_VALUE)) {
            while (events > eventsMax || bytes > bytesMax) {
                Entry entry = way.next();
                if (!(entry instanceof Event) || entry.id().equals(channel.latest())) break;
                excess.add(entry);
                events--;
                bytes -= Size.kept(entry);
            }
        }
        return Keeping.leaving(channel, all, excess);
    }

    /// What the whole log has too much, of all its channels. The last one stays, however big. Where much of a deleted
    /// channel stands in front, the rest waits until that has gone.
    static List<Entry> excess(Store store, Source all, long entries, long bytes) {
        Limits limits = store.limits;
        List<Entry> excess = new ArrayList<>();
        boolean much = entries - limits.entriesMax() > slack(limits.entriesMax(), limits.slackMax())
                || bytes - limits.bytesMax() > slack(limits.bytesMax(), BYTES_EACH * (long) limits.slackMax());
        if (!much) return excess;
        Entry last = last(store, all);
        int passed = 0;
        try (Way way = all.after(0, Long.MAX_VALUE)) {
            while (passed < PASSED_MAX && (entries > limits.entriesMax() || bytes > limits.bytesMax())) {
                Entry entry = way.next();
                if (entry == null || last == null || entry.id().equals(last.id())) break;
                if (store.isDeleted(entry)) {
                    passed++;
                    continue;
                }
                excess.add(entry);
                entries--;
                bytes -= Size.kept(entry);
            }
        }
        return excess;
    }

    /// What must not go for the sake of limits: the last entry, and with an end the event that it came with. Null: it
    /// is not among those behind which only deleted ones stand.
    private static @Nullable Entry last(Store store, Source all) {
        Entry last = null;
        try (Way back = all.back(Long.MAX_VALUE)) {
            for (int looked = 0; looked < PASSED_MAX; looked++) {
                Entry entry = back.next();
                if (entry == null) return last;
                if (store.isDeleted(entry)) continue;
                if (last == null && !(entry instanceof End)) return entry;
                if (last != null)
                    return entry instanceof Event && entry.channel().equals(last.channel()) ? entry : last;
                last = entry;
            }
        }
        return last;
    }

    private static long slack(long max, long slackMax) {
        return Math.min(max / 10, slackMax);
    }
}
