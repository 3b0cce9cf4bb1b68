package dev.sluice.load.http;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// A connection with TLS. It uses the buffers of its loop, and keeps only the bytes of an incomplete record.
final class TlsConnection implements Connection {
    /// More than the beginning of a record and the rest of it, which has 16 KiB of plaintext at most.
    private static final int BUFFER_BYTES = 64 << 10;

    private static final byte[] NOTHING = {};

    /// Records of the connection whose turn it is.
    record Buffers(ByteBuffer in, ByteBuffer out) {
        Buffers() {
            this(ByteBuffer.allocate(BUFFER_BYTES), ByteBuffer.allocate(BUFFER_BYTES));
        }
    }

    private final SocketChannel socket;
    private final SSLEngine engine;
    private final Buffers buffers;
    private byte[] received = NOTHING; // The beginning of a record.
    private @Nullable ByteBuffer unsent; // Records that the socket has not taken.

    TlsConnection(SocketChannel socket, SSLEngine engine, Buffers buffers) throws SSLException {
        this.socket = socket;
        this.engine = engine;
        this.buffers = buffers;
        engine.beginHandshake();
    }

    @Override
    public SocketChannel socket() {
        return socket;
    }

    /// Completes the handshake; blocks if the socket does.
    void establish() throws IOException {
        var none = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
        handshake();
        while (!isEstablished()) {
            if (read(none) < 0) throw new EOFException("the server closed a connection in its handshake");
        }
    }

    private boolean isEstablished() {
        return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        // No record is shorter than its plaintext, so the plaintext of all bytes that are read fits,
        // including the beginning of a record.
        int most = Math.min(into.remaining(), BUFFER_BYTES);
        var in = buffers.in.clear().put(received).limit(Math.max(most, received.length));
        if (socket.read(in) < 0) return -1;
        in.flip();
        int before = into.position();
        while (in.hasRemaining()) {
            var result = engine.unwrap(in, into);
            if (result.getStatus() == SSLEngineResult.Status.CLOSED && into.position() == before) return -1;
            if (result.getStatus() != SSLEngineResult.Status.OK) break;
            handshake();
            if (result.bytesConsumed() == 0 && result.bytesProduced() == 0 && !isUnwrapping()) break;
        }
        received = in.hasRemaining() ? new byte[in.remaining()] : NOTHING;
        in.get(received);
        return into.position() - before;
    }

    private boolean isUnwrapping() {
        return engine.getHandshakeStatus() == HandshakeStatus.NEED_UNWRAP || isEstablished();
    }

    @Override
    public void write(ByteBuffer from) throws IOException {
        flush();
        handshake();
        while (unsent == null && isEstablished() && from.hasRemaining()) wrap(from);
    }

    /// Continues the handshake as far as possible without bytes from the server.
    private void handshake() throws IOException {
        while (unsent == null) {
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> engine.getDelegatedTask().run();
                case NEED_WRAP -> wrap(ByteBuffer.wrap(NOTHING));
                default -> {
                    return;
                }
            }
        }
    }

    private void wrap(ByteBuffer from) throws IOException {
        var out = buffers.out.clear();
        engine.wrap(from, out);
        socket.write(out.flip());
        if (out.hasRemaining())
            unsent = ByteBuffer.allocate(out.remaining()).put(out).flip();
    }

    private void flush() throws IOException {
        if (unsent == null) return;
        socket.write(unsent);
        if (!unsent.hasRemaining()) unsent = null;
    }

    @Override
    public int interest(boolean hasMore) {
        boolean canWrite = unsent != null || (hasMore && isEstablished());
        return SelectionKey.OP_READ | (canWrite ? SelectionKey.OP_WRITE : 0);
    }
}
