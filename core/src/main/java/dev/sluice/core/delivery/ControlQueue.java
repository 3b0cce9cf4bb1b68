package dev.sluice.core.delivery;

import dev.sluice.core.cursor.Cursor;
import java.util.ArrayDeque;

/// Control frames (gaps, ends, heartbeats, frames of a transport or session) queued for the next boundary between two
/// messages, and how much of the first one is already sent.
final class ControlQueue {
    private final ArrayDeque<byte[]> frames = new ArrayDeque<>(2);

    /// Bytes of the first frame that are already sent.
    private int sent;

    /// Skips an empty frame, such as the end of a body without chunks: there is nothing to write.
    void add(byte[] frame) {
        if (frame.length > 0) frames.add(frame);
    }

    boolean isEmpty() {
        return frames.isEmpty();
    }

    int size() {
        return frames.size();
    }

    void clear() {
        frames.clear();
        sent = 0;
    }

    /// Adds the frames to a batch, as many bytes as fit.
    ///
    /// @return whether all of them fitted
    boolean addTo(WriteBatch batch, Cursor at) {
        int from = sent;
        for (byte[] frame : frames) {
            if (!batch.addControlFrame(frame, from, at)) return false;
            from = 0;
        }
        return true;
    }

    /// Removes bytes that the sink accepted.
    ///
    /// @return whether they end between two frames
    boolean remove(int accepted) {
        int left = accepted;
        while (left > 0) {
            int rest = frames.element().length - sent;
            if (left < rest) {
                sent += left;
                return false;
            }
            left -= rest;
            frames.remove();
            sent = 0;
        }
        return sent == 0;
    }
}
