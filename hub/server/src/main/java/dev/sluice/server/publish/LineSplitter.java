package dev.sluice.server.publish;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.BooleanSupplier;

/// Splits bytes into lines, independently of the parts in which they arrive. A line ends with LF or CRLF; empty
/// lines are counted but not delivered.
final class LineSplitter {
    /// Receives the lines.
    interface Lines {
        /// @param number from 1
        /// @param bytes  an array with the line; the same one, unchanged, for all lines of one call
        /// @param from   the index of the line's first byte
        /// @param to     the index after its last byte, without its line end; never equal to `from`
        void line(long number, byte[] bytes, int from, int to);
    }

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final byte[] NOTHING = new byte[0];

    private final int bytesMax;

    /// Begins with the incomplete line, or with the lines that are not delivered yet.
    private byte[] buffer = NOTHING;

    private int size;
    private long number = 1;
    private boolean isStopped; // The buffer may contain complete lines.

    /// @param bytesMax the maximum length of a line
    LineSplitter(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    /// The size of the incomplete line, and of the complete ones before it that are not delivered yet.
    int bufferedBytes() {
        return size;
    }

    /// Drops the incomplete line.
    void drop() {
        buffer = NOTHING;
        size = 0;
        isStopped = false;
    }

    /// Returns true if lines may be left that are not delivered yet.
    boolean isStopped() {
        return isStopped;
    }

    /// The number of the incomplete or next line.
    long number() {
        return number;
    }

    /// Delivers lines until the receiver is full, at least one. The next call delivers the others first; its
    /// part may be empty.
    ///
    /// @param part   read to its end; its array, if it has one, must not change during the call
    /// @param isFull asked after each line
    /// @throws dev.sluice.server.http.head.ProblemException `413` if a line is too long
    void feed(ByteBuffer part, Lines lines, BooleanSupplier isFull) {
        int length = part.remaining();
        if (size == 0 && part.hasArray()) {
            int from = part.arrayOffset() + part.position();
            part.position(part.limit());
            keep(part.array(), split(part.array(), from, from, from + length, lines, isFull), from + length);
            return;
        }
        int at = isStopped ? 0 : size;
        if (size + length > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(size + length, 2 * size)); // Lines may arrive byte by byte.
        }
        part.get(buffer, size, length);
        size += length;
        int rest = split(buffer, 0, at, size, lines, isFull);
        if (rest > 0) keep(buffer, rest, size);
    }

    /// Delivers the lines of an array.
    ///
    /// @param at an index up to which the first line has no end
    /// @return the index of the line that is incomplete or not delivered yet, or `to`
    private int split(byte[] bytes, int from, int at, int to, Lines lines, BooleanSupplier isFull) {
        int begin = from;
        isStopped = false;
        for (int end = lineEnd(bytes, at, to); end < to; end = lineEnd(bytes, begin, to)) {
            deliver(bytes, begin, end, lines);
            begin = end + 1;
            if (begin < to && isFull.getAsBoolean()) {
                isStopped = true;
                return begin;
            }
        }
        if (to - begin > bytesMax + 1) throw tooLong(); // One extra byte for the CR of a CRLF.
        return begin;
    }

    /// Keeps the incomplete line alone, and no memory without one.
    private void keep(byte[] bytes, int from, int to) {
        size = to - from;
        buffer = size == 0 ? NOTHING : Arrays.copyOfRange(bytes, from, to);
    }

    /// The index of the next LF, or `to`; compares eight bytes at a time (Hacker's Delight §6-1).
    private static int lineEnd(byte[] bytes, int from, int to) {
        int at = from;
        for (; at + Long.BYTES <= to; at += Long.BYTES) {
            long zeroAtLf = (long) LONG.get(bytes, at) ^ 0x0A0A0A0A0A0A0A0AL;
            if (((zeroAtLf - 0x0101010101010101L) & ~zeroAtLf & 0x8080808080808080L) != 0) break;
        }
        while (at < to && bytes[at] != '\n') at++;
        return at;
    }

    /// Delivers the last line, whose line end is optional.
    void end(Lines lines) {
        if (size > 0) deliver(buffer, 0, size, lines);
        drop();
    }

    private void deliver(byte[] bytes, int from, int end, Lines lines) {
        int to = end > from && bytes[end - 1] == '\r' ? end - 1 : end;
        if (to - from > bytesMax) throw tooLong();
        if (to > from) lines.line(number, bytes, from, to);
        number++;
    }

    private RuntimeException tooLong() {
        return BodyCollector.tooLarge("Line " + number + " is too long", bytesMax);
    }
}
