package dev.sluice.lab.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// Counts decrypted bytes.
final class CountedInput extends FilterInputStream {
    private final Tally tally;

    CountedInput(InputStream in, Tally tally) {
        super(in);
        this.tally = tally;
    }

    @Override
    public int read() throws IOException {
        int read = super.read();
        if (read >= 0) tally.plainDown(1);
        return read;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        int read = super.read(bytes, from, length);
        if (read > 0) tally.plainDown(read);
        return read;
    }
}
