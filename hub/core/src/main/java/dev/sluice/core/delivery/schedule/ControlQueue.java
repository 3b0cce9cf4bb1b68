package dev.sluice.core.delivery.schedule;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.stream.WriteBatch;
import java.util.ArrayDeque;

/// Control frames (gaps, ends, heartbeats, frames of a transport or session) queued for the next boundary between
/// two messages, and how much of the first one is already sent.
public final class ControlQueue {
    private final ArrayDeque<byte[]> frames = new ArrayDeque<>(2);

    /// Bytes of the first frame that are already sent.
    private int sent;

    public ControlQueue() {}

    /// Skips an empty frame, such as the end of a body without chunks: there is nothing to write.
    public void add(byte[] frame) {
        if (frame.length > 0) frames.add(frame);
    }

    public boolean isEmpty() {
        return frames.isEmpty();
    }

    public int size() {
        return frames.size();
    }

    public void clear() {
        frames.clear();
        sent = 0;
    }

    /// Adds the frames to a batch, as many bytes as fit.
    ///
    /// @return true if all of them fitted
    public boolean addTo(WriteBatch batch, Cursor at) {
        int from = sent;
        for (byte[] frame : frames) {
            if (!batch.addControlFrame(frame, from, at)) return false;
            from = 0;
        }
        return true;
    }

    /// Removes bytes that the sink accepted.
    ///
    /// @return true if they end between two frames
    public boolean remove(int accepted) {
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
