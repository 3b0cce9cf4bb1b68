package dev.sluice.load;

import dev.sluice.wire.HpackEncoder;
import dev.sluice.wire.Http2Frame;
import dev.sluice.wire.Payload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/// Readers that share a connection, each with a stream of HTTP/2 (RFC 9113). Used on its loop's thread only.
final class Http2Readers implements ReaderConnection {
    /// Room for a request, whose path names at most sixteen channels.
    private static final int REQUEST_BYTES = 2 << 10;

    private static final int CONTROL_BYTES = 4 << 10;

    /// Of streams; that of the connection is increased to it. It is the highest there is.
    private static final int WINDOW_BYTES = Integer.MAX_VALUE;

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
        joined = ByteBuffer.allocate(Http2Frame.PAYLOAD_BYTES_MAX + Payload.BYTES_MIN);
        out = ByteBuffer.allocate(CONTROL_BYTES + subscriptions.size() * REQUEST_BYTES);
        out.put(Paths.bytes(Http2Frame.PREFACE));
        send(Http2Frame.settings(Http2Frame.INITIAL_WINDOW_SIZE, WINDOW_BYTES));
        send(Http2Frame.windowUpdate(CONNECTION, WINDOW_BYTES - Http2Frame.WINDOW_BYTES));
        var authority = plan.target().authority();
        var accept = plan.protocol().accept();
        for (int i = 0; i < subscriptions.size(); i++) {
            var fields =
                    HpackEncoder.getAsLiterals(authority, subscriptions.get(i).path(), "accept", accept);
            send(new Http2Frame(Http2Frame.HEADERS, Http2Frame.END_HEADERS | Http2Frame.END_STREAM, 2 * i + 1, fields));
        }
    }

    private void send(Http2Frame frame) {
        out.put(frame.bytes());
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
        while (buffer.limit() - from >= Http2Frame.HEAD_BYTES) {
            int length = buffer.getInt(from) >>> 8;
            int end = from + Http2Frame.HEAD_BYTES + length;
            if (length > Http2Frame.PAYLOAD_BYTES_MAX) throw new IOException("a frame is longer than 16 KiB");
            if (end > buffer.limit()) break;
            frame(
                    buffer.get(from + 3),
                    buffer.get(from + 4),
                    buffer.getInt(from + 5) & Integer.MAX_VALUE,
                    buffer.slice(from + Http2Frame.HEAD_BYTES, length));
            from = end;
        }
        restBytes = buffer.limit() - from;
        if (rest.length < restBytes) rest = new byte[restBytes];
        buffer.get(from, rest, 0, restBytes);
        return count;
    }

    private void frame(int type, int flags, int stream, ByteBuffer payload) throws IOException {
        boolean isAck = (flags & Http2Frame.ACK) != 0;
        switch (type) {
            case Http2Frame.HEADERS -> begin(stream, payload);
            case Http2Frame.DATA -> data(stream, payload);
            case Http2Frame.RST_STREAM -> end(stream);
            case Http2Frame.GOAWAY ->
                throw new IOException("the server ended a connection: error " + payload.getInt(4));
            case Http2Frame.SETTINGS -> {
                if (!isAck) send(Http2Frame.settingsAck());
            }
            case Http2Frame.PING -> {
                if (!isAck) send(Http2Frame.pingAck(bytes(payload)));
            }
            default -> {} // Window updates concern nothing that is sent here.
        }
        boolean isEnd = (flags & Http2Frame.END_STREAM) != 0;
        if (isEnd && (type == Http2Frame.HEADERS || type == Http2Frame.DATA)) end(stream);
    }

    private static byte[] bytes(ByteBuffer payload) {
        var bytes = new byte[payload.remaining()];
        payload.get(bytes);
        return bytes;
    }

    private void begin(int stream, ByteBuffer fields) throws IOException {
        var subscription = subscriptions.get(stream / 2);
        if (!HpackEncoder.isStatus200(fields)) {
            throw new RejectedByServerException(
                    "GET " + subscription.path() + " was answered with another status than 200");
        }
        subscription.begin();
        if (++begun == subscriptions.size()) loop.opened(this);
    }

    private void data(int stream, ByteBuffer bytes) throws IOException {
        int length = bytes.remaining();
        int index = stream / 2;
        find(index, bytes);
        unacknowledged[index] += length;
        if (unacknowledged[index] > WINDOW_BYTES / 2) {
            send(Http2Frame.windowUpdate(stream, unacknowledged[index]));
            unacknowledged[index] = 0;
        }
        unacknowledgedInAll += length;
        if (unacknowledgedInAll > WINDOW_BYTES / 2) {
            send(Http2Frame.windowUpdate(CONNECTION, unacknowledgedInAll));
            unacknowledgedInAll = 0;
        }
    }

    private void find(int index, ByteBuffer bytes) throws IOException {
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
