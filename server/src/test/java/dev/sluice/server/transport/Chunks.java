package dev.sluice.server.transport;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Reads a chunked body (RFC 9112 §7.1), strictly: no extensions, no trailers, no leading zeros.
public final class Chunks {
    /// The decoded body.
    ///
    /// @param isWhole whether the last chunk was read, with nothing after it
    /// @param count   the number of chunks, without the last one
    public record Body(
            @SuppressWarnings("ArrayRecordComponent") byte[] bytes, boolean isWhole, int count) {
        public String text() {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private Chunks() {}

    /// @throws AssertionError if this is not a chunked body; a body that ends early is only not whole
    public static Body read(byte[] body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int at = 0;
        int count = 0;
        while (at < body.length) {
            int line = at;
            while (line < body.length && body[line] != '\r') line++;
            if (line + 1 >= body.length) return new Body(bytes.toByteArray(), false, count);
            String head = new String(body, at, line - at, StandardCharsets.US_ASCII);
            if (body[line + 1] != '\n' || !head.matches("0|[1-9a-f][0-9a-f]{0,7}")) {
                throw new AssertionError("not a chunk's head: '" + head + "'");
            }
            int length = Integer.parseInt(head, 16);
            at = line + 2;
            if (length == 0) {
                String end = new String(body, at, body.length - at, StandardCharsets.US_ASCII);
                if (!end.equals("\r\n")) throw new AssertionError("after the last chunk: '" + end + "'");
                return new Body(bytes.toByteArray(), true, count);
            }
            int available = Math.min(length, body.length - at);
            bytes.write(body, at, available);
            at += available;
            if (at + 2 > body.length) return new Body(bytes.toByteArray(), false, count);
            if (body[at] != '\r' || body[at + 1] != '\n') throw new AssertionError("a chunk without an end");
            at += 2;
            count++;
        }
        return new Body(bytes.toByteArray(), false, count);
    }
}
