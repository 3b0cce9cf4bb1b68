package dev.sluice.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/// A body with an announced length, or in chunks (RFC 9112 §6), each read as far as it has arrived.
final class HttpBody extends InputStream {
    private static final String CUT = "the connection ended within a body";

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
        if (isAtEnd()) return -1;
        int next = in.read();
        if (next < 0) throw new EOFException(CUT);
        left--;
        return next;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        if (length == 0) return 0;
        if (isAtEnd()) return -1;
        int read = in.read(bytes, from, (int) Math.min(length, left));
        if (read < 0) throw new EOFException(CUT);
        left -= read;
        return read;
    }

    private boolean isAtEnd() throws IOException {
        if (left == 0 && isChunked && !isOver) next();
        return left == 0;
    }

    private void next() throws IOException {
        if (!isFirst) HttpChunk.lineEnd(in);
        isFirst = false;
        left = HttpChunk.length(HttpChunk.size(in));
        isOver = left == 0;
        if (isOver) HttpChunk.lineEnd(in);
    }
}
