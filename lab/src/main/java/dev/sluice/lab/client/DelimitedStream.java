package dev.sluice.lab.client;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// Reads a stream to its end and cuts it at a delimiter.
final class DelimitedStream {
    private static final int BYTES = 16 << 10;
    private static final int BYTES_MAX = 1 << 20;

    private DelimitedStream() {}

    /// Blocks until the stream ends.
    static void read(InputStream in, StreamFormat format, ReaderState reader) throws IOException {
        byte delimiter = format.delimiter();
        var parser = format.parser(reader);
        var buffer = new byte[BYTES];
        int end = 0;
        while (true) {
            int read = in.read(buffer, end, buffer.length - end);
            if (read < 0) return;
            long nowNs = reader.nowNs();
            int from = 0;
            for (int i = end; i < end + read; i++) {
                if (buffer[i] != delimiter) continue;
                parser.part(buffer, from, i + 1, nowNs);
                from = i + 1;
            }
            end += read;
            System.arraycopy(buffer, from, buffer, 0, end - from);
            end -= from;
            if (end < buffer.length) continue;
            if (end == BYTES_MAX) throw new IOException("an event is longer than 1 MiB");
            buffer = Arrays.copyOf(buffer, end * 2);
        }
    }
}
