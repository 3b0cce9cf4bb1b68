package dev.sluice.demos.stage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/// A chunk of an answer (RFC 9112 §7.1): its size as a hexadecimal number, CRLF, the data, CRLF. The last one has no
/// data.
///
/// @param size the line with its size, without its end
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record HttpChunk(String size, byte[] data) {
    private static final int DATA_MAX = 1 << 24;
    private static final int SIZE_CHARS_MAX = 32;

    /// Reads a chunk, and blocks until it is complete.
    static HttpChunk read(InputStream in) throws IOException {
        String size = line(in);
        int length;
        try {
            length = Integer.parseInt(size.split(";", 2)[0].strip(), 16);
        } catch (NumberFormatException wrong) {
            throw new IOException("a chunk begins with '" + size + "'", wrong);
        }
        if (length < 0 || length > DATA_MAX) throw new IOException("a chunk has " + length + " bytes");
        byte[] data = in.readNBytes(length);
        if (data.length < length) throw new IOException("the connection ended within a chunk");
        line(in);
        return new HttpChunk(size, data);
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0 || line.length() == SIZE_CHARS_MAX) throw new IOException("the connection ended in a chunk");
            if (next != '\r') line.append((char) next);
        }
        return line.toString();
    }

    boolean isLast() {
        return data.length == 0;
    }

    /// The number of its bytes on the wire.
    int bytes() {
        return size.length() + data.length + 4;
    }

    String text() {
        return new String(data, StandardCharsets.UTF_8);
    }
}
