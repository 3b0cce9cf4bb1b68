package dev.sluice.core.index;

import dev.sluice.core.event.Entry;
import java.util.Arrays;
import java.util.Collection;

/// The entries that a trim is removing, for trims whose marks alone do not identify them because entries before the
/// mark are retained. Immutable.
final class PendingTrim {
    static final PendingTrim NOTHING = new PendingTrim(new long[0]);

    private final long[] positions;

    private PendingTrim(long[] positions) {
        this.positions = positions;
    }

    static PendingTrim of(Collection<Entry> entries) {
        return new PendingTrim(
                entries.stream().mapToLong(entry -> entry.position()).sorted().toArray());
    }

    boolean contains(Entry entry) {
        return Arrays.binarySearch(positions, entry.position()) >= 0;
    }
}
