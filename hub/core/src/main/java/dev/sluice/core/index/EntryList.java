package dev.sluice.core.index;

import dev.sluice.core.event.Entry;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Entries in the order of their positions, of one channel or of the whole hub. Writers hold the log's lock.
/// Readers iterate over the chunks as they were when they began: what they see may be slightly old, but is
/// consistent.
///
/// New chunks have as many slots as the list has entries, at least 4 and at most 1024, and adjacent chunks that
/// become mostly empty are merged. So a list takes 12 to about 60 bytes per entry; one with a single entry takes
/// about 250.
final class EntryList {
    private static final int CHUNK_MIN = 4;
    private static final int CHUNK_MAX = 1024;
    private static final Chunk[] NONE = {};

    /// Never modified, only replaced. Every chunk in it has at least one filled slot.
    private volatile Chunk[] chunks = NONE;

    /// For the writer.
    private int kept;

    /// The number of entries kept. For the writer.
    int kept() {
        return kept;
    }

    /// The number of slots in all chunks.
    int slots() {
        return Arrays.stream(chunks).mapToInt(Chunk::capacity).sum();
    }

    void append(Entry entry) {
        Chunk[] current = chunks;
        if (current.length > 0 && !current[current.length - 1].isFull()) {
            current[current.length - 1].append(entry);
        } else {
            Chunk[] more = Arrays.copyOf(current, current.length + 1);
            more[current.length] = new Chunk(Math.clamp(kept, CHUNK_MIN, CHUNK_MAX));
            more[current.length].append(entry);
            chunks = more;
            if (current.length > 0 && current[current.length - 1].isSparse()) compact(current.length - 1);
        }
        kept++;
    }

    /// Replaces the entry at the same position, if there is one.
    void replace(Entry entry) {
        if (at(entry.position()) == null) return;
        Chunk chunk = chunks[chunkAt(chunks, entry.position())];
        chunk.replace(chunk.find(entry.position()), entry);
    }

    /// Removes an entry.
    ///
    /// @return false if it is not in this list
    boolean remove(Entry entry) {
        if (chunks.length == 0) return false;
        int index = chunkAt(chunks, entry.position());
        Chunk chunk = chunks[index];
        int slot = chunk.find(entry.position());
        if (slot < 0 || chunk.entry(slot) == null) return false;
        chunk.clear(slot);
        kept--;
        if (kept == 0) {
            chunks = NONE;
        } else if (index < chunks.length - 1 && chunk.isSparse()) { // The last chunk is still being filled.
            compact(index);
        }
        return true;
    }

    private void compact(int index) {
        Chunk[] current = chunks;
        int from = index;
        int to = index + 1;
        int left = current[index].kept();
        if (from > 0 && left + current[from - 1].kept() <= CHUNK_MAX) left += current[--from].kept();
        if (to < current.length - 1 && left + current[to].kept() <= CHUNK_MAX) left += current[to++].kept();
        int next = left == 0 ? from : from + 1;
        Chunk[] fewer = new Chunk[next + current.length - to];
        System.arraycopy(current, 0, fewer, 0, from);
        if (left > 0) fewer[from] = Chunk.merged(Arrays.copyOfRange(current, from, to), left);
        System.arraycopy(current, to, fewer, next, current.length - to);
        chunks = fewer;
    }

    /// The entry at a position; null if no entry is kept there.
    @Nullable
    Entry at(long position) {
        return after(position - 1, position).next();
    }

    /// Iterates forwards over entries after one position, up to and including another.
    TrackIterator after(long position, long upTo) {
        Chunk[] current = chunks;
        int index = chunkAt(current, position);
        return new TrackIterator(current, index, current.length == 0 ? 0 : current[index].firstAfter(position), upTo);
    }

    /// The oldest entry; null if the list is empty.
    @Nullable
    Entry first() {
        for (Chunk chunk : chunks) {
            Entry oldest = chunk.oldest();
            if (oldest != null) return oldest;
        }
        return null;
    }

    /// A lower bound of the positions kept, which for the writer is that of the oldest entry; [Long#MAX_VALUE]
    /// if no entry is kept. Reads no entry, because the oldest ones are in no processor cache.
    long firstPosition() {
        for (Chunk chunk : chunks) {
            long first = chunk.firstPosition();
            if (first < Long.MAX_VALUE) return first;
        }
        return Long.MAX_VALUE;
    }

    /// The newest entry, if it is the only one after one position, up to and including another; null otherwise,
    /// or if the newest one was removed.
    @Nullable
    Entry onlyAfter(long position, long upTo) {
        Chunk[] current = chunks;
        if (current.length == 0) return null;
        int last = current.length - 1;
        Chunk chunk = current[last];
        int slot = chunk.filled() - 1;
        long newest = chunk.position(slot);
        if (newest <= position || newest > upTo) return null;
        boolean isOnly =
                slot > 0 ? chunk.position(slot - 1) <= position : last == 0 || current[last - 1].newest() <= position;
        return isOnly ? chunk.entry(slot) : null;
    }

    /// Iterates backwards, starting with the last entry at or before a position.
    TrackIterator.Backward back(long position) {
        Chunk[] current = chunks;
        int index = chunkAt(current, position);
        return new TrackIterator.Backward(
                current, index, current.length == 0 ? 0 : current[index].firstAfter(position) - 1);
    }

    /// The first entry at or after a time, up to a position; null if no entry is in that range.
    @Nullable
    Entry firstNotOlder(long timeMs, long upTo) {
        Chunk[] current = chunks;
        int index = current.length - 1;
        while (index > 0 && !current[index].beginsBefore(timeMs)) index--;
        TrackIterator iterator = new TrackIterator(current, Math.max(0, index), 0, upTo);
        Entry entry = iterator.next();
        while (entry != null && entry.timeMs() < timeMs) entry = iterator.next();
        return entry;
    }

