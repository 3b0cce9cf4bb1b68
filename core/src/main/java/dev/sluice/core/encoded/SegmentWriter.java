package dev.sluice.core.encoded;

import dev.sluice.core.cursor.Cursor;
import org.jspecify.annotations.Nullable;

/// One event loop's end of the [SegmentPool]. Only for that loop's thread.
public final class SegmentWriter {
    private final SegmentPool pool;
    private @Nullable Segment current;

    public SegmentWriter(SegmentPool pool) {
        this.pool = pool;
    }

    /// Keeps an event's bytes.
    public Encoded write(int form, Cursor id, Bytes bytes) {
        Segment segment = current;
        if (segment == null || !segment.fits(bytes.size())) {
            if (segment != null) pool.filled(segment);
            segment = pool.make(bytes.size(), id);
            current = segment;
        }
        return segment.write(form, id, bytes.array(), bytes.size());
    }

    /// Hands over what is begun, so that an idle hub gives back all of it.
    public void flush() {
        if (current != null) pool.filled(current);
        current = null;
    }
}
