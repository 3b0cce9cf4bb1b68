package dev.sluice.core.encoding;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/// A growing byte array for encoders. Each event loop reuses one; not safe for use by several threads.
public final class ByteBuilder extends OutputStream {
    /// The capacity kept between uses: one huge event must not hold its memory forever.
    private static final int CAPACITY_KEPT_MAX = 256 * 1024;

    private byte[] array;
    private int size;

    /// Creates an empty builder for repeated use.
    public ByteBuilder() {
        this(1024);
    }

    /// An empty array for one use.
    ///
    /// @param capacity the number of bytes that fit before it grows
    public ByteBuilder(int capacity) {
        array = new byte[capacity];
    }

    /// Removes the content.
    public ByteBuilder clear() {
        size = 0;
        if (array.length > CAPACITY_KEPT_MAX) array = new byte[1024];
        return this;
    }

    /// Both arrays, one after the other, as a new array.
    public static byte[] concat(byte[] first, byte[] second) {
        byte[] concatenated = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, concatenated, first.length, second.length);
        return concatenated;
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
        ensureCapacity(1);
        array[size++] = (byte) value;
    }

    @Override
    public void write(byte[] bytes) {
        write(bytes, 0, bytes.length);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        ensureCapacity(length);
        System.arraycopy(bytes, offset, array, size, length);
        size += length;
    }

    /// Appends text as UTF-8.
    public ByteBuilder text(String text) {
        if (isAscii(text)) return ascii(text);
        write(text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /// Whether each character of a text is one byte of UTF-8.
    public static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) if (text.charAt(i) >= 0x80) return false;
        return true;
    }

    /// Appends text that has only ASCII characters.
    @SuppressWarnings("deprecation") // It copies the lower byte of each character, which is all that ASCII has.
    public ByteBuilder ascii(String text) {
        ensureCapacity(text.length());
        text.getBytes(0, text.length(), array, size);
        size += text.length();
        return this;
    }

    /// Appends a cursor or an id as [its text][Cursor#text].
    public ByteBuilder cursor(Cursor cursor) {
        return cursor(cursor.epoch(), cursor.position());
    }

    /// Appends a cursor of these parts.
    public ByteBuilder cursor(Epoch epoch, long position) {
        ascii(epoch.value());
        write('-');
        return decimal(position);
    }

    /// Appends a number of 0 or more.
    public ByteBuilder decimal(long number) {
        int digits = 1;
        for (long rest = number / 10; rest > 0; rest /= 10) digits++;
        ensureCapacity(digits);
        size += digits;
        long rest = number;
        for (int at = size - 1; at >= size - digits; at--) {
            array[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return this;
    }

    /// Removes everything from index `at` on.
    public void truncate(int at) {
        size = Math.min(size, at);
    }

    /// Moves the bytes from index `at` on by `length` and leaves room there, which [#set] then fills. Encoders
    /// use it for a length prefix, which is known only when the content has been written.
    public void shift(int at, int length) {
        ensureCapacity(length);
        System.arraycopy(array, at, array, at + length, size - at);
        size += length;
    }

    /// Replaces the byte at index `at`.
    public void set(int at, int value) {
        array[Objects.checkIndex(at, size)] = (byte) value;
    }

    private void ensureCapacity(int more) {
        int needed = Math.addExact(size, more);
        if (needed > array.length) array = Arrays.copyOf(array, Math.max(needed, array.length * 2));
    }
}
