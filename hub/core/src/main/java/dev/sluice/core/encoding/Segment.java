package dev.sluice.core.encoding;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A block of native memory to which one event loop appends encoded events; all loops read them.
///
/// A segment ends in two steps. *Retired*: its bytes are no longer found. *Freed*: its memory is released, once
/// every event loop has been idle since retirement, so that none can still be copying. [SegmentPool] does both.
public final class Segment {
    /// Large enough that segments fill rarely, small enough that a hub without readers holds little memory.
    public static final int BYTES = 64 * 1024;

    private final Arena arena;
    private final MemorySegment memory;
    private int used;
    private long newest;
    private volatile boolean live = true;

    Segment(int bytes, long newest) {
        this.arena = Arena.ofShared();
        this.memory = arena.allocate(bytes);
        this.newest = newest;
    }

    /// Whether its bytes may be used. Check it in each task of an event loop; the answer holds until the end
    /// of that task.
    public boolean isLive() {
        return live;
    }

    /// The whole memory.
    ///
    /// @throws IllegalStateException on access, after the segment was freed
    public MemorySegment memory() {
        return memory;
    }

    int capacity() {
        return (int) memory.byteSize();
    }

    boolean fits(int bytes) {
        return capacity() - used >= bytes;
    }

    /// The position of the newest event in this segment.
    long newest() {
        return newest;
    }

    EncodedEvent write(int formatId, long position, byte[] bytes, int length) {
        int offset = used;
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, offset, length);
        used += length;
        newest = Math.max(newest, position);
        return new EncodedEvent(formatId, this, offset, length, null);
    }

    void retire() {
        live = false;
    }

    void free() {
        arena.close();
    }
}
