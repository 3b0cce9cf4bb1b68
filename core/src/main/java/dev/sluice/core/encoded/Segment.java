package dev.sluice.core.encoded;

import dev.sluice.core.cursor.Cursor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A piece of native memory into which one event loop writes encoded events, one behind the other; every loop reads
/// them.
///
/// A segment ends in two steps. It is *retired*: nobody finds bytes in it any more. When every event loop has been idle
/// once since then, so that none can still be copying, it is *freed*. [SegmentPool] does both.
public final class Segment {
    /// Large enough that filling one is rare, small enough that a hub without readers holds little.
    public static final int BYTES = 64 * 1024;

    private final Arena arena;
    private final MemorySegment memory;
    private int used;
    private Cursor newest;
    private volatile boolean live = true;

    Segment(int bytes, Cursor newest) {
        this.arena = Arena.ofShared();
        this.memory = arena.allocate(bytes);
        this.newest = newest;
    }

    /// Whether bytes in it may be used: asked anew in each turn of an event loop, and good for that turn.
    public boolean isLive() {
        return live;
    }

    /// The whole memory.
    ///
    /// @throws IllegalStateException on use, if it was freed
    public MemorySegment memory() {
        return memory;
    }

    int capacity() {
        return (int) memory.byteSize();
    }

    boolean fits(int bytes) {
        return capacity() - used >= bytes;
    }

    /// The newest event in it.
    Cursor newest() {
        return newest;
    }

    Encoded write(int form, Cursor id, byte[] bytes, int length) {
        int offset = used;
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, offset, length);
        used += length;
        newest = Cursor.later(newest, id);
        return new Encoded(form, this, offset, length, null);
    }

    void retire() {
        live = false;
    }

    void free() {
        arena.close();
    }
}
