package dev.sluice.storage;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes records: numbers as LEB128, 7 bits a byte with the lowest first, texts and bytes behind their length.
final class Out {
    private byte[] bytes;
    private int length;

    Out(int capacity) {
        bytes = new byte[capacity];
    }

    Out octet(int value) {
        reserve(1);
        bytes[length++] = (byte) value;
        return this;
    }

    /// 0 or more.
    Out number(long value) {
        reserve(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
        return this;
    }

    /// Eight bytes, the highest first, so that keys sort as their numbers.
    Out fixed(long value) {
        reserve(8);
        Layout.fixed(bytes, length, value);
        length += 8;
        return this;
    }

    Out text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return number(utf8.length).rest(utf8);
    }

    /// Without a length: the last thing in a record.
    Out rest(byte[] data) {
        reserve(data.length);
        System.arraycopy(data, 0, bytes, length, data.length);
        length += data.length;
        return this;
    }

    byte[] bytes() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    private void reserve(int more) {
        if (bytes.length - length < more) bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
}
