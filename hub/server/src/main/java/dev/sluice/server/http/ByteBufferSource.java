package dev.sluice.server.http;

import java.nio.ByteBuffer;
import java.util.function.IntConsumer;

/// A response body that is in memory as a whole, for bodies that are counted until their clients have read them.
public final class ByteBufferSource implements ResponseSource {
    private final ByteBuffer bytes;
    private final IntConsumer onRead;
    private final Runnable onClose;

    /// @param onRead  called with the number of bytes of each piece
    /// @param onClose see [ResponseSource#close]
    public ByteBufferSource(ByteBuffer bytes, IntConsumer onRead, Runnable onClose) {
        this.bytes = bytes;
        this.onRead = onRead;
        this.onClose = onClose;
    }

    @Override
    public long length() {
        return bytes.limit();
    }

    @Override
    public void next(ByteBuffer piece) {
        int length = piece.remaining();
        piece.put(bytes.slice(bytes.position(), length));
        bytes.position(bytes.position() + length);
        onRead.accept(length);
    }

    @Override
    public void close() {
        onClose.run();
    }
}
