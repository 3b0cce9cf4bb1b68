package dev.sluice.server.http.head;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Percent-encoding of UTF-8 text in URLs (RFC 3986 §2.1).
final class Percent {
    private Percent() {}

    /// Decodes once. Unencoded bytes beyond ASCII, such as those typed in a UTF-8 terminal, are taken as they are.
    ///
    /// @param encoded     each character one byte from the request line
    /// @param plusIsSpace as in the query of a form (WHATWG URL §5.1)
    /// @return null if the encoding is invalid
    static @Nullable String decode(String encoded, boolean plusIsSpace) {
        if (isPlain(encoded, plusIsSpace)) return encoded;
        byte[] bytes = new byte[encoded.length()];
        int length = 0;
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c == '%') {
                if (i + 2 >= encoded.length()) return null;
                int high = Character.digit(encoded.charAt(i + 1), 16);
                int low = Character.digit(encoded.charAt(i + 2), 16);
                if (high < 0 || low < 0 || encoded.charAt(i + 1) > 'f' || encoded.charAt(i + 2) > 'f') return null;
                bytes[length++] = (byte) (high << 4 | low);
                i += 2;
            } else if (c > 0xFF) {
                return null;
            } else {
                bytes[length++] = (byte) (c == '+' && plusIsSpace ? ' ' : c);
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            return null;
        }
    }

    private static boolean isPlain(String encoded, boolean plusIsSpace) {
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c == '%' || c >= 0x80 || (c == '+' && plusIsSpace)) return false;
        }
        return true;
    }
}
