package dev.sluice.lab.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// Counts decrypted bytes.
final class CountedInput extends FilterInputStream {
    private final LaneMetrics metrics;

    CountedInput(InputStream in, LaneMetrics metrics) {
        super(in);
        this.metrics = metrics;
    }

    @Override
    public int read() throws IOException {
        int read = super.read();
        if (read >= 0) metrics.plainDown(1);
        return read;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        int read = super.read(bytes, from, length);
        if (read > 0) metrics.plainDown(read);
        return read;
    }
}
