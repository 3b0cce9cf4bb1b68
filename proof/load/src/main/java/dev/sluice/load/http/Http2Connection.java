package dev.sluice.load.http;

import dev.sluice.wire.HpackEncoder;
import dev.sluice.wire.Http2Frame;
import dev.sluice.wire.Payload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Subscribers that share a connection, each with a stream of HTTP/2 (RFC 9113), together with publishes.
public final class Http2Connection extends HttpConnection {
    /// The window of streams, the largest possible one; the connection's window is increased to it.
    private static final int WINDOW_BYTES = Integer.MAX_VALUE;

    private static final int CONNECTION = 0;

    private final String authority;
    private final HpackEncoder encoder = new HpackEncoder();
    private final List<? extends Subscriber> subscribers; // The n-th has stream 2 n + 1.
    private final String[] paths;
    private final boolean[] isEnded;
    private final int[] unacknowledged; // Received bytes of each stream that were not returned to its window yet.
    private int unacknowledgedInAll;
    private final ByteBuffer joined; // The end of one frame and the next one, for an event that spans both.
    private final byte[][] rests;
    private int nextStream = 1;
    private long sendWindow = Http2Frame.WINDOW_BYTES; // The window of the connection; a stream's window fits an event.
    private int begun;
    private int ended;

    Http2Connection(Connection connection, String authority, List<? extends Subscriber> subscribers) {
        super(connection);
        this.authority = authority;
        this.subscribers = subscribers;
        paths = new String[subscribers.size()];
        isEnded = new boolean[subscribers.size()];
        unacknowledged = new int[subscribers.size()];
        rests = new byte[subscribers.size()][];
        joined = ByteBuffer.allocate(Http2Frame.PAYLOAD_BYTES_MAX + Payload.BYTES_MIN);
        send(Http2Frame.PREFACE.getBytes(StandardCharsets.US_ASCII));
        send(Http2Frame.settings(Http2Frame.INITIAL_WINDOW_SIZE, WINDOW_BYTES));
        send(Http2Frame.windowUpdate(CONNECTION, WINDOW_BYTES - Http2Frame.WINDOW_BYTES));
        for (var each : subscribers) {
            var request = each.request();
            paths[nextStream / 2] = request.path();
            byte[] fields = encoder.get(authority, request.path(), request.headers());
            send(new Http2Frame(
                    Http2Frame.HEADERS, Http2Frame.END_HEADERS | Http2Frame.END_STREAM, nextStream, fields));
            nextStream += 2;
        }
    }

    private void send(Http2Frame frame) {
        send(frame.bytes());
    }

    /// Adds a request with a body, whose response is ignored.
    ///
    /// @return false if the server takes no such body now
    public boolean post(Request request) {
        byte[] body = request.body();
        if (sendWindow < body.length) return false;
        sendWindow -= body.length;
        byte[] fields = encoder.post(authority, request.path(), request.headers());
        send(new Http2Frame(Http2Frame.HEADERS, Http2Frame.END_HEADERS, nextStream, fields));
        for (int from = 0; from < body.length; from += Http2Frame.PAYLOAD_BYTES_MAX) {
            int to = Math.min(body.length, from + Http2Frame.PAYLOAD_BYTES_MAX);
            int flags = to == body.length ? Http2Frame.END_STREAM : 0;
            send(new Http2Frame(Http2Frame.DATA, flags, nextStream, Arrays.copyOfRange(body, from, to)));
        }
        nextStream += 2;
        return true;
    }

    @Override
    int receive(ByteBuffer buffer, int kept) throws IOException {
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
        return from;
    }

    private void frame(int type, int flags, int stream, ByteBuffer payload) throws IOException {
        boolean isAck = (flags & Http2Frame.ACK) != 0;
        boolean isSubscriber = stream / 2 < subscribers.size();
        switch (type) {
            case Http2Frame.HEADERS -> {
                if (isSubscriber) begin(stream, payload);
            }
            case Http2Frame.DATA -> data(stream, payload, isSubscriber);
            case Http2Frame.RST_STREAM -> end(stream);
            case Http2Frame.GOAWAY ->
                throw new IOException("the server ended a connection: error " + payload.getInt(4));
            case Http2Frame.SETTINGS -> {
                if (!isAck) send(Http2Frame.settingsAck());
            }
            case Http2Frame.PING -> {
                if (!isAck) send(Http2Frame.pingAck(bytes(payload)));
            }
            case Http2Frame.WINDOW_UPDATE -> {
                if (stream == CONNECTION) sendWindow += payload.getInt(0);
            }
            default -> {} // Not relevant for a client.
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
        if (!HpackEncoder.isStatus200(fields)) {
            throw new RejectedByServerException(
                    "GET " + paths[stream / 2] + " was answered with another status than 200");
        }
        begun++;
        subscribers.get(stream / 2).begin(this);
    }

    private void data(int stream, ByteBuffer bytes, boolean isSubscriber) throws IOException {
        int length = bytes.remaining();
        int index = stream / 2;
        if (isSubscriber) {
            find(index, bytes);
            unacknowledged[index] += length;
            if (unacknowledged[index] > WINDOW_BYTES / 2) {
                send(Http2Frame.windowUpdate(stream, unacknowledged[index]));
                unacknowledged[index] = 0;
            }
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
        int from = subscribers.get(index).find(data, 0);
        rests[index] = from == data.limit() ? null : new byte[data.limit() - from];
        if (rests[index] != null) data.get(from, rests[index]);
    }

    private void end(int stream) throws IOException {
        int index = stream / 2;
        if (index >= subscribers.size() || isEnded[index]) return;
        if (isOpening()) throw new IOException("the server ended a stream before it answered all");
        isEnded[index] = true;
        ended++;
        subscribers.get(index).end();
    }

    @Override
    void lost(IOException reason) {
        subscribers.getFirst().lost(this, reason);
    }

    @Override
    public boolean isOpening() {
        return begun < subscribers.size();
    }

    @Override
    public int openReaders() {
        return begun - ended;
    }
}
