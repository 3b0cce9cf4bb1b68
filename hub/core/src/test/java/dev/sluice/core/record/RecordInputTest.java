package dev.sluice.core.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.record.RecordInput.BrokenRecordException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordInputTest {
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 127, 128, 300, 1L << 40, Long.MAX_VALUE})
    void readsNumbersAsTheyWereWritten(long number) {
        var in =
                new RecordInput(new RecordOutput(1).number(number).fixed(number).bytes());

        assertThat(in.number()).isEqualTo(number);
        assertThat(in.fixed()).isEqualTo(number);
        assertThat(in.hasMore()).isFalse();
    }

    @Test
    void readsTheRestAfterWhatWasRead() {
        var in = new RecordInput(
                new RecordOutput(1).fixed(7).fixed(-8).octet(255).bytes());

        assertThat(in.fixed()).isEqualTo(7);
        assertThat(in.fixed()).isEqualTo(-8);
        assertThat(in.hasMore()).isTrue();
        assertThat(in.rest()).containsExactly(255);
        assertThat(in.octet()).isEqualTo(255);
        assertThat(in.hasMore()).isFalse();
    }

    @Test
    void refusesAFixedNumberThatIsCutOff() {
        var in = new RecordInput(new byte[7]);

        assertThatThrownBy(in::fixed).isInstanceOf(BrokenRecordException.class);
    }

    @Test
    void refusesANumberWithoutEnd() {
        byte[] endless = new byte[11];
        Arrays.fill(endless, (byte) 0x80);

        assertThatThrownBy(() -> new RecordInput(endless).number()).isInstanceOf(BrokenRecordException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 1L << 31, (1L << 32) + 3, Long.MAX_VALUE})
    void refusesALengthBeyondTheRecord(long length) {
        byte[] record = new RecordOutput(1)
                .number(length)
                .rest("abc".getBytes(StandardCharsets.US_ASCII))
                .bytes();

        assertThatThrownBy(() -> new RecordInput(record).bytes()).isInstanceOf(BrokenRecordException.class);
    }
}
