package dev.sluice.core.store;

import dev.sluice.core.event.Entry;
import java.util.List;

/// What a channel keeps in front of something that it lost: by its rule the newest event of each key, and what is
/// that no longer and goes with a later trim ([Keeping]); or what was left when the log was damaged.
///
/// @param upTo    all of it lies up to this position, and nothing was lost behind
/// @param entries how many these are
/// @param bytes   what they weigh, counted as for limits
public record Held(long upTo, long entries, long bytes) {
    public static final Held NONE = new Held(0, 0, 0);

    /// With entries that the rule no longer covers, whether they stay or are about to go.
    Held passing(List<Entry> passed) {
        Held more = new Held(passed.getLast().id().position(), entries, bytes);
        for (Entry entry : passed) more = more.counting(entry, 1);
        return more;
    }

    /// With an entry counted, if it lies here.
    public Held counting(Entry entry, int sign) {
        if (entry.id().position() > upTo) return this;
        return new Held(upTo, entries + sign, bytes + sign * Size.kept(entry));
    }
}
