package dev.sluice.load;

import dev.sluice.wire.Payload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// A reader with a connection of its own: its request, the head of the response, then an endless stream of events.
/// After a loss it may continue on another connection. Used on its loop's thread only.
final class Reader implements ReaderConnection {
    private static final int HEAD_BYTES_MAX = 16 << 10;
    private static final byte[] EMPTY = {};

    private final ReaderLoop loop;
    private final Subscription subscription;
    private final String requestHead;
    private Connection connection;
    private ByteBuffer request;
    private byte[] rest = EMPTY; // Prepended to the next read; nearly always empty.
    private int restBytes;

    Reader(Connection connection, ReaderLoop loop, Plan plan, Subscription subscription) {
        this.connection = connection;
        this.loop = loop;
        this.subscription = subscription;
        this.requestHead = plan.protocol().request(plan.target(), subscription.path());
        this.request = ByteBuffer.wrap(Paths.bytes(requestHead + "\r\n"));
    }

    /// Continues on another connection after the last received event.
    void reconnect(Connection other) {
        var cursor = subscription.end();
        connection = other;
        restBytes = 0;
        var lastEventId = cursor == null ? "" : "Last-Event-ID: " + cursor + "\r\n";
        request = ByteBuffer.wrap(Paths.bytes(requestHead + lastEventId + "\r\n"));
    }

    @Override
    public Connection connection() {
        return connection;
    }

    @Override
    public boolean wasOpen() {
        return subscription.wasOpen();
    }

    @Override
    public int openReaders() {
        return subscription.isOpen() ? 1 : 0;
    }

    @Override
    public void write() throws IOException {
        connection.write(request);
    }

    @Override
    public int interest() {
        boolean isStalled = subscription.isStalled() && wasOpen();
        return isStalled ? 0 : connection.interest(request.hasRemaining());
    }

    @Override
    public int read(ByteBuffer buffer) throws IOException {
        buffer.clear().put(rest, 0, restBytes);
        int count = connection.read(buffer);
        if (count < 0) return count;
        buffer.flip();
        int from = subscription.isOpen() ? 0 : head(buffer);
        keep(buffer, subscription.find(buffer, from));
        return count;
    }

    private void keep(ByteBuffer buffer, int from) {
        restBytes = buffer.limit() - from;
        if (restBytes == 0) return;
        if (rest.length < restBytes) rest = new byte[Math.max(restBytes, Payload.BYTES_MIN)];
        buffer.get(from, rest, 0, restBytes);
    }

    /// Returns the position of the first event once the head is complete, else 0.
    private int head(ByteBuffer buffer) throws IOException {
        var bytes = new byte[buffer.limit()];
        buffer.get(0, bytes);
        var head = new String(bytes, StandardCharsets.ISO_8859_1);
        int end = head.indexOf("\r\n\r\n");
        if (end < 0) {
            if (bytes.length > HEAD_BYTES_MAX) throw new IOException("the head of a response is longer than 16 KiB");
            return 0;
        }
        if (!head.startsWith(loop.protocol().goodAnswer())) {
            throw new RejectedByServerException(requestHead.lines().findFirst().orElse("") + " was answered "
                    + head.lines().findFirst().orElse(""));
        }
        request = ByteBuffer.wrap(EMPTY);
        rest = EMPTY;
        boolean isFirst = !wasOpen();
        subscription.begin();
        if (isFirst) loop.opened(this);
        if (!subscription.isStalled()) loop.scheduleCut(this);
        return end + 4;
    }
}
