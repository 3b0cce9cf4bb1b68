package dev.sluice.core.store;

import dev.sluice.core.event.Entry;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Entries in the order of their positions: of one channel, or of the whole hub. Writers hold the log's lock;
/// readers walk the chunks as they were when they looked, and so may see a truth that is slightly older, never
/// a broken one.
///
/// Chunks grow with what is kept (4 slots, then as many as are kept, up to 1024) and neighbours that become
/// mostly empty are merged, so that a track takes 12 to about 60 bytes an entry; one that keeps a single entry
/// takes about 250.
final class Track {
    private static final int CHUNK_MIN = 4;
    private static final int CHUNK_MAX = 1024;
    private static final Chunk[] NONE = {};

    /// Never changed, always replaced. Every chunk in it has at least one slot filled.
    private volatile Chunk[] chunks = NONE;

    private volatile int kept;

    /// How many entries it keeps.
    int kept() {
        return kept;
    }

    /// How many slots it has for them.
    int slots() {
        return Arrays.stream(chunks).mapToInt(Chunk::capacity).sum();
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // One writer at a time.
    void append(Entry entry) {
        Chunk[] now = chunks;
        if (now.length > 0 && !now[now.length - 1].isFull()) {
            now[now.length - 1].append(entry);
        } else {
            Chunk[] more = Arrays.copyOf(now, now.length + 1);
            more[now.length] = new Chunk(Math.clamp(kept, CHUNK_MIN, CHUNK_MAX));
            more[now.length].append(entry);
            chunks = more;
            if (now.length > 0 && now[now.length - 1].isSparse()) compact(now.length - 1);
        }
        kept++;
    }

    /// Puts another entry in the place of one, if that is here.
    void replace(Entry entry) {
        if (at(entry.id().position()) == null) return;
        Chunk chunk = chunks[chunkAt(chunks, entry.id().position())];
        chunk.replace(chunk.find(entry.id().position()), entry);
    }

    /// Removes an entry. False if it is not here.
    @SuppressWarnings("NonAtomicVolatileUpdate") // One writer at a time.
    boolean remove(Entry entry) {
        if (chunks.length == 0) return false;
        int index = chunkAt(chunks, entry.id().position());
        Chunk chunk = chunks[index];
        int slot = chunk.find(entry.id().position());
        if (slot < 0 || chunk.entry(slot) == null) return false;
        chunk.clear(slot);
        kept--;
        if (kept == 0) {
            chunks = NONE;
        } else if (index < chunks.length - 1 && chunk.isSparse()) { // The last one still fills up.
            compact(index);
        }
        return true;
    }

    private void compact(int index) {
        Chunk[] now = chunks;
        int from = index;
        int to = index + 1;
        int left = now[index].kept();
        if (from > 0 && left + now[from - 1].kept() <= CHUNK_MAX) left += now[--from].kept();
        if (to < now.length - 1 && left + now[to].kept() <= CHUNK_MAX) left += now[to++].kept();
        int behind = left == 0 ? from : from + 1;
        Chunk[] fewer = new Chunk[behind + now.length - to];
        System.arraycopy(now, 0, fewer, 0, from);
        if (left > 0) fewer[from] = Chunk.merged(Arrays.copyOfRange(now, from, to), left);
        System.arraycopy(now, to, fewer, behind, now.length - to);
        chunks = fewer;
    }

    /// The entry at a position; null if none is kept there.
    @Nullable
    Entry at(long position) {
        return after(position - 1, position).next();
    }

    /// Forwards through what lies behind one position and not behind another.
    Walk after(long position, long upTo) {
        Chunk[] now = chunks;
        int index = chunkAt(now, position);
        return new Walk(now, index, now.length == 0 ? 0 : now[index].firstBehind(position), upTo);
    }

    /// Backwards, beginning with the last entry that does not lie behind a position.
    Walk.Back back(long position) {
        Chunk[] now = chunks;
        int index = chunkAt(now, position);
        return new Walk.Back(now, index, now.length == 0 ? 0 : now[index].firstBehind(position) - 1);
    }

    /// The first entry that is not older, up to a position; null if there is none.
    @Nullable
    Entry firstNotOlder(long timeMs, long upTo) {
        Chunk[] now = chunks;
        int index = now.length - 1;
        while (index > 0 && !now[index].beginsBefore(timeMs)) index--;
        Walk walk = new Walk(now, Math.max(0, index), 0, upTo);
        Entry entry = walk.next();
        while (entry != null && entry.timeMs() < timeMs) entry = walk.next();
        return entry;
    }

    /// About how many entries are kept behind a position.
    long keptAfter(long position) {
        Chunk[] now = chunks;
        if (now.length == 0) return 0;
        int index = chunkAt(now, position);
        long count = Math.min(now[index].kept(), now[index].filled() - now[index].firstBehind(position));
        for (int i = index + 1; i < now.length; i++) count += now[i].kept();
        return count;
    }

    /// The last chunk that begins at or before a position, else the first.
    private static int chunkAt(Chunk[] chunks, long position) {
        int low = 0;
        int high = chunks.length - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (chunks[middle].position(0) <= position) low = middle;
            else high = middle - 1;
        }
        return low;
    }
}
