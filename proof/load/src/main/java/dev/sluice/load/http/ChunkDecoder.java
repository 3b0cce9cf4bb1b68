package dev.sluice.load.http;

import java.net.ProtocolException;
import java.nio.ByteBuffer;

/// Removes the framing of a chunked body (RFC 9112 §7.1) as it arrives. Like [HttpChunk] it refuses extensions and
/// trailer fields.
final class ChunkDecoder {
    private static final int SIZE_CHARS_MAX = 8;
    private static final int RADIX = 16;

    /// What comes next, if no data does.
    private enum Part {
        SIZE,
        SIZE_LF,
        DATA_CR,
        DATA_LF,
        NOTHING
    }

    private Part next = Part.SIZE;
    private int sizeChars;
    private long size; // Of the current chunk; 0: it is the last one.
    private long left; // Of its data.

    /// Decodes the bytes from this index on in place, and moves the limit to the end of their data.
    ///
    /// @throws ProtocolException if they are no chunks, or follow the last one
    void decode(ByteBuffer buffer, int from) throws ProtocolException {
        int to = from;
        for (int at = from; at < buffer.limit(); ) {
            if (left == 0) {
                frame(buffer.get(at++));
                continue;
            }
            int length = (int) Math.min(left, buffer.limit() - at);
            buffer.put(to, buffer, at, length);
            to += length;
            at += length;
            left -= length;
        }
        buffer.limit(to);
    }

    private void frame(byte octet) throws ProtocolException {
        switch (next) {
            case SIZE -> size(octet);
            case SIZE_LF -> {
                expect('\n', octet);
                left = size;
                next = Part.DATA_CR;
            }
            case DATA_CR -> {
                expect('\r', octet);
                next = Part.DATA_LF;
            }
            case DATA_LF -> {
                expect('\n', octet);
                next = size == 0 ? Part.NOTHING : Part.SIZE;
                size = 0;
                sizeChars = 0;
            }
            case NOTHING -> throw new ProtocolException("a chunked body is followed by more bytes");
        }
    }

    private void size(byte octet) throws ProtocolException {
        if (octet == '\r' && sizeChars > 0) {
            next = Part.SIZE_LF;
            return;
        }
        int digit = Character.digit(octet, RADIX);
        if (digit < 0 || ++sizeChars > SIZE_CHARS_MAX) throw new ProtocolException("a chunk begins without a size");
        size = size * RADIX + digit;
    }

    private static void expect(char expected, byte octet) throws ProtocolException {
        if (octet != expected) throw new ProtocolException("a line of a chunked body does not end with CRLF");
    }

    /// Returns true after the last chunk.
    boolean isOver() {
        return next == Part.NOTHING;
    }
}
