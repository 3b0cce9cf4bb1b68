package dev.sluice.server.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// The validation of UTF-8, wherever in the bytes something else than ASCII is.
final class Utf8Test {
    private static final int LENGTH_MAX = 40;

    private static byte[] ascii(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 'x');
        return bytes;
    }

    @Test
    void findsTheFirstBrokenByteWhereverItIs() {
        for (int length = 0; length <= LENGTH_MAX; length++) {
            assertThat(Utf8.brokenAt(ascii(length))).isEqualTo(-1);
            for (int at = 0; at < length; at++) {
                byte[] bytes = ascii(length);
                bytes[at] = (byte) 0xFF;
                assertThat(Utf8.brokenAt(bytes)).as("byte %d of %d", at, length).isEqualTo(at);
            }
        }
    }

    @Test
    void acceptsACharacterOfTwoBytesAnywhere() {
        for (int length = 2; length <= LENGTH_MAX; length++) {
            for (int at = 0; at < length - 1; at++) {
                byte[] bytes = ascii(length);
                bytes[at] = (byte) 0xC3;
                bytes[at + 1] = (byte) 0xA9;
                assertThat(Utf8.brokenAt(bytes)).as("byte %d of %d", at, length).isEqualTo(-1);
            }
        }
    }
}
