package dev.sluice.core.delivery;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Things in no order, each of which knows its slot, so that neither adding nor removing one searches: 4 bytes a thing,
/// and the number of its slot in the thing.
///
/// Who looks at them from the last to the first may be interrupted: what is removed meanwhile makes room for the last,
/// which was looked at already, so none that stays is passed over.
class Slots<T extends Slots.Slotted> {
    private @Nullable Slotted[] items = new @Nullable Slotted[2];
    private int size;

    /// What stands in a slot, of one at a time.
    abstract static class Slotted {
        private int slot;
    }

    final void add(T item) {
        if (size == items.length) items = Arrays.copyOf(items, size * 2);
        Slotted slotted = item;
        slotted.slot = size;
        items[size++] = item;
    }

    /// Does nothing if it is not there.
    @SuppressWarnings("ReferenceEquality") // This very thing.
    final void remove(T item) {
        Slotted gone = item;
        if (gone.slot >= size || items[gone.slot] != gone) return;
        Slotted last = items[--size];
        if (last == null) throw new AssertionError("an empty slot below the last");
        items[gone.slot] = last;
        last.slot = gone.slot;
        items[size] = null;
        if (size > 8 && size < items.length / 4) items = Arrays.copyOf(items, items.length / 2);
    }

    final int size() {
        return size;
    }

    @SuppressWarnings("unchecked")
    final T get(int slot) {
        Slotted item = items[slot];
        if (item == null) throw new IndexOutOfBoundsException(slot);
        return (T) item;
    }
}
