package dev.sluice.core.store;

import dev.sluice.core.event.Entry;
import java.util.List;
import java.util.function.Supplier;
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

    /// A way that is begun when it is reached: it shows nothing before a position, on the way back nothing behind.
    final class Later implements Way {
        private final long position;
        private final Supplier<Way> begin;
        private @Nullable Way way;

        Later(long position, Supplier<Way> begin) {
            this.position = position;
            this.begin = begin;
        }

        boolean isBegun() {
            return way != null;
        }

        @Override
        public @Nullable Entry next() {
            if (way == null) way = begin.get();
            return way.next();
        }

        @Override
        public void close() {
            if (way != null) way.close();
        }
    }

    /// A few hundred ways at most ([Store#kept]), so looking at all their ranks is quicker than keeping them sorted.
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
            for (int i = 0; i < heads.length; i++) {
                if (this.ways[i] instanceof Later later) ranks[i] = rank(later.position);
                else advance(i);
            }
        }

        @Override
        public @Nullable Entry next() {
            if (ranks.length == 0) return null;
            int nearest = nearest();
            while (ways[nearest] instanceof Later later && !later.isBegun()) {
                advance(nearest);
                nearest = nearest();
            }
            Entry found = heads[nearest];
            if (found != null) advance(nearest);
            return found;
        }

        private int nearest() {
            int nearest = 0;
            for (int i = 1; i < ranks.length; i++) if (ranks[i] < ranks[nearest]) nearest = i;
            return nearest;
        }

        private long rank(long position) {
            return forwards ? position : -position;
        }

        private void advance(int way) {
            Entry head = ways[way].next();
            heads[way] = head;
            ranks[way] = head == null ? NONE : rank(head.id().position());
        }

        @Override
        public void close() {
            for (Way way : ways) way.close();
        }
    }
}
