package dev.sluice.core.sequencer;

import dev.sluice.core.event.End;
import dev.sluice.core.event.Entry;
import dev.sluice.core.event.Event;
import dev.sluice.core.index.EntryIterator;
import dev.sluice.core.index.RetainedRange;
import dev.sluice.core.index.Size;
import dev.sluice.core.log.LogLimits;
import java.util.ArrayList;
import java.util.List;

/// Selects the entries to trim after a command, of one channel or of all: none until a limit is exceeded by a
/// tenth, then everything above the limit, so that trims are rare and drop one range at a time. Whether a trim is
/// due is a comparison of counters.
final class TrimPolicy {
    /// Bytes per entry of [LogLimits#slackMax], which bound the slack of byte limits.
    private static final int BYTES_EACH = 1024;

    /// The maximum size of one trim, in trims of ordinary size. Only a changed rule needs more, which further
    /// trims then drop.
    private static final int TRIMS_MAX = 16;

    private final StagedGroup group;
    private final LogLimits limits;

    TrimPolicy(StagedGroup group, LogLimits limits) {
        this.group = group;
        this.limits = limits;
    }

    /// The entries of a channel beyond its rule's number of events or bytes. The newest event stays, whatever
    /// its size.
    List<Entry> excess(StagedChannel channel) {
        RetainedRange retained = channel.keepsKeys() ? channel.retained() : RetainedRange.NONE;
        long events = channel.events() - retained.entries();
        long bytes = channel.keptBytes() - retained.bytes();
        long eventsMax = channel.rule().maxEvents();
        long bytesMax = channel.rule().maxBytes();
        // Each trim examines all retained entries, so at least a quarter as many must have been added.
        boolean isExceeded = events - eventsMax > Math.max(slack(eventsMax, limits.slackMax()), retained.entries() / 4)
                || bytes - bytesMax > Math.max(bytesSlack(bytesMax), retained.bytes() / 4);
        if (!isExceeded) return List.of();
        int dropMax = TRIMS_MAX * Math.max(limits.slackMax(), 1);
        List<Entry> excess = new ArrayList<>();
        try (EntryIterator iterator = group.after(channel, channel.uncoveredUpTo(), Long.MAX_VALUE)) {
            while ((events > eventsMax || bytes > bytesMax) && excess.size() < dropMax) {
                Entry entry = iterator.next();
                if (!(entry instanceof Event) || entry.position() == channel.latest()) break;
                excess.add(group.outlined(entry));
                events--;
                bytes -= Size.kept(entry);
            }
        }
        return excess;
    }

    /// Returns true if the log exceeds a limit far enough for a trim of all channels.
    boolean isLogExceeded() {
        return group.entriesKept() - limits.entriesMax() > slack(limits.entriesMax(), limits.slackMax())
                || group.keptBytes() - limits.bytesMax() > bytesSlack(limits.bytesMax());
    }

    /// The oldest entries of all channels beyond the log's limits, or as many as one command may drop
    /// ([LogLimits#trimMax]). The last entry stays, whatever its size, and if it is an end, so does the event just
    /// before it.
    ///
    /// @param oldestFirst the entries to which these limits apply
    /// @param placed      the entries that the command has added, if it adds any
    List<Entry> excess(EntryIterator oldestFirst, List<Entry> placed) {
        Entry last = placed.isEmpty() ? null : placed.getLast();
        long entries = group.entriesKept();
        long bytes = group.keptBytes();
        long mayDrop = Math.max(limits.trimMax(), 2 * cost(placed)); // Otherwise large batches would outgrow the limit.
        List<Entry> excess = new ArrayList<>();
        Entry entry = oldestFirst.next();
        while (entry != null && mayDrop > 0 && (entries > limits.entriesMax() || bytes > limits.bytesMax())) {
            Entry next = oldestFirst.next();
            if (next == null || (last != null && next.position() == last.position() && isEndOf(last, entry))) break;
            excess.add(group.outlined(entry));
            entries--;
            bytes -= Size.kept(entry);
            mayDrop -= cost(entry);
            entry = next;
        }
        return excess;
    }

    private static long cost(List<Entry> entries) {
        long cost = 0;
        for (Entry entry : entries) cost += cost(entry);
        return cost;
    }

    private static long cost(Entry entry) {
        return 1 + Size.data(entry) / BYTES_EACH;
    }

    private static boolean isEndOf(Entry last, Entry entry) {
        return last instanceof End && entry instanceof Event && entry.channel().equals(last.channel());
    }

    private long bytesSlack(long bytesMax) {
        return slack(bytesMax, BYTES_EACH * (long) limits.slackMax());
    }

    private static long slack(long max, long slackMax) {
        return Math.min(max / 10, slackMax);
    }
}
