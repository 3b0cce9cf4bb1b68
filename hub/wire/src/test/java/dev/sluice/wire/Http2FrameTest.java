package dev.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// RFC 9113 §4.1 and RFC 7541.
final class Http2FrameTest {
    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static Http2Frame read(byte[] bytes) throws IOException {
        return Http2Frame.read(new ByteArrayInputStream(bytes));
    }

    @Test
    void writesFramesAsSpecified() {
        assertThat(hex(Http2Frame.settings(Http2Frame.INITIAL_WINDOW_SIZE, 1 << 20)
                        .bytes()))
                .isEqualTo("000006" + "04" + "00" + "00000000" + "0004" + "00100000");
        assertThat(hex(Http2Frame.settingsAck().bytes())).isEqualTo("000000" + "04" + "01" + "00000000");
        assertThat(hex(Http2Frame.windowUpdate(3, 5).bytes()))
                .isEqualTo("000004" + "08" + "00" + "00000003" + "00000005");
        assertThat(hex(Http2Frame.reset(1, Http2Frame.CANCEL).bytes()))
                .isEqualTo("000004" + "03" + "00" + "00000001" + "00000008");
        assertThat(hex(Http2Frame.pingAck(new byte[8]).bytes())).isEqualTo("000008" + "06" + "01" + "0".repeat(24));
    }

    @Test
    void readsWhatItWritesAndReportsATruncation() throws IOException {
        var data = new Http2Frame(Http2Frame.DATA, Http2Frame.END_STREAM, 7, new byte[70_000]);
        byte[] bytes = data.bytes();
        Http2Frame read = read(bytes);
        assertThat(read.stream()).isEqualTo(7);
        assertThat(read.isLast()).isTrue();
        assertThat(read.isAck()).isFalse();
        assertThat(read.payload()).isEqualTo(data.payload());
        for (int cut : new int[] {0, 1, 8, 9, 70_008}) {
            assertThatThrownBy(() -> read(Arrays.copyOf(bytes, cut)))
                    .as("" + cut)
                    .isInstanceOf(EOFException.class);
        }
        assertThat(read(HexFormat.of().parseHex("000008" + "07" + "00" + "80000000" + "00000001" + "0000000b"))
                        .error())
                .isEqualTo(11);
    }

    @Test
    void refersToFieldsThatWereSentBefore() {
        var encoder = new HpackEncoder();
        byte[] first = encoder.get("a", "/", Map.of("X", "y"));
        assertThat(hex(first))
                .isEqualTo("8287" + "40" + "0a" + hex(":authority".getBytes(StandardCharsets.US_ASCII)) + "0161" + "40"
                        + "05" + "3a70617468" + "012f" + "40" + "0178" + "0179");
        assertThat(hex(encoder.post("a", "/", Map.of("X", "y")))).isEqualTo("8387" + "c0" + "bf" + "be");
    }

    @Test
    void encodesLongTextsWithSeveralBytesOfLength() {
        byte[] field = HpackEncoder.literals("a", "b".repeat(1337));
        assertThat(hex(field)).startsWith("00" + "0161" + "7fba09" + "6262");
        assertThat(hex(HpackEncoder.literals("a", "b".repeat(127)))).startsWith("00" + "0161" + "7f00" + "62");
        assertThat(hex(HpackEncoder.literals("a", "b".repeat(126)))).startsWith("00" + "0161" + "7e" + "62");
    }

    @Test
    void findsTheStatusBehindAnUpdateOfTheTable() {
        for (String each : List.of("88", "2088", "208861")) {
            assertThat(HpackEncoder.isStatus200(ByteBuffer.wrap(HexFormat.of().parseHex(each))))
                    .as(each)
                    .isTrue();
        }
        for (String each : List.of("", "20", "8d", "208d88")) {
            assertThat(HpackEncoder.isStatus200(ByteBuffer.wrap(HexFormat.of().parseHex(each))))
                    .as(each)
                    .isFalse();
        }
    }
}
