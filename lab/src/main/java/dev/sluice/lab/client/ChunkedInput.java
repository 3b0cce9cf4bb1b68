package dev.sluice.lab.client;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/// A body in chunks (RFC 9112 §7.1), without their extensions and trailers, which the hub does not send.
final class ChunkedInput extends InputStream {
    private final InputStream in;
    private int left;
    private boolean isFirst = true;
    private boolean isOver;

    ChunkedInput(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        if (left == 0 && !isOver) next();
        if (isOver) return -1;
        int read = in.read(bytes, from, Math.min(length, left));
        if (read < 0) throw new EOFException("the connection ended within a chunk");
        left -= read;
        return read;
    }

    private void next() throws IOException {
        if (!isFirst) lineEnd();
        isFirst = false;
        int digit;
        while ((digit = in.read()) != '\r') {
            int value = Character.digit(digit, 16);
            if (value < 0) throw new IOException("a chunk without a length");
            left = left * 16 + value;
        }
        if (in.read() != '\n') throw new IOException("the length of a chunk without its end");
        if (left > 0) return;
        lineEnd();
        isOver = true;
    }

    private void lineEnd() throws IOException {
        if (in.read() != '\r' || in.read() != '\n') throw new IOException("a chunk without its end");
    }
}
