package dev.sluice.server.transport;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Reads a chunked body (RFC 9112 §7.1), strictly: no extensions, no trailers, no leading zeros.
public final class Chunks {
    /// What was in it.
    ///
    /// @param isWhole whether the last chunk has come, and nothing behind it
    /// @param count   chunks, the last one not counted
    public record Body(
            @SuppressWarnings("ArrayRecordComponent") byte[] bytes, boolean isWhole, int count) {
        public String text() {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private Chunks() {}

    /// @throws AssertionError for what is no chunked body; one that ends early is none that is whole
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
                throw new AssertionError("no head of a chunk: '" + head + "'");
            }
            int length = Integer.parseInt(head, 16);
            at = line + 2;
            if (length == 0) {
                String end = new String(body, at, body.length - at, StandardCharsets.US_ASCII);
                if (!end.equals("\r\n")) throw new AssertionError("behind the last chunk: '" + end + "'");
                return new Body(bytes.toByteArray(), true, count);
            }
            int taken = Math.min(length, body.length - at);
            bytes.write(body, at, taken);
            at += taken;
            if (at + 2 > body.length) return new Body(bytes.toByteArray(), false, count);
            if (body[at] != '\r' || body[at + 1] != '\n') throw new AssertionError("a chunk that does not end");
            at += 2;
            count++;
        }
        return new Body(bytes.toByteArray(), false, count);
    }
}
