package dev.sluice.wire;

import java.nio.ByteBuffer;

/// Finds [payloads][Payload] in any stream by their mark, wherever reads split them, and skips everything else:
/// framing, ids, heartbeats. Inspects few of the bytes and allocates nothing. Used by one thread at a time.
public final class PayloadFinder {
    /// The size of payloads that may differ in size.
    public static final int ANY_SIZE = 0;

    private static final int UNTIL_END = -1;

    /// Receives each payload that is found.
    public interface Taker {
        /// @param isWhole false if the payload has another size, or is damaged
        void take(int lane, int sequence, int timeUs, boolean isWhole);
    }

    private final int size;
    private final Taker taker;

    /// The current payload, after its head: the number of missing bytes, and its fields.
    private int missing;

    private int lane;
    private int sequence;
    private int timeUs;

    /// @param size of all payloads, or [#ANY_SIZE]
    public PayloadFinder(int size, Taker taker) {
        this.size = size;
        this.taker = taker;
    }

    /// Searches the bytes from this index on.
    ///
    /// @return the index of the first byte to keep and prepend to the next bytes
    public int find(ByteBuffer buffer, int from) {
        int limit = buffer.limit();
        int position = missing == 0 ? from : finish(buffer, from);
        while (position < limit) {
            int probe = position + Payload.MARKS - 1; // Probing every MARKS-th byte cannot miss a mark.
            while (probe < limit && buffer.get(probe) != Payload.MARK) probe += Payload.MARKS;
            if (probe >= limit) return marksBefore(buffer, limit, position);
            int end = probe + 1;
            while (end < limit && buffer.get(end) == Payload.MARK) end++;
            int marks = end - marksBefore(buffer, probe, position);
            boolean isSplit = end == limit || (marks >= Payload.MARKS && end + Payload.FIELDS_BYTES > limit);
            if (isSplit) return end - Math.min(marks, Payload.MARKS);
            position = marks < Payload.MARKS ? end : begin(buffer, end);
        }
        return limit;
    }

    /// Searches bytes that have no continuation: a payload that they do not complete is damaged.
    public void findAll(byte[] bytes) {
        find(ByteBuffer.wrap(bytes), 0);
        if (missing != 0) taker.take(lane, sequence, timeUs, false);
        missing = 0;
    }

    /// The start of the run of marks that ends before `end`.
    private static int marksBefore(ByteBuffer buffer, int end, int from) {
        int begin = end;
        while (begin > from && buffer.get(begin - 1) == Payload.MARK) begin--;
        return begin;
    }

    /// Reads the fields after a mark. Returns the position to continue from.
    private int begin(ByteBuffer buffer, int position) {
        lane = Payload.field(buffer, position);
        sequence = Payload.field(buffer, position + 8);
        timeUs = Payload.field(buffer, position + 16);
        missing = size == ANY_SIZE ? UNTIL_END : size - Payload.MARKS - Payload.FIELDS_BYTES;
        return finish(buffer, position + Payload.FIELDS_BYTES);
    }

    private int finish(ByteBuffer buffer, int position) {
        int limit = buffer.limit();
        int end = position;
        if (missing == UNTIL_END) {
            while (end < limit && buffer.get(end) == Payload.FILLER) end++;
            if (end == limit) return end;
            end++;
            missing = 0;
        } else {
            end += Math.min(missing, limit - position);
            missing -= end - position;
        }
        if (missing == 0) taker.take(lane, sequence, timeUs, buffer.get(end - 1) == Payload.END);
        return end;
    }
}
