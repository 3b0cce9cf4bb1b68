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
        private final List<? extends Way> ways;
        private final @Nullable Entry[] heads;
        private final boolean forwards;

        private Merge(List<? extends Way> ways, boolean forwards) {
            this.ways = ways;
            this.forwards = forwards;
            heads = new Entry[ways.size()];
            for (int i = 0; i < heads.length; i++) heads[i] = ways.get(i).next();
        }

        @Override
        public @Nullable Entry next() {
            int nearest = -1;
            Entry found = null;
            for (int i = 0; i < heads.length; i++) {
                Entry head = heads[i];
                if (head == null) continue;
                if (found == null || head.id().isBefore(found.id()) == forwards) {
                    nearest = i;
                    found = head;
                }
            }
            if (found != null) heads[nearest] = ways.get(nearest).next();
            return found;
        }

        @Override
        public void close() {
            ways.forEach(Way::close);
        }
    }
}
