package dev.sluice.core.store;

import dev.sluice.core.event.Entry;
import org.jspecify.annotations.Nullable;

/// A reader's way forwards through the chunks of a track, as they were when it began. What was removed is
/// passed over.
final class Walk implements Way {
    private final Chunk[] chunks;
    private final long upTo;
    private int index;
    private int slot;

    /// @param slot where to begin in the chunk of that index; may lie behind its last one
    Walk(Chunk[] chunks, int index, int slot, long upTo) {
        this.chunks = chunks;
        this.index = index;
        this.slot = slot;
        this.upTo = upTo;
    }

    @Override
    public @Nullable Entry next() {
        while (index < chunks.length) {
            Chunk chunk = chunks[index];
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

    /// The same backwards, to the very beginning.
    static final class Back implements Way {
        private final Chunk[] chunks;
        private int index;
        private int slot;

        /// @param slot where to begin in the chunk of that index; -1 if with the chunk before
        Back(Chunk[] chunks, int index, int slot) {
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
