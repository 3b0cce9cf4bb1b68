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

    /// What the whole log has too much, of all its channels. The last one stays, however big.
    static List<Entry> excess(Source all, long entries, long bytes, Limits limits) {
        List<Entry> excess = new ArrayList<>();
        boolean much = entries - limits.entriesMax() > slack(limits.entriesMax(), limits.slackMax())
                || bytes - limits.bytesMax() > slack(limits.bytesMax(), BYTES_EACH * (long) limits.slackMax());
        if (!much) return excess;
        Entry last = last(all);
        try (Way way = all.after(0, Long.MAX_VALUE)) {
            while (entries > limits.entriesMax() || bytes > limits.bytesMax()) {
                Entry entry = way.next();
                if (entry == null || last == null || entry.id().equals(last.id())) break;
                excess.add(entry);
                entries--;
                bytes -= Size.kept(entry);
            }
        }
        return excess;
    }

    /// What must not go for the sake of limits: the last entry, and with an end the event that it came with.
    private static @Nullable Entry last(Source all) {
        try (Way back = all.back(Long.MAX_VALUE)) {
            Entry last = back.next();
            if (!(last instanceof End end)) return last;
            return back.next() instanceof Event event && event.channel().equals(end.channel()) ? event : end;
        }
    }

    private static long slack(long max, long slackMax) {
        return Math.min(max / 10, slackMax);
    }
}
