package dev.sluice.core.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordOutputTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "a", "news/7", "\u007f", "\u0080", "ä", "日本", "a😀", "\u0000"})
    void readsTextsAsTheyWereWritten(String text) {
        byte[] record = new RecordOutput(1).text(text).octet(7).bytes();

        RecordInput in = new RecordInput(record);
        assertThat(in.text()).isEqualTo(text);
        assertThat(in.octet()).isEqualTo(7);
        assertThat(record).hasSize(text.getBytes(StandardCharsets.UTF_8).length + 2);
    }

    @Test
    void readsATextThatIsLongerThanTheMemoryAndItsLengthsFirstByte() {
        String text = "x".repeat(300);

        assertThat(new RecordInput(new RecordOutput(1).text(text).bytes()).text())
                .isEqualTo(text);
    }

    @Test
    void holdsNothingOfAnEarlierRecord() {
        RecordOutput out =
                new RecordOutput(1).text("the first, which is longer").clear();

        out.number(300);

        assertThat(out.length()).isEqualTo(2);
        assertThat(out.bytes()).containsExactly(0xac, 0x02);
    }

    @Test
    void appendsItsBytesToABuffer() {
        ByteBuffer buffer = ByteBuffer.allocate(8).put((byte) 9);

        new RecordOutput(64).octet(1).octet(2).copyTo(buffer);

        assertThat(buffer.position()).isEqualTo(3);
        assertThat(buffer.array()).startsWith(9, 1, 2);
    }
}
