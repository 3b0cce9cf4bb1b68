package dev.sluice.core.record;

import dev.sluice.core.encoding.ByteBuilder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes records: numbers as LEB128 (7 bits per byte, lowest first), texts and bytes after their length. May be
/// reused for the next record.
public final class RecordOutput {
    private byte[] bytes;
    private int length;

    public RecordOutput(int capacity) {
        bytes = new byte[capacity];
    }

    public RecordOutput octet(int value) {
        reserve(1);
        bytes[length++] = (byte) value;
        return this;
    }

    /// @param value 0 or more
    public RecordOutput number(long value) {
        reserve(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
        return this;
    }

    /// Writes eight bytes, highest first, so that keys sort like their numbers.
    public RecordOutput fixed(long value) {
        reserve(8);
        RecordInput.LONG.set(bytes, length, value);
        length += Long.BYTES;
        return this;
    }

    public RecordOutput text(String text) {
        if (ByteBuilder.isAscii(text)) return ascii(text); // The common case for names and types.
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return number(utf8.length).rest(utf8);
    }

    private RecordOutput ascii(String text) {
        number(text.length());
        reserve(text.length());
        for (int i = 0; i < text.length(); i++) bytes[length++] = (byte) text.charAt(i);
        return this;
    }

    /// Writes bytes without a length: the last field of a record.
    public RecordOutput rest(byte[] data) {
        reserve(data.length);
        System.arraycopy(data, 0, bytes, length, data.length);
        length += data.length;
        return this;
    }

    public byte[] bytes() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    /// The number of bytes written so far.
    public int length() {
        return length;
    }

    /// Discards what was written, and keeps the memory for the next record.
    public RecordOutput clear() {
        length = 0;
        return this;
    }

    /// Appends what was written to a buffer that has room for it.
    public void copyTo(ByteBuffer buffer) {
        buffer.put(bytes, 0, length);
    }

    private void reserve(int more) {
        if (bytes.length - length < more) bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
}
