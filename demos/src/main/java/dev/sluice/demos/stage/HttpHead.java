package dev.sluice.demos.stage;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/// The status line and the headers of an answer, with the blank line at their end.
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record HttpHead(byte[] bytes) {
    private static final int BYTES_MAX = 16 * 1024;

    /// Reads a head, and blocks until it is complete.
    static HttpHead read(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        for (int ends = 0; ends < 2; ) {
            int next = in.read();
            if (next < 0 || head.size() == BYTES_MAX) throw new IOException("the hub sent no complete head");
            head.write(next);
            if (next == '\n') ends++;
            else if (next != '\r') ends = 0;
        }
        return new HttpHead(head.toByteArray());
    }

    boolean hasStatus(int status) {
        return new String(bytes, StandardCharsets.ISO_8859_1).startsWith("HTTP/1.1 " + status + ' ');
    }
}
