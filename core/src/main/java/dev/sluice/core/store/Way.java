package dev.sluice.core.store;

import dev.sluice.core.event.Entry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Entries one after the other, forwards or backwards. For one thread.
public interface Way extends AutoCloseable {
    /// The next entry; null at the end.
    @Nullable
    Entry next();

    @Override
    default void close() {}

    /// Several ways as one, in the order of positions.
    static Way merged(List<? extends Way> ways, boolean forwards) {
        return ways.size() == 1 ? ways.getFirst() : new Merge(ways, forwards);
    }

    /// At most 64 ways (a selection has no more), so looking at all their heads is quicker than keeping them
    /// sorted.
    final class Merge implements Way {
        private static final long NONE = Long.MAX_VALUE;

        private final Way[] ways;
        private final boolean forwards;
        private final @Nullable Entry[] heads;

        /// Where the heads stand, the nearest lowest, so that comparing them touches no entry.
        private final long[] ranks;

        private Merge(List<? extends Way> ways, boolean forwards) {
            this.ways = ways.toArray(Way[]::new);
            this.forwards = forwards;
            heads = new Entry[this.ways.length];
            ranks = new long[this.ways.length];
            for (int i = 0; i < heads.length; i++) advance(i);
        }

        @Override
        public @Nullable Entry next() {
            if (ranks.length == 0) return null;
            int nearest = 0;
            for (int i = 1; i < ranks.length; i++) if (ranks[i] < ranks[nearest]) nearest = i;
            Entry found = heads[nearest];
            if (found != null) advance(nearest);
            return found;
        }

        private void advance(int way) {
            Entry head = ways[way].next();
            heads[way] = head;
            if (head == null) ranks[way] = NONE;
            else ranks[way] = forwards ? head.id().position() : -head.id().position();
        }

        @Override
        public void close() {
            for (Way way : ways) way.close();
        }
    }
}
