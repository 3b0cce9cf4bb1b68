package dev.sluice.core.delivery.schedule;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// An unordered collection whose items know their slots, so that adding and removing need no search: 4 bytes per
/// item, and the slot number inside the item.
///
/// Iterating from last to first may be interrupted: a removed item is replaced by the last one, which was visited
/// already, so no remaining item is skipped.
public class SwapRemoveList<T extends SwapRemoveList.Slotted> {
    private @Nullable Slotted[] items = new @Nullable Slotted[2];
    private int size;

    /// Base class of the items; an item is in one collection at a time.
    public abstract static class Slotted {
        private int slot;

        protected Slotted() {}
    }

    public SwapRemoveList() {}

    public final void add(T item) {
        if (size == items.length) items = Arrays.copyOf(items, size * 2);
        Slotted slotted = item;
        slotted.slot = size;
        items[size++] = item;
    }

    /// Does nothing if the item is not in this collection.
    @SuppressWarnings("ReferenceEquality") // Identity is meant.
    public final void remove(T item) {
        Slotted removed = item;
        if (removed.slot >= size || items[removed.slot] != removed) return;
        Slotted last = items[--size];
        if (last == null) throw new AssertionError("an empty slot below the last");
        items[removed.slot] = last;
        last.slot = removed.slot;
        items[size] = null;
        if (size > 8 && size < items.length / 4) items = Arrays.copyOf(items, items.length / 2);
    }

    public final int size() {
        return size;
    }

    @SuppressWarnings("unchecked")
    public final T get(int slot) {
        Slotted item = items[slot];
        if (item == null) throw new IndexOutOfBoundsException(slot);
        return (T) item;
    }
}
