package dev.sluice.demos.typewriter;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// Limits the size of a model's response, so that an endless line cannot exhaust the memory. The stream ends
/// at the limit.
final class BoundedInputStream extends FilterInputStream {
    /// The envelope of each token has some hundred bytes, so this allows a text of several thousand words.
    private static final int BYTES_MAX = 8 << 20;

    private int left = BYTES_MAX;

    BoundedInputStream(InputStream in) {
        super(in);
    }

    @Override
    public int read() throws IOException {
        int next = left == 0 ? -1 : super.read();
        if (next >= 0) left--;
        return next;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        if (left == 0) return -1;
        int count = super.read(bytes, from, Math.min(length, left));
        if (count > 0) left -= count;
        return count;
    }
}
