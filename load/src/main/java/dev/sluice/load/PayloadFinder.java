package dev.sluice.load;

import java.nio.ByteBuffer;

/// Finds payloads in any stream by their mark, wherever reads split them, and skips everything else: framing, ids,
/// heartbeats. Inspects few of the bytes and allocates nothing.
final class PayloadFinder implements Finder {
    private final int size;
    private final Taker taker;

    /// The current payload, after its head: the number of missing bytes, and its fields.
    private int missing;

    private int lane;
    private int sequence;
    private int dueUs;

    PayloadFinder(int size, Taker taker) {
        this.size = size;
        this.taker = taker;
    }

    @Override
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
        dueUs = Payload.field(buffer, position + 16);
        missing = size - Payload.MARKS - Payload.FIELDS_BYTES;
        return finish(buffer, position + Payload.FIELDS_BYTES);
    }

    private int finish(ByteBuffer buffer, int position) {
        int available = Math.min(missing, buffer.limit() - position);
        missing -= available;
        if (missing == 0) taker.take(lane, sequence, dueUs, buffer.get(position + available - 1) == Payload.END);
        return position + available;
    }
}
