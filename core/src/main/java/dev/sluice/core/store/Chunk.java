package dev.sluice.core.store;

import dev.sluice.core.event.Entry;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Some neighbours of a track, in the order of their positions. One writer at a time, under the log's lock; any
/// number of readers, who see a slot once [#filled] covers it. A slot keeps its position when its entry is
/// gone.
///
/// 12 bytes a slot (with compressed references) and about 100 for itself.
final class Chunk {
    private final long[] positions;
    private final AtomicReferenceArray<@Nullable Entry> entries;
    private volatile int filled;
    private volatile int kept;

    Chunk(int capacity) {
        positions = new long[capacity];
        entries = new AtomicReferenceArray<>(capacity);
    }

    /// What is left of several neighbours, in one chunk that is exactly full.
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

    @SuppressWarnings("NonAtomicVolatileUpdate") // One writer at a time.
    void append(Entry entry) {
        int slot = filled;
        positions[slot] = entry.id().position();
        entries.setPlain(slot, entry);
        kept++;
        filled = slot + 1; // Last: this is what shows the slot to readers.
    }

    void replace(int slot, Entry entry) {
        entries.setRelease(slot, entry);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // One writer at a time.
    void clear(int slot) {
        entries.setRelease(slot, null);
        kept--;
    }

    int capacity() {
        return positions.length;
    }

    boolean isFull() {
        return filled == positions.length;
    }

    /// Whether so little is left that copying it saves memory; each copy is paid for by the removals before it.
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

    /// Null once it is gone.
    @Nullable
    Entry entry(int slot) {
        return entries.getAcquire(slot);
    }

    /// The first slot behind a position; [#filled] if there is none.
    int firstBehind(long position) {
        int found = Arrays.binarySearch(positions, 0, filled, position);
        return found < 0 ? -found - 1 : found + 1;
    }

    /// The slot of a position, or -1.
    int find(long position) {
        return Math.max(-1, Arrays.binarySearch(positions, 0, filled, position));
    }

    /// Whether its oldest kept entry is older.
    boolean beginsBefore(long timeMs) {
        for (int slot = 0; slot < filled; slot++) {
            Entry entry = entry(slot);
            if (entry != null) return entry.timeMs() < timeMs;
        }
        return false;
    }
}
