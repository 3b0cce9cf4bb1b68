package dev.sluice.load.http;

import dev.sluice.wire.HttpHead;
import dev.sluice.wire.WebSocketFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A connection of one subscriber: its request, the head of the response, then a stream of events, or a body. After
/// either, if its end is announced, the next request may follow.
public final class Http1Connection extends HttpConnection {
    private static final int HEAD_BYTES_MAX = 16 << 10;
    private static final String HEAD_END = "\r\n\r\n";
    private static final long HEAD_AWAITED = -1;
    private static final long ENDLESS = Long.MAX_VALUE;

    private final Subscriber subscriber;
    private final String authority;
    private Request request;
    private long left = HEAD_AWAITED; // Bytes of the body; [#ENDLESS] until the end of chunks, too.
    private @Nullable ChunkDecoder chunks;

    Http1Connection(Connection connection, String authority, Subscriber subscriber) {
        super(connection);
        this.authority = authority;
        this.subscriber = subscriber;
        request = subscriber.request();
        send(request.bytes(authority));
    }

    /// Adds the next request, after the response to the previous one.
    public void send(Request next) {
        request = next;
        send(next.bytes(authority));
    }

    /// Adds a frame, on an upgraded connection.
    public void send(WebSocketFrame frame) {
        send(frame.bytes());
    }

    @Override
    int interest() {
        return subscriber.isStalled() && left == ENDLESS ? 0 : super.interest();
    }

    @Override
    int receive(ByteBuffer buffer, int kept) throws IOException {
        int from = 0;
        int arrived = kept;
        if (left == HEAD_AWAITED) {
            from = head(buffer);
            if (from == 0) return 0;
            arrived = from;
        }
        if (chunks != null) chunks.decode(buffer, arrived);
        else if (left != ENDLESS) left -= buffer.limit() - arrived;
        int keep = subscriber.find(buffer, from);
        if (left < 0) throw new IOException("a response has more bytes than it announced");
        boolean isOver = chunks == null ? left == 0 : chunks.isOver();
        if (!isOver) return keep;
        left = HEAD_AWAITED;
        chunks = null;
        subscriber.end();
        return buffer.limit(); // The next response has nothing to do with this one.
    }

    /// Returns the position of the body once the head is complete, else 0.
    private int head(ByteBuffer buffer) throws IOException {
        var bytes = new byte[buffer.limit()];
        buffer.get(0, bytes);
        var text = new String(bytes, StandardCharsets.ISO_8859_1);
        int end = text.indexOf(HEAD_END);
        if (end < 0) {
            if (bytes.length > HEAD_BYTES_MAX) throw new IOException("the head of a response is longer than 16 KiB");
            return 0;
        }
        var head = new HttpHead(text.substring(0, end + HEAD_END.length()));
        if (head.status() != request.goodStatus()) {
            throw new RejectedByServerException(request.line() + " was answered "
                    + head.text().lines().findFirst().orElse(""));
        }
        boolean isUpgrade = head.status() == 101;
        chunks = head.isChunked() && !isUpgrade ? new ChunkDecoder() : null;
        boolean isEndless = isUpgrade || chunks != null || head.contentLength() < 0;
        left = isEndless ? ENDLESS : head.contentLength();
        subscriber.begin(this);
        return end + HEAD_END.length();
    }

    @Override
    void lost(IOException reason) {
        subscriber.lost(this, reason);
    }

    @Override
    public boolean isOpening() {
        return false;
    }

    @Override
    public int openReaders() {
        return left == ENDLESS ? 1 : 0;
    }
}
