package dev.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// RFC 6455 §5.
final class WebSocketFrameTest {
    private static byte[] hex(String text) {
        return HexFormat.ofDelimiter(" ").parseHex(text);
    }

    private static WebSocketFrame read(byte[] bytes) throws IOException {
        return WebSocketFrame.read(new ByteArrayInputStream(bytes));
    }

    @Test
    void readsAndWritesTheExamplesOfTheStandard() throws IOException {
        for (String each : List.of(
                "81 05 48 65 6c 6c 6f",
                "81 85 37 fa 21 3d 7f 9f 4d 51 58",
                "01 03 48 65 6c",
                "8a 85 37 fa 21 3d 7f 9f 4d 51 58")) {
            assertThat(read(hex(each)).bytes()).as(each).isEqualTo(hex(each));
            assertIsWholeOnlyUncut(hex(each));
        }
        WebSocketFrame masked = read(hex("81 85 37 fa 21 3d 7f 9f 4d 51 58"));
        assertThat(masked.isFinal()).isTrue();
        assertThat(masked.name()).isEqualTo("text");
        assertThat(masked.payload()).asString(StandardCharsets.UTF_8).isEqualTo("Hello");
        assertThat(read(hex("01 03 48 65 6c")).isFinal()).isFalse();
    }

    private static void assertIsWholeOnlyUncut(byte[] frame) throws IOException {
        for (int bytes = 0; bytes <= frame.length; bytes++) {
            var cut = new ByteArrayInputStream(frame, 0, bytes);
            assertThat(WebSocketFrame.isWhole(cut)).isEqualTo(bytes == frame.length);
            assertThat(cut.available()).isEqualTo(bytes);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 125, 126, 0xFFFF, 0x1_0000})
    void writesEachLengthInTheFewestBytes(int length) throws IOException {
        byte[] payload = "a".repeat(length).getBytes(StandardCharsets.US_ASCII);
        byte[] bytes = WebSocketFrame.plain(WebSocketFrame.FIN | WebSocketFrame.BINARY, payload)
                .bytes();
        assertThat(bytes).hasSize(length + 6 + (length < 126 ? 0 : length < 0x1_0000 ? 2 : 8));
        assertThat(Arrays.copyOfRange(bytes, bytes.length - length, bytes.length))
                .isEqualTo(payload);
        assertThat(read(bytes).payload()).isEqualTo(payload);
        assertThat(read(WebSocketFrame.masked(0xC1, payload).bytes()).payload()).isEqualTo(payload);
    }

    @Test
    void refusesFramesThatAreCutOrTooLong() {
        for (String cut : List.of("", "81", "81 7e 00", "81 05 48", "81 85 37 fa")) {
            assertThatThrownBy(() -> read(cut.isEmpty() ? new byte[0] : hex(cut)))
                    .as(cut)
                    .isInstanceOf(EOFException.class);
        }
        for (String length : List.of("00 00 00 00 01 00 00 01", "ff ff ff ff ff ff ff ff")) {
            assertThatThrownBy(() -> read(hex("82 7f " + length)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("a frame has");
        }
    }
}
