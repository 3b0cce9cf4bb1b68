package dev.sluice.core.index;

import dev.sluice.core.event.Entry;
import org.jspecify.annotations.Nullable;

/// Iterates forwards over the chunks of a list as they were when the iterator was created. Skips removed
/// entries.
final class TrackIterator implements EntryIterator {
    private final EntryList.Chunk[] chunks;
    private final long upTo;
    private int index;
    private int slot;

    /// @param slot the first slot in the chunk of that index; may be after its last slot
    TrackIterator(EntryList.Chunk[] chunks, int index, int slot, long upTo) {
        this.chunks = chunks;
        this.index = index;
        this.slot = slot;
        this.upTo = upTo;
    }

    @Override
    public @Nullable Entry next() {
        while (index < chunks.length) {
            EntryList.Chunk chunk = chunks[index];
            if (slot >= chunk.filled()) {
                index++;
                slot = 0;
                continue;
            }
            if (chunk.position(slot) > upTo) return null;
            Entry entry = chunk.entry(slot++);
            if (entry != null) return entry;
        }
        return null;
    }

    /// Iterates backwards, to the start of the list.
    static final class Backward implements EntryIterator {
        private final EntryList.Chunk[] chunks;
        private int index;
        private int slot;

        /// @param slot the first slot in the chunk of that index; -1 to start with the chunk before
        Backward(EntryList.Chunk[] chunks, int index, int slot) {
            this.chunks = chunks;
            this.index = chunks.length == 0 ? -1 : index;
            this.slot = slot;
        }

        @Override
        public @Nullable Entry next() {
            while (index >= 0) {
                if (slot < 0) {
                    index--;
                    if (index >= 0) slot = chunks[index].filled() - 1;
                    continue;
                }
                Entry entry = chunks[index].entry(slot--);
                if (entry != null) return entry;
            }
            return null;
        }
    }
}
