package dev.sluice.core.delivery;

import java.util.Arrays;
import java.util.function.Consumer;

/// The readers of one channel or pattern on one event loop: an array, as 4 bytes a reader are all they should cost.
final class ReaderSet {
    private Reader[] readers = new Reader[2];
    private int size;

    void add(Reader reader) {
        if (size == readers.length) readers = Arrays.copyOf(readers, size * 2);
        reader.slot = size;
        readers[size++] = reader;
    }

    void remove(Reader reader) {
        int at = reader.slot;
        if (at >= size || readers[at] != reader) at = search(reader); // It is in several sets: its slot is another's.
        if (at < 0) return;
        Reader last = readers[--size];
        readers[at] = last;
        last.slot = at;
        Arrays.fill(readers, size, size + 1, null);
        if (size > 8 && size < readers.length / 4) readers = Arrays.copyOf(readers, readers.length / 2);
    }

    boolean isEmpty() {
        return size == 0;
    }

    void forEach(Consumer<Reader> action) {
        for (int i = 0; i < size; i++) action.accept(readers[i]);
    }

    private int search(Reader reader) {
        for (int i = 0; i < size; i++) if (readers[i] == reader) return i;
        return -1;
    }
}
