package dev.sluice.lab.client;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/// A body whose length is known.
final class BoundedInput extends InputStream {
    private final InputStream in;
    private long left;

    BoundedInput(InputStream in, long length) {
        this.in = in;
        left = length;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        if (left == 0) return -1;
        int read = in.read(bytes, from, (int) Math.min(length, left));
        if (read < 0) throw new EOFException("the connection ended within a body");
        left -= read;
        return read;
    }
}
