package dev.sluice.core.index;

import dev.sluice.core.event.Entry;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Iterates over entries, forwards or backwards. For one thread.
public interface EntryIterator extends AutoCloseable {
    /// The next entry; null at the end.
    @Nullable
    Entry next();

    @Override
    default void close() {}

    /// Iterates over a list.
    static EntryIterator over(List<Entry> entries) {
        Iterator<Entry> iterator = entries.iterator();
        return () -> iterator.hasNext() ? iterator.next() : null;
    }

    /// Merges iterators in the order of positions.
    static EntryIterator merged(List<? extends EntryIterator> iterators, boolean forwards) {
        return iterators.size() == 1 ? iterators.getFirst() : new Merge(iterators, forwards);
    }

    /// An iterator that finds its next entry before it loads it, so that the iterators of a merge do not hold the data
    /// of an entry each.
    interface Lazy extends EntryIterator {
        /// The position of the entry that [#next] returns; -1 at the end.
        long nextPosition();
    }

    /// An iterator that is opened when its position is reached. It has no entries before that position or, if it
    /// runs backwards, after it.
    final class Deferred implements EntryIterator {
        private final long position;
        private final Supplier<EntryIterator> opener;
        private @Nullable EntryIterator iterator;

        Deferred(long position, Supplier<EntryIterator> opener) {
            this.position = position;
            this.opener = opener;
        }

        EntryIterator open() {
            if (iterator == null) iterator = opener.get();
            return iterator;
        }

        @Override
        public @Nullable Entry next() {
            return open().next();
        }

        @Override
        public void close() {
            if (iterator != null) iterator.close();
        }
    }

    /// Merges a few hundred iterators at most (`ChannelTable`): comparing all ranks is faster than a heap.
    final class Merge implements EntryIterator {
        private static final long NONE = Long.MAX_VALUE;

        private final EntryIterator[] iterators;
        private final boolean forwards;

        /// The next entries of the iterators that are not [Lazy].
        private final @Nullable Entry[] heads;

        /// The sort keys of the heads: the lowest belongs to the next entry. Comparing them touches no entry.
        private final long[] ranks;

        private Merge(List<? extends EntryIterator> iterators, boolean forwards) {
            this.iterators = iterators.toArray(EntryIterator[]::new);
            this.forwards = forwards;
            heads = new Entry[this.iterators.length];
            ranks = new long[this.iterators.length];
            try {
                for (int i = 0; i < heads.length; i++) {
                    if (this.iterators[i] instanceof Deferred deferred) ranks[i] = rank(deferred.position);
                    else advance(i);
                }
            } catch (RuntimeException | Error failed) {
                close(); // The caller has nothing to close.
                throw failed;
            }
        }

        @Override
        public @Nullable Entry next() {
            if (ranks.length == 0) return null;
            int nearest = nearest();
            while (iterators[nearest] instanceof Deferred deferred) {
                iterators[nearest] = deferred.open();
                advance(nearest);
                nearest = nearest();
            }
            if (ranks[nearest] == NONE) return null;
            Entry found = iterators[nearest] instanceof Lazy lazy ? lazy.next() : heads[nearest];
            advance(nearest);
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

        private void advance(int index) {
            if (iterators[index] instanceof Lazy lazy) {
                long position = lazy.nextPosition();
                ranks[index] = position < 0 ? NONE : rank(position);
            } else {
                Entry head = iterators[index].next();
                heads[index] = head;
                ranks[index] = head == null ? NONE : rank(head.position());
            }
        }

        @Override
        public void close() {
            for (EntryIterator iterator : iterators) iterator.close();
        }
    }
}
