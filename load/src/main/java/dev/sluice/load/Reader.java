package dev.sluice.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/// One connection that reads: its request, the head of the answer, then events without end. It finds payloads wherever
/// reads tear them apart, and passes over all the rest: framing, ids, heartbeats.
final class Reader {
    private static final int HEAD_BYTES_MAX = 16 << 10;

    private final SocketChannel socket;
    private final ReaderLoop loop;
    private final Lanes lanes;
    private final int size;
    private final ReaderLoop.Opening opening;
    private final Order order;

    private ByteBuffer request;
    private byte[] rest = new byte[0]; // Of the head, or what may be the beginning of a payload.
    private int restBytes;
    private boolean isOpen;

    /// A payload whose last bytes are still to come: how many.
    private int missing;

    private int lane;
    private int sequence;
    private int dueUs;

    Reader(SocketChannel socket, ReaderLoop loop, Plan plan, ReaderLoop.Opening opening) {
        this.socket = socket;
        this.loop = loop;
        this.lanes = plan.lanes();
        this.size = plan.size();
        this.opening = opening;
        this.order = new Order(lanes.perChannel() * (opening.subset() == 0 ? 1 : lanes.channels()));
        this.request = ByteBuffer.wrap(Paths.bytes(opening.request()));
    }

    boolean isOpen() {
        return isOpen;
    }

    boolean isStalled() {
        return opening.isStalled();
    }

    SocketChannel socket() {
        return socket;
    }

    /// Goes on with connecting; returns what to wait for next.
    int connect() throws IOException {
        if (!socket.finishConnect()) return SelectionKey.OP_CONNECT;
        socket.write(request);
        return request.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ;
    }

    int write() throws IOException {
        socket.write(request);
        return request.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ;
    }

    /// Reads what is there, at most a buffer full.
    ///
    /// @return how many bytes; -1 if no more will ever come
    int read(ByteBuffer buffer) throws IOException {
        buffer.clear().put(rest, 0, restBytes);
        int count = socket.read(buffer);
        if (count < 0) return count;
        buffer.flip();
        int at = isOpen ? 0 : head(buffer);
        if (isOpen) scan(buffer, at);
        return count;
    }

    /// Returns where the events begin, once the head is there.
    private int head(ByteBuffer buffer) throws IOException {
        var bytes = new byte[buffer.limit()];
        buffer.get(0, bytes);
        var head = new String(bytes, StandardCharsets.ISO_8859_1);
        int end = head.indexOf("\r\n\r\n");
        if (end < 0) {
            if (bytes.length > HEAD_BYTES_MAX) throw new IOException("the head of an answer is too long");
            keep(buffer, 0);
            return 0;
        }
        if (!head.startsWith(loop.protocol().goodAnswer())) {
            throw new RefusedByServer(
                    requestLine() + " was answered " + head.lines().findFirst().orElse(""));
        }
        isOpen = true;
        request = ByteBuffer.allocate(0);
        rest = new byte[Payload.MARKS + Payload.FIELDS_BYTES];
        loop.opened(this);
        return end + 4;
    }

    private String requestLine() {
        return opening.request().lines().findFirst().orElse("");
    }

    private void scan(ByteBuffer buffer, int from) {
        int limit = buffer.limit();
        int at = missing == 0 ? from : finish(buffer, from);
        restBytes = 0;
        while (at < limit) {
            int probe = at + Payload.MARKS - 1; // One of so many bytes is enough: the mark can't hide between two.
            while (probe < limit && buffer.get(probe) != Payload.MARK) probe += Payload.MARKS;
            if (probe >= limit) {
                keep(buffer, marksBefore(buffer, limit, at));
                return;
            }
            int end = probe + 1;
            while (end < limit && buffer.get(end) == Payload.MARK) end++;
            int marks = end - marksBefore(buffer, probe, at);
            if (end + Payload.FIELDS_BYTES > limit && (end == limit || marks >= Payload.MARKS)) {
                keep(buffer, end - Math.min(marks, Payload.MARKS));
                return;
            }
            at = marks < Payload.MARKS ? end : begin(buffer, end);
        }
    }

    /// Where the marks begin that end before `end`.
    private static int marksBefore(ByteBuffer buffer, int end, int from) {
        int begin = end;
        while (begin > from && buffer.get(begin - 1) == Payload.MARK) begin--;
        return begin;
    }

    private void keep(ByteBuffer buffer, int from) {
        restBytes = buffer.limit() - from;
        if (rest.length < restBytes) rest = new byte[restBytes];
        buffer.get(from, rest, 0, restBytes);
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
        if (missing == 0) count(buffer.get(at + there - 1) == Payload.END);
        return at + there;
    }

    private void count(boolean isWhole) {
        if (isWhole && sequence >= 0 && lane >= 0 && lane < lanes.count() && isMine(lanes.channel(lane))) {
            int slot =
                    lanes.indexInChannel(lane) + (opening.subset() == 0 ? 0 : lanes.channel(lane) * lanes.perChannel());
            loop.count(order.take(slot, sequence), dueUs);
        } else {
            loop.countDamaged();
        }
    }

    private boolean isMine(int other) {
        return opening.subset() == 0 ? other == opening.channel() : (opening.subset() >> other & 1) == 1;
    }
}