    /// The approximate number of entries kept after a position.
    long keptAfter(long position) {
        Chunk[] current = chunks;
        if (current.length == 0) return 0;
        int index = chunkAt(current, position);
        long count = Math.min(current[index].kept(), current[index].filled() - current[index].firstAfter(position));
        for (int i = index + 1; i < current.length; i++) count += current[i].kept();
        return count;
    }

    /// The last chunk that starts at or before a position; the first chunk if all start later.
    private static int chunkAt(Chunk[] chunks, long position) {
        if (chunks.length > 1 && position < chunks[1].position(0)) return 0; // The oldest entries, for trims.
        int low = 0;
        int high = chunks.length - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (chunks[middle].position(0) <= position) low = middle;
            else high = middle - 1;
        }
        return low;
    }

    /// Adjacent entries. Readers see a slot once [#filled] includes it; it keeps its position when its entry is
    /// removed.
    ///
    /// Takes 12 bytes per slot (with compressed references) plus about 80 bytes.
    static final class Chunk {
        private static final VarHandle ENTRY = MethodHandles.arrayElementVarHandle(Object[].class);
        private static final VarHandle FILLED;
        private static final VarHandle EMPTIED;

        static {
            try {
                MethodHandles.Lookup lookup = MethodHandles.lookup();
                FILLED = lookup.findVarHandle(Chunk.class, "filled", int.class);
                EMPTIED = lookup.findVarHandle(Chunk.class, "emptied", int.class);
            } catch (ReflectiveOperationException impossible) {
                throw new ExceptionInInitializerError(impossible);
            }
        }

        private final long[] positions;

        /// Entries; readers read them through [#ENTRY]. An array of objects, so that the JVM need not check the
        /// type of what is stored in it.
        private final @Nullable Object[] entries;

        private volatile int filled;

        /// The number of slots with an entry. Readers may see it late, because they use it only for estimates.
        private int kept;

        /// The number of empty slots at the beginning, which searches skip: mostly the oldest entries are
        /// removed. Readers may see an earlier value; a reader that sees this value also sees all writes made
        /// before it.
        private int emptied;

        Chunk(int capacity) {
            positions = new long[capacity];
            entries = new Object[capacity];
        }

        /// The remaining entries of adjacent chunks in one chunk that is exactly full.
        static Chunk merged(Chunk[] parts, int capacity) {
            Chunk all = new Chunk(capacity);
            for (Chunk part : parts) {
                for (int slot = 0; slot < part.filled; slot++) {
                    Entry entry = part.entry(slot);
                    if (entry != null) all.append(entry);
                }
            }
            return all;
        }

        void append(Entry entry) {
            int slot = filled;
            positions[slot] = entry.position();
            entries[slot] = entry;
            kept++;
            // Last: this write publishes the slot to readers. The writer reads nothing afterwards that a reader
            // may have written, so the write need not wait until other threads see it, as a volatile write
            // would.
            FILLED.setRelease(this, slot + 1);
        }

        void replace(int slot, Entry entry) {
            ENTRY.setRelease(entries, slot, entry);
        }

        void clear(int slot) {
            ENTRY.setRelease(entries, slot, (Object) null);
            kept--;
            int oldest = emptied;
            if (slot != oldest) return;
            while (oldest < filled && entries[oldest] == null) oldest++;
            EMPTIED.setRelease(this, oldest);
        }

        int capacity() {
            return positions.length;
        }

        boolean isFull() {
            return filled == positions.length;
        }

        /// Whether so few entries remain that copying them saves memory. The removals before a copy pay for its
        /// cost.
        boolean isSparse() {
            return kept * 4 <= positions.length;
        }

        int filled() {
            return filled;
        }

        int kept() {
            return kept;
        }

        long position(int slot) {
            return positions[slot];
        }

        /// The position in the last filled slot.
        long newest() {
            return positions[filled - 1];
        }

        /// The entry in a slot; null if it was removed.
        @Nullable
        Entry entry(int slot) {
            return (Entry) ENTRY.getAcquire(entries, slot);
        }

        /// The first slot after a position; [#filled] if all slots are at or before it.
        int firstAfter(long position) {
            int found = Arrays.binarySearch(positions, 0, filled, position);
            return found < 0 ? -found - 1 : found + 1;
        }

        /// The slot of a position, or -1.
        int find(long position) {
            int oldest = emptied;
            if (oldest < filled && positions[oldest] == position) return oldest; // Trims remove the oldest entry.
            return Math.max(-1, Arrays.binarySearch(positions, 0, filled, position));
        }

        /// The oldest entry; null if all have been removed.
        @Nullable
        Entry oldest() {
            int end = filled;
            for (int slot = (int) EMPTIED.getAcquire(this); slot < end; slot++) {
                Entry entry = entry(slot);
                if (entry != null) return entry;
            }
            return null;
        }

        /// A lower bound of the positions kept; [Long#MAX_VALUE] if all have been removed.
        long firstPosition() {
            int end = filled; // Read first: a reader that sees all slots emptied also sees that they were filled.
            int oldest = (int) EMPTIED.getAcquire(this);
            return oldest < end ? positions[oldest] : Long.MAX_VALUE;
        }

        /// Whether the oldest entry kept is older than a time.
        boolean beginsBefore(long timeMs) {
            Entry oldest = oldest();
            return oldest != null && oldest.timeMs() < timeMs;
        }
    }
}
