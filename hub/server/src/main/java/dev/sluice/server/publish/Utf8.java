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
        return brokenAt(bytes, bytes.length);
    }

    /// The same as [#brokenAt(byte[])], for the first `length` bytes.
    static int brokenAt(byte[] bytes, int length) {
        int broken = scan(bytes, length);
        return broken == length ? -1 : broken;
    }

    /// The number of bytes at the end that belong to an incomplete character: 0 to 3.
    static int tail(byte[] bytes) {
        int good = scan(bytes, bytes.length);
        int rest = bytes.length - good;
        return rest > 3 || isBroken(bytes, good) ? 0 : rest;
    }

    /// The length of the longest prefix of complete characters.
    private static int scan(byte[] bytes, int length) {
        int ascii = asciiLength(bytes, length);
        if (ascii == length) return ascii;
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes, ascii, length - ascii);
        CharBuffer nowhere = CharBuffer.allocate(Math.min(length, 4096));
        CoderResult result;
        do {
            nowhere.clear();
            result = decoder.decode(in, nowhere, false);
        } while (result.isOverflow());
        return in.position();
    }

    /// The number of ASCII characters at the beginning; usually all of them.
    private static int asciiLength(byte[] bytes, int length) {
        int ascii = 0;
        while (ascii <= length - Long.BYTES && ((long) LONG.get(bytes, ascii) & HIGH_BITS) == 0) {
            ascii += Long.BYTES;
        }
        while (ascii < length && bytes[ascii] >= 0) ascii++;
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
