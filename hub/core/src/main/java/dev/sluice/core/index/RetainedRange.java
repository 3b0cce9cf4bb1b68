package dev.sluice.core.index;

import dev.sluice.core.event.Entry;
import java.util.List;

/// The entries that a channel keeps before the position of its mark: the newest event of each key, superseded
/// events that a later trim will drop, or entries that survived damage to the log.
///
/// @param upTo    the last position of the range; nothing was lost after it
/// @param entries the number of entries kept in the range
/// @param bytes   their size, counted as for limits
public record RetainedRange(long upTo, long entries, long bytes) {
    public static final RetainedRange NONE = new RetainedRange(0, 0, 0);

    /// This range with the entries that the rule has just ceased to cover, whether they stay or are dropped next.
    public RetainedRange extendedBy(List<Entry> uncovered) {
        RetainedRange extended = new RetainedRange(uncovered.getLast().position(), entries, bytes);
        for (Entry entry : uncovered) extended = extended.counting(entry, 1);
        return extended;
    }

    /// This range with an entry added or removed, if the entry lies in it.
    ///
    /// @param sign 1 to add, -1 to remove
    public RetainedRange counting(Entry entry, int sign) {
        if (entry.position() > upTo) return this;
        return new RetainedRange(upTo, entries + sign, bytes + sign * Size.kept(entry));
    }
}
