package dev.sluice.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/// Readers that share a connection, each with a stream of HTTP/2 (RFC 9113). Used on its loop's thread only.
final class Http2Readers implements ReaderConnection {
    /// Room for a request, whose path names at most sixteen channels.
    private static final int REQUEST_BYTES = 2 << 10;

    private static final int CONTROL_BYTES = 4 << 10;
    private static final int SIZE_UPDATE_MASK = 0xE0;
    private static final int SIZE_UPDATE = 0x20; // Of HPACK's dynamic table (RFC 7541 §6.3).
    private static final int CONNECTION = 0;
    private static final byte[] EMPTY = {};

    private final Connection connection;
    private final ReaderLoop loop;
    private final List<Subscription> subscriptions; // The n-th has stream 2 n + 1.
    private final int[] unacknowledged; // Bytes of each stream that its window does not have back.
    private int unacknowledgedInAll;
    private final ByteBuffer out;
    private final ByteBuffer joined; // The end of one frame and the next one, for an event that is in both.
    private final byte[][] rests;
    private byte[] rest = EMPTY; // The beginning of a frame.
    private int restBytes;
    private int begun;
    private int ended;

    Http2Readers(Connection connection, ReaderLoop loop, Plan plan, List<Subscription> subscriptions) {
        this.connection = connection;
        this.loop = loop;
        this.subscriptions = subscriptions;
        unacknowledged = new int[subscriptions.size()];
        rests = new byte[subscriptions.size()][];
        joined = ByteBuffer.allocate(Http2Frames.BYTES_MAX + Payload.BYTES_MIN);
        out = ByteBuffer.allocate(CONTROL_BYTES + subscriptions.size() * REQUEST_BYTES);
        Http2Frames.begin(out);
        var target = plan.target();
        for (int i = 0; i < subscriptions.size(); i++) {
            var path = subscriptions.get(i).path();
            Http2Frames.get(
                    out, 2 * i + 1, target.authority(), path, plan.protocol().accept());
        }
    }

    @Override
    public Connection connection() {
        return connection;
    }

    @Override
    public boolean wasOpen() {
        return begun == subscriptions.size();
    }

    @Override
    public int openReaders() {
        return begun - ended;
    }

    @Override
    public void write() throws IOException {
        connection.write(out.flip());
        out.compact();
    }

    @Override
    public int interest() {
        return connection.interest(out.position() > 0);
    }

    @Override
    public int read(ByteBuffer buffer) throws IOException {
        buffer.clear().put(rest, 0, restBytes);
        int count = connection.read(buffer);
        if (count < 0) return count;
        buffer.flip();
        int from = 0;
        while (buffer.limit() - from >= Http2Frames.HEAD_BYTES) {
            int length = buffer.getInt(from) >>> 8;
            int end = from + Http2Frames.HEAD_BYTES + length;
            if (length > Http2Frames.BYTES_MAX) throw new IOException("a frame is longer than 16 KiB");
            if (end > buffer.limit()) break;
            frame(
                    buffer.get(from + 3),
                    buffer.get(from + 4),
                    buffer.getInt(from + 5) & Integer.MAX_VALUE,
                    buffer.slice(from + Http2Frames.HEAD_BYTES, length));
            from = end;
        }
        restBytes = buffer.limit() - from;
        if (rest.length < restBytes) rest = new byte[restBytes];
        buffer.get(from, rest, 0, restBytes);
        return count;
    }

    private void frame(int type, int flags, int stream, ByteBuffer payload) throws IOException {
        boolean isAck = (flags & Http2Frames.ACK) != 0;
        switch (type) {
            case Http2Frames.HEADERS -> begin(stream, payload);
            case Http2Frames.DATA -> data(stream, payload);
            case Http2Frames.RST_STREAM -> end(stream);
            case Http2Frames.GOAWAY ->
                throw new IOException("the server ended a connection: error " + payload.getInt(4));
            case Http2Frames.SETTINGS -> {
                if (!isAck) Http2Frames.settingsAck(out);
            }
            case Http2Frames.PING -> {
                if (!isAck) Http2Frames.pingAck(out, payload.getLong(0));
            }
            default -> {} // Window updates concern nothing that is sent here.
        }
        boolean isEnd = (flags & Http2Frames.END_STREAM) != 0;
        if (isEnd && (type == Http2Frames.HEADERS || type == Http2Frames.DATA)) end(stream);
    }

    private void begin(int stream, ByteBuffer fields) throws IOException {
        while (fields.hasRemaining() && (fields.get(fields.position()) & SIZE_UPDATE_MASK) == SIZE_UPDATE) fields.get();
        var subscription = subscriptions.get(stream / 2);
        if (!fields.hasRemaining() || fields.get() != Http2Frames.STATUS_200) {
            throw new RefusedByServer("GET " + subscription.path() + " was answered with another status than 200");
        }
        subscription.begin();
        if (++begun == subscriptions.size()) loop.opened(this);
    }

    private void data(int stream, ByteBuffer bytes) {
        int length = bytes.remaining();
        int index = stream / 2;
        find(index, bytes);
        unacknowledged[index] += length;
        if (unacknowledged[index] > Http2Frames.WINDOW_BYTES / 2) {
            Http2Frames.windowUpdate(out, stream, unacknowledged[index]);
            unacknowledged[index] = 0;
        }
        unacknowledgedInAll += length;
        if (unacknowledgedInAll > Http2Frames.WINDOW_BYTES / 2) {
            Http2Frames.windowUpdate(out, CONNECTION, unacknowledgedInAll);
            unacknowledgedInAll = 0;
        }
    }

    private void find(int index, ByteBuffer bytes) {
        var data = bytes;
        if (rests[index] != null)
            data = joined.clear().put(rests[index]).put(bytes).flip();
        int from = subscriptions.get(index).find(data, 0);
        rests[index] = from == data.limit() ? null : new byte[data.limit() - from];
        if (rests[index] != null) data.get(from, rests[index]);
    }

    private void end(int stream) throws IOException {
        if (!wasOpen()) throw new IOException("the server ended a stream before it answered all");
        if (!subscriptions.get(stream / 2).isOpen()) return;
        subscriptions.get(stream / 2).end();
        ended++;
        loop.countBroken(1);
    }
}
