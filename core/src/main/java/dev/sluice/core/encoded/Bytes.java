package dev.sluice.core.encoded;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A growing array of bytes that an encoder writes into; used again and again by one event loop. Not for several
/// threads.
public final class Bytes extends OutputStream {
    /// What is kept between uses: one huge event must not hold its memory for ever.
    private static final int KEPT_MAX = 256 * 1024;

    private byte[] array = new byte[1024];
    private int size;

    /// Empty.
    public Bytes() {}

    /// Empty again.
    public Bytes clear() {
        size = 0;
        if (array.length > KEPT_MAX) array = new byte[1024];
        return this;
    }

    /// One behind the other.
    public static byte[] both(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    public int size() {
        return size;
    }

    /// The first [#size] bytes are the content; valid until the next write.
    public byte[] array() {
        return array;
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(array, size);
    }

    @Override
    public void write(int value) {
        room(1);
        array[size++] = (byte) value;
    }

    @Override
    public void write(byte[] bytes) {
        write(bytes, 0, bytes.length);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        room(length);
        System.arraycopy(bytes, offset, array, size, length);
        size += length;
    }

    /// Appends text as UTF-8.
    public Bytes text(String text) {
        write(text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /// Takes back everything from `at` on.
    public void truncate(int at) {
        size = Math.min(size, at);
    }

    /// Makes room for `length` bytes at `at` by moving what is behind: a length is known when what it counts is
    /// written.
    public void insert(int at, byte[] bytes, int length) {
        room(length);
        System.arraycopy(array, at, array, at + length, size - at);
        System.arraycopy(bytes, 0, array, at, length);
        size += length;
    }

    private void room(int more) {
        int needed = Math.addExact(size, more);
        if (needed > array.length) array = Arrays.copyOf(array, Math.max(needed, array.length * 2));
    }
}
