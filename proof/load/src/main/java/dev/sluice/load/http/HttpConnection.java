package dev.sluice.load.http;

import dev.sluice.wire.Payload;
import java.io.IOException;
import java.nio.ByteBuffer;

/// A connection of one subscriber, or of many over HTTP/2. Used on its loop's thread only.
public abstract sealed class HttpConnection permits Http1Connection, Http2Connection {
    private static final byte[] NOTHING = {};

    private final Connection connection;
    private ByteBuffer out = ByteBuffer.wrap(NOTHING); // The unsent bytes end at its position.
    private byte[] rest = NOTHING; // Prepended to the next read; nearly always empty.
    private int restBytes;

    HttpConnection(Connection connection) {
        this.connection = connection;
    }

    /// Returns true until it is closed or lost.
    public final boolean isConnected() {
        return connection.socket().isOpen();
    }

    final Connection connection() {
        return connection;
    }

    /// Adds bytes to those that [EventLoop#flush] sends.
    public final void send(byte[] bytes) {
        if (out.remaining() < bytes.length)
            out = ByteBuffer.allocate(2 * out.capacity() + bytes.length).put(out.flip());
        out.put(bytes);
    }

    /// Returns true if there are bytes that the socket has not taken.
    public final boolean hasUnsent() {
        return out.position() > 0;
    }

    /// Sends as much as the socket takes.
    ///
    /// @return the number of bytes
    final int write() throws IOException {
        int before = out.position();
        connection.write(out.flip());
        out.compact();
        int written = before - out.position();
        if (!hasUnsent()) out = ByteBuffer.wrap(NOTHING);
        return written;
    }

    /// Reads the available bytes, at most one buffer. Unless there are none, [#take] follows.
    ///
    /// @return the number of bytes; -1 at the end of the stream
    final int read(ByteBuffer buffer) throws IOException {
        buffer.clear().put(rest, 0, restBytes);
        return connection.read(buffer);
    }

    /// Takes the bytes that were read. They may contain events even if it throws, because a stream ends after them.
    final void take(ByteBuffer buffer) throws IOException {
        int from = receive(buffer.flip(), restBytes);
        restBytes = buffer.limit() - from;
        if (rest.length < restBytes) rest = new byte[Math.max(restBytes, Payload.BYTES_MIN)];
        buffer.get(from, rest, 0, restBytes);
    }

    /// The events to wait for.
    int interest() {
        return connection.interest(hasUnsent());
    }

    /// Takes bytes.
    ///
    /// @param kept the number of bytes kept before
    /// @return the index of the first byte to keep
    abstract int receive(ByteBuffer buffer, int kept) throws IOException;

    /// Called when the connection is lost and closed.
    abstract void lost(IOException reason);

    /// Returns true while a subscriber of several awaits its response: a loss is then a failure of the start.
    public abstract boolean isOpening();

    /// The number of subscribers whose response continues.
    public abstract int openReaders();
}
