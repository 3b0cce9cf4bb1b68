package dev.sluice.client.json;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** UTF-8 without silent replacement characters (RFC 3629): what can't be written or read exactly is an error. */
public final class Utf8 {
    private Utf8() {}

    /**
     * The bytes of a text.
     *
     * @param what names the text in the message, as "a key"
     * @throws IllegalArgumentException if half of a surrogate pair stands alone: no bytes can carry that
     */
    public static byte[] encode(String what, String text) {
        try {
            var bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            return Arrays.copyOfRange(bytes.array(), bytes.arrayOffset(), bytes.arrayOffset() + bytes.limit());
        } catch (CharacterCodingException reason) {
            throw new IllegalArgumentException(what + " holds half of a surrogate pair, which is no character", reason);
        }
    }

    /** The text of bytes. @throws CharacterCodingException if they are not UTF-8 */
    public static String decode(byte[] bytes, int from, int to) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes, from, to - from))
                .toString();
    }

    /** How many bytes at the end, 0 to 3, begin a character whose other bytes have yet to come. */
    public static int incompleteTail(byte[] bytes) {
        for (int back = 1; back <= Math.min(3, bytes.length); back++) {
            int b = bytes[bytes.length - back] & 0xff;
            if (b < 0x80) return 0;
            if (b >= 0xc0) return back < length(b) ? back : 0;
        }
        return 0;
    }

    private static int length(int first) {
        if (first < 0xe0) return 2;
        if (first < 0xf0) return 3;
        return first < 0xf8 ? 4 : 1; // f8 to ff begin nothing.
    }
}
