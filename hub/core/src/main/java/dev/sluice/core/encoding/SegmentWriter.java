package dev.sluice.core.encoding;

import org.jspecify.annotations.Nullable;

/// Writes one event loop's encoded events into segments of the [SegmentPool]. Only for that loop's thread.
public final class SegmentWriter {
    private final SegmentPool pool;
    private @Nullable Segment current;

    public SegmentWriter(SegmentPool pool) {
        this.pool = pool;
    }

    /// Appends the bytes of the event at a position to the current segment.
    public EncodedEvent write(int formatId, long position, ByteBuilder bytes) {
        Segment segment = current;
        if (segment == null || !segment.fits(bytes.size())) {
            if (segment != null) pool.filled(segment);
            segment = pool.allocate(bytes.size(), position);
            current = segment;
        }
        return segment.write(formatId, position, bytes.array(), bytes.size());
    }

    /// Hands the partly filled segment to the pool, so that an idle hub releases all memory.
    public void flush() {
        if (current != null) pool.filled(current);
        current = null;
    }
}
