package dev.sluice.server.publish;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/// Checks text without keeping it: publishers send UTF-8, and it is passed on as it came.
public final class Utf8 {
    private Utf8() {}

    /// Where the bytes cease to be UTF-8 (RFC 3629); -1 if they are to the end.
    public static int brokenAt(byte[] bytes) {
        int broken = scan(bytes);
        return broken == bytes.length ? -1 : broken;
    }

    /// How many bytes at the end are the beginning of a character whose rest may still come: 0 to 3.
    static int tail(byte[] bytes) {
        int good = scan(bytes);
        int rest = bytes.length - good;
        return rest > 3 || isBroken(bytes, good) ? 0 : rest;
    }

    /// The length of the longest part from the start that is whole characters.
    private static int scan(byte[] bytes) {
        int ascii = 0;
        while (ascii < bytes.length && bytes[ascii] >= 0) ascii++;
        if (ascii == bytes.length) return ascii;
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes, ascii, bytes.length - ascii);
        CharBuffer nowhere = CharBuffer.allocate(Math.min(bytes.length, 4096));
        CoderResult result;
        do {
            nowhere.clear();
            result = decoder.decode(in, nowhere, false);
        } while (result.isOverflow());
        return in.position();
    }

    private static boolean isBroken(byte[] bytes, int from) {
        ByteBuffer in = ByteBuffer.wrap(bytes, from, bytes.length - from);
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(in, CharBuffer.allocate(4), false)
                .isError();
    }
}
