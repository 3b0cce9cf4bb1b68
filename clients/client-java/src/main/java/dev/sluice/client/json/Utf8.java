package dev.sluice.client.json;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Strict UTF-8 (RFC 3629): invalid input is an error instead of being replaced. */
public final class Utf8 {
    private Utf8() {}

    /**
     * Encodes a text.
     *
     * @param description describes the text in the error message, for example "A key"
     * @throws IllegalArgumentException if the text contains an unpaired surrogate, which UTF-8 cannot encode
     */
    public static byte[] encode(String description, String text) {
        try {
            var bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            return Arrays.copyOfRange(bytes.array(), bytes.arrayOffset(), bytes.arrayOffset() + bytes.limit());
        } catch (CharacterCodingException reason) {
            throw new IllegalArgumentException(
                    description + " contains an unpaired surrogate, which is not a character", reason);
        }
    }

    /**
     * Decodes bytes.
     *
     * @throws CharacterCodingException if they are not valid UTF-8
     */
    public static String decode(byte[] bytes, int from, int to) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes, from, to - from))
                .toString();
    }

    /** Returns the number of bytes at the end, 0 to 3, that are the beginning of an incomplete character. */
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
        return first < 0xf8 ? 4 : 1; // f8 to ff are invalid.
    }
}
