package dev.sluice.server.publish;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/// Cuts bytes into lines, wherever the parts in which they come begin and end. A line ends with LF or CRLF; empty ones
/// count, but are not handed on.
final class LineSplitter {
    /// Takes a line.
    interface Lines {
        /// @param number from 1
        /// @param bytes  without what ends it; never empty
        void line(long number, byte[] bytes);
    }

    /// An upload that once had a long line must not hold on to as much.
    private static final int KEPT_BYTES = 4 << 10;

    private static final byte[] NOTHING = new byte[0];

    private final int bytesMax;
    private byte[] begun = NOTHING;
    private int size;
    private long number = 1;

    /// @param bytesMax of a line
    LineSplitter(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    /// The bytes of a line that has not ended yet.
    int begunBytes() {
        return size;
    }

    /// Forgets that line.
    void drop() {
        begun = NOTHING;
        size = 0;
    }

    /// The number of the line that comes next, or has begun.
    long number() {
        return number;
    }

    /// @throws dev.sluice.server.http.Refused `413` if a line is too long
    void feed(ByteBuf part, Lines lines) {
        while (part.isReadable()) {
            int length = part.bytesBefore((byte) '\n');
            take(part, length < 0 ? part.readableBytes() : length);
            if (length < 0) return;
            part.skipBytes(1);
            finish(lines);
        }
    }

    /// The last line need not have an end.
    void end(Lines lines) {
        if (size > 0) finish(lines);
    }

    private void take(ByteBuf part, int length) {
        // One more for a CR that may turn out to be none of the line's.
        if (length > bytesMax + 1 - size) throw tooLong();
        if (size + length > begun.length) begun = Arrays.copyOf(begun, Math.max(size + length, 2 * size));
        part.readBytes(begun, size, length);
        size += length;
    }

    private void finish(Lines lines) {
        int length = size > 0 && begun[size - 1] == '\r' ? size - 1 : size;
        if (length > bytesMax) throw tooLong();
        byte[] line = Arrays.copyOf(begun, length);
        if (begun.length > KEPT_BYTES) begun = NOTHING;
        size = 0;
        if (length > 0) lines.line(number, line);
        number++;
    }

    private RuntimeException tooLong() {
        return Body.tooLarge("Line " + number + " is too long", bytesMax);
    }
}
