package dev.sluice.load;

import dev.sluice.wire.HttpHead;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Reads the pipelined HTTP responses on a publishing connection (RFC 9112 §6).
final class ResponseReader {
    private static final int BUFFER_BYTES = 32 << 10;
    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HEAD_END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private int start;

    /// Receives each response.
    interface Receiver {
        /// @throws IOException if the connection cannot be used any more
        void receive(int status, String head) throws IOException;
    }

    ByteBuffer buffer() {
        return buffer;
    }

    /// Reads all responses that are complete by now.
    void read(Receiver receiver) throws IOException {
        start = 0;
        while (readOne(receiver)) {}
        buffer.limit(buffer.position()).position(start);
        buffer.compact();
        if (!buffer.hasRemaining()) throw new IOException("the response to a publish is larger than 32 KiB");
    }

    private boolean readOne(Receiver receiver) throws IOException {
        int head = find(HEAD_END, start);
        if (head < 0) return false;
        var response = new HttpHead(new String(buffer.array(), start, head - start, StandardCharsets.ISO_8859_1));
        int status = response.status();
        if (status < 0) throw new IOException("a response of " + (head - start) + " bytes does not begin with HTTP/1");
        int body = head + HEAD_END.length;
        int end = response.isChunked()
                ? find(LAST_CHUNK, body) + LAST_CHUNK.length
                : body + (int) Math.max(0, response.contentLength());
        if (end > buffer.position() || end < body) return false;
        start = end;
        if (status >= 200 || status == 101) receiver.receive(status, response.text());
        return true;
    }

    private int find(byte[] bytes, int from) {
        var array = buffer.array();
        for (int position = from; position <= buffer.position() - bytes.length; position++) {
            int same = 0;
            while (same < bytes.length && array[position + same] == bytes[same]) same++;
            if (same == bytes.length) return position;
        }
        return -1;
    }
}
