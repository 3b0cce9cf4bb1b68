package dev.sluice.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/// A body with an announced length, or in chunks (RFC 9112 §6), each read as far as it has arrived.
final class HttpBody extends InputStream {
    private final InputStream in;
    private final boolean isChunked;
    private long left; // Of the body, or of the current chunk.
    private boolean isFirst = true;
    private boolean isOver;

    private HttpBody(InputStream in, boolean isChunked, long left) {
        this.in = in;
        this.isChunked = isChunked;
        this.left = left;
    }

    static InputStream chunked(InputStream in) {
        return new HttpBody(in, true, 0);
    }

    static InputStream ofLength(long length, InputStream in) {
        return new HttpBody(in, false, length);
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        if (length == 0) return 0;
        if (left == 0 && isChunked && !isOver) next();
        if (left == 0) return -1;
        int read = in.read(bytes, from, (int) Math.min(length, left));
        if (read < 0) throw new EOFException("the connection ended within a body");
        left -= read;
        return read;
    }

    private void next() throws IOException {
        if (!isFirst) HttpChunk.lineEnd(in);
        isFirst = false;
        left = HttpChunk.length(HttpChunk.size(in));
        isOver = left == 0;
        if (isOver) HttpChunk.lineEnd(in);
    }
}
