package dev.sluice.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/// Reads the answers on a connection that publishes, one after the other (RFC 9112 §6).
final class Answers {
    private static final int BUFFER_BYTES = 32 << 10;
    private static final Pattern LENGTH = Pattern.compile("\r\ncontent-length: *([0-9]+)");
    private static final int UNTIL_LAST_CHUNK = -1;
    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HEAD_END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private int start;

    /// What is told of one answer.
    interface Taker {
        void take(int status, String head);
    }

    ByteBuffer buffer() {
        return buffer;
    }

    /// Takes all answers that are whole by now.
    void take(Taker taker) throws IOException {
        start = 0;
        while (takeOne(taker)) {}
        buffer.limit(buffer.position()).position(start);
        buffer.compact();
        if (!buffer.hasRemaining()) throw new IOException("an answer to a publish has more than 32 kB");
    }

    private boolean takeOne(Taker taker) throws IOException {
        int head = find(HEAD_END, start);
        if (head < 0) return false;
        var text = new String(buffer.array(), start, head - start, StandardCharsets.ISO_8859_1);
        if (!text.startsWith("HTTP/1.1 ")) throw new IOException("this is no answer over HTTP/1.1: " + text);
        int status = Integer.parseInt(text.substring(9, 12));
        int length = length(text);
        int body = head + HEAD_END.length;
        int end = length == UNTIL_LAST_CHUNK ? find(LAST_CHUNK, body) + LAST_CHUNK.length : body + length;
        if (end > buffer.position() || end < body) return false;
        start = end;
        if (status >= 200 || status == 101) taker.take(status, text);
        return true;
    }

    private static int length(String head) {
        var lower = head.toLowerCase(Locale.ROOT);
        if (lower.contains("\r\ntransfer-encoding: chunked")) return UNTIL_LAST_CHUNK;
        var length = LENGTH.matcher(lower);
        return length.find() ? Integer.parseInt(length.group(1)) : 0;
    }

    private int find(byte[] bytes, int from) {
        var array = buffer.array();
        for (int at = from; at <= buffer.position() - bytes.length; at++) {
            int same = 0;
            while (same < bytes.length && array[at + same] == bytes[same]) same++;
            if (same == bytes.length) return at;
        }
        return -1;
    }
}
