package dev.sluice.storage;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads what [RecordOutput] wrote.
final class RecordInput {
    private final byte[] bytes;
    private int at;

    RecordInput(byte[] bytes) {
        this.bytes = bytes;
    }

    /// Thrown for a corrupt record.
    static final class Broken extends RuntimeException {
        Broken() {
            super("a record is corrupt");
        }
    }

    int octet() {
        need(1);
        return bytes[at++] & 0xff;
    }

    long number() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int octet = octet();
            value |= (octet & 0x7fL) << shift;
            if (octet < 0x80) return value;
        }
        throw new Broken();
    }

    long fixed() {
        need(8);
        at += 8;
        return Layout.fixed(bytes, at - 8);
    }

    String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    /// Reads a length, then that many bytes.
    byte[] bytes() {
        int length = (int) number();
        need(length);
        at += length;
        return Arrays.copyOfRange(bytes, at - length, at);
    }

    boolean hasMore() {
        return at < bytes.length;
    }

    byte[] rest() {
        return Arrays.copyOfRange(bytes, at, bytes.length);
    }

    private void need(int count) {
        if (count < 0 || bytes.length - at < count) throw new Broken();
    }
}
