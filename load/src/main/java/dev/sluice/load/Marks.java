package dev.sluice.load;

import java.nio.ByteBuffer;

/// Finds payloads in any stream by their mark, wherever reads tear them apart, and passes over all the rest: framing,
/// ids, heartbeats. Looks at few of the bytes, and allocates nothing.
final class Marks implements Finder {
    private final int size;
    private final Taker taker;

    /// Of a payload whose head was seen: bytes still to come, and its fields.
    private int missing;

    private int lane;
    private int sequence;
    private int dueUs;

    Marks(int size, Taker taker) {
        this.size = size;
        this.taker = taker;
    }

    @Override
    public int find(ByteBuffer buffer, int from) {
        int limit = buffer.limit();
        int at = missing == 0 ? from : finish(buffer, from);
        while (at < limit) {
            int probe = at + Payload.MARKS - 1; // One of so many bytes is enough: the mark can't hide between two.
            while (probe < limit && buffer.get(probe) != Payload.MARK) probe += Payload.MARKS;
            if (probe >= limit) return marksBefore(buffer, limit, at);
            int end = probe + 1;
            while (end < limit && buffer.get(end) == Payload.MARK) end++;
            int marks = end - marksBefore(buffer, probe, at);
            boolean isTorn = end == limit || (marks >= Payload.MARKS && end + Payload.FIELDS_BYTES > limit);
            if (isTorn) return end - Math.min(marks, Payload.MARKS);
            at = marks < Payload.MARKS ? end : begin(buffer, end);
        }
        return limit;
    }

    /// Where the marks begin that end before `end`.
    private static int marksBefore(ByteBuffer buffer, int end, int from) {
        int begin = end;
        while (begin > from && buffer.get(begin - 1) == Payload.MARK) begin--;
        return begin;
    }

    /// A mark ends there, and its fields are here. Returns where to look for the next.
    private int begin(ByteBuffer buffer, int at) {
        lane = Payload.field(buffer, at);
        sequence = Payload.field(buffer, at + 8);
        dueUs = Payload.field(buffer, at + 16);
        missing = size - Payload.MARKS - Payload.FIELDS_BYTES;
        return finish(buffer, at + Payload.FIELDS_BYTES);
    }

    private int finish(ByteBuffer buffer, int at) {
        int there = Math.min(missing, buffer.limit() - at);
        missing -= there;
        if (missing == 0) taker.take(lane, sequence, dueUs, buffer.get(at + there - 1) == Payload.END);
        return at + there;
    }
}
