package dev.sluice.server.publish;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// Splits bytes into lines, independently of the parts in which they arrive. A line ends with LF or CRLF; empty
/// lines are counted but not delivered.
final class LineSplitter {
    /// Receives the lines.
    interface Lines {
        /// @param number from 1
        /// @param bytes  an array that begins with the line, without its line end; may change after the call
        /// @param length the length of the line; never 0
        void line(long number, byte[] bytes, int length);
    }

    /// The maximum size of a buffer that is kept after a line, so that an upload does not keep the memory of one
    /// long line.
    private static final int KEPT_BYTES_MAX = 4 << 10;

    private static final byte[] NOTHING = new byte[0];

    private final int bytesMax;
    private byte[] buffer = NOTHING;
    private int size;
    private long number = 1;

    /// @param bytesMax the maximum length of a line
    LineSplitter(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    /// The size of the incomplete line.
    int bufferedBytes() {
        return size;
    }

    /// Drops the incomplete line.
    void drop() {
        buffer = NOTHING;
        size = 0;
    }

    /// The number of the incomplete or next line.
    long number() {
        return number;
    }

    /// @throws dev.sluice.server.http.head.ProblemException `413` if a line is too long
    void feed(ByteBuffer part, Lines lines) {
        while (part.hasRemaining()) {
            int end = lineEnd(part);
            take(part, end - part.position());
            if (!part.hasRemaining()) return;
            part.get(); // The LF.
            finish(lines);
        }
        if (size == 0) buffer = NOTHING; // An upload that waits for its next line holds no memory.
    }

    /// The position of the next LF, or the limit; compares eight bytes at a time (Hacker's Delight §6-1).
    private static int lineEnd(ByteBuffer part) {
        int at = part.position();
        for (; at + Long.BYTES <= part.limit(); at += Long.BYTES) {
            long zeroAtLf = part.getLong(at) ^ 0x0A0A0A0A0A0A0A0AL;
            if (((zeroAtLf - 0x0101010101010101L) & ~zeroAtLf & 0x8080808080808080L) != 0) break;
        }
        while (at < part.limit() && part.get(at) != '\n') at++;
        return at;
    }

    /// Delivers the last line, whose line end is optional.
    void end(Lines lines) {
        if (size > 0) finish(lines);
    }

    private void take(ByteBuffer part, int length) {
        // One extra byte for the CR of a CRLF.
        if (length > bytesMax + 1 - size) throw tooLong();
        if (size + length > buffer.length) buffer = Arrays.copyOf(buffer, Math.max(size + length, 2 * buffer.length));
        part.get(buffer, size, length);
        size += length;
    }

    private void finish(Lines lines) {
        int length = size > 0 && buffer[size - 1] == '\r' ? size - 1 : size;
        if (length > bytesMax) throw tooLong();
        byte[] line = buffer;
        if (buffer.length > KEPT_BYTES_MAX) buffer = NOTHING;
        size = 0;
        if (length > 0) lines.line(number, line, length);
        number++;
    }

    private RuntimeException tooLong() {
        return BodyCollector.tooLarge("Line " + number + " is too long", bytesMax);
    }
}
