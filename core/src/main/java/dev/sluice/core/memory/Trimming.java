package dev.sluice.core.memory;

import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is too much, of one channel or of all: nothing until a limit is exceeded by a tenth, then all that
/// exceeds it, so that trimming is rare and one range at a time. Under the log's lock.
final class Trimming {
    /// The tenth ends here, so that no append waits long for a large trim: about a millisecond.
    private static final int EVENTS_SLACK_MAX = 1024;

    private static final int BYTES_SLACK_MAX = 1 << 20;

    private Trimming() {}

    /// What a channel's rule no longer covers by number and bytes. Its newest event stays, however big.
    static List<Entry> excess(Channel channel) {
        long events = channel.events();
        long bytes = channel.keptBytes();
        long eventsMax = channel.rule.maxEvents();
        long bytesMax = channel.rule.maxBytes();
        List<Entry> excess = new ArrayList<>();
        if (!isMuch(events, eventsMax, EVENTS_SLACK_MAX) && !isMuch(bytes, bytesMax, BYTES_SLACK_MAX)) return excess;
        Walk walk = channel.track.after(0, Long.MAX_VALUE);
        while (events > eventsMax || bytes > bytesMax) {
            Entry entry = walk.next();
            if (!(entry instanceof Event) || entry.id().equals(channel.latest())) break;
            excess.add(entry);
            events--;
            bytes -= Size.kept(entry);
        }
        return excess;
    }

    /// What the whole log has too much, of all its channels. The last one stays, however big.
    static List<Entry> excess(Track hub, long bytes, Limits limits) {
        long entries = hub.kept();
        List<Entry> excess = new ArrayList<>();
        boolean much = isMuch(entries, limits.entriesMax(), EVENTS_SLACK_MAX)
                || isMuch(bytes, limits.bytesMax(), BYTES_SLACK_MAX);
        if (!much) return excess;
        Entry last = last(hub);
        Walk walk = hub.after(0, Long.MAX_VALUE);
        while (entries > limits.entriesMax() || bytes > limits.bytesMax()) {
            Entry entry = walk.next();
            if (entry == null || last == null || entry.id().equals(last.id())) break;
            excess.add(entry);
            entries--;
            bytes -= Size.kept(entry);
        }
        return excess;
    }

    /// What must not go for the sake of limits: the last entry, and with an end the event that it came with.
    private static @Nullable Entry last(Track hub) {
        Walk.Back back = hub.back(Long.MAX_VALUE);
        Entry last = back.next();
        if (!(last instanceof End end)) return last;
        return back.next() instanceof Event event && event.channel().equals(end.channel()) ? event : end;
    }

    private static boolean isMuch(long amount, long max, long slackMax) {
        return amount - max > Math.min(max / 10, slackMax);
    }
}
