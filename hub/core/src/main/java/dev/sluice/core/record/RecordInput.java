package dev.sluice.core.record;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads records that [RecordOutput] wrote.
public final class RecordInput {
    static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] bytes;
    private int at;

    public RecordInput(byte[] bytes) {
        this.bytes = bytes;
    }

    /// Thrown for a corrupt record.
    public static final class BrokenRecordException extends RuntimeException {
        public BrokenRecordException() {
            super("a record is corrupt");
        }
    }

    public int octet() {
        need(1);
        return bytes[at++] & 0xff;
    }

    public long number() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int octet = octet();
            value |= (octet & 0x7fL) << shift;
            if (octet < 0x80) return value;
        }
        throw new BrokenRecordException();
    }

    public long fixed() {
        need(8);
        at += Long.BYTES;
        return (long) LONG.get(bytes, at - Long.BYTES);
    }

    public String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    /// Reads a length, then that many bytes.
    public byte[] bytes() {
        long length = number();
        need(length);
        at += (int) length;
        return Arrays.copyOfRange(bytes, at - (int) length, at);
    }

    public boolean hasMore() {
        return at < bytes.length;
    }

    public byte[] rest() {
        return Arrays.copyOfRange(bytes, at, bytes.length);
    }

    private void need(long count) {
        if (count < 0 || bytes.length - at < count) throw new BrokenRecordException();
    }
}
