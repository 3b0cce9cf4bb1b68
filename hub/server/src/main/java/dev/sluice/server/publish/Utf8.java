package dev.sluice.server.publish;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/// Validates UTF-8 without decoding it into memory: text is stored and delivered as the publisher's bytes.
public final class Utf8 {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long HIGH_BITS = 0x8080808080808080L;

    private Utf8() {}

    /// The index of the first byte that is not valid UTF-8 (RFC 3629); -1 if all are valid.
    public static int brokenAt(byte[] bytes) {
        int broken = scan(bytes, 0, bytes.length);
        return broken == bytes.length ? -1 : broken;
    }

    /// Whether the bytes from one index up to another are valid UTF-8.
    static boolean isValid(byte[] bytes, int from, int to) {
        return scan(bytes, from, to) == to;
    }

    /// The number of bytes at the end that belong to an incomplete character: 0 to 3.
    static int tail(byte[] bytes) {
        int good = scan(bytes, 0, bytes.length);
        int rest = bytes.length - good;
        return rest > 3 || isBroken(bytes, good) ? 0 : rest;
    }

    /// The index after the last complete character in front of the first byte that is invalid.
    private static int scan(byte[] bytes, int from, int to) {
        int ascii = asciiEnd(bytes, from, to);
        if (ascii == to) return ascii;
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes, ascii, to - ascii);
        CharBuffer nowhere = CharBuffer.allocate(Math.min(to - ascii, 4096));
        CoderResult result;
        do {
            nowhere.clear();
            result = decoder.decode(in, nowhere, false);
        } while (result.isOverflow());
        return in.position();
    }

    /// The index after the ASCII characters at the beginning; usually `to`.
    private static int asciiEnd(byte[] bytes, int from, int to) {
        int ascii = from;
        while (ascii <= to - Long.BYTES && ((long) LONG.get(bytes, ascii) & HIGH_BITS) == 0) {
            ascii += Long.BYTES;
        }
        while (ascii < to && bytes[ascii] >= 0) ascii++;
        return ascii;
    }

    private static boolean isBroken(byte[] bytes, int from) {
        ByteBuffer in = ByteBuffer.wrap(bytes, from, bytes.length - from);
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(in, CharBuffer.allocate(4), false)
                .isError();
    }
}
