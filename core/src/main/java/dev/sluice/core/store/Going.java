package dev.sluice.core.store;

import dev.sluice.core.event.Entry;
import java.util.Arrays;
import java.util.Collection;

/// What a trim is dropping just now, where that can't be told from a mark, as something that is kept lies in front of
/// it. Immutable.
final class Going {
    static final Going NOTHING = new Going(new long[0]);

    private final long[] positions;

    private Going(long[] positions) {
        this.positions = positions;
    }

    static Going of(Collection<Entry> entries) {
        return new Going(entries.stream()
                .mapToLong(entry -> entry.id().position())
                .sorted()
                .toArray());
    }

    boolean has(Entry entry) {
        return Arrays.binarySearch(positions, entry.id().position()) >= 0;
    }
}
