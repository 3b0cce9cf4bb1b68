package dev.sluice.sense.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SampleBufferTest {
    @Test
    void keepsTheNewestInTheirOrderAndCountsWhatItDrops() throws InterruptedException {
        var buffer = new SampleBuffer(10 * (64 + 2));
        IntStream.range(10, 25).forEach(i -> buffer.add(String.valueOf(i)));

        assertThat(buffer.size()).isEqualTo(10);
        assertThat(buffer.dropped()).isEqualTo(5);
        assertThat(buffer.take(3)).containsExactly("15", "16", "17");
        buffer.add("25");
        assertThat(buffer.take(100)).containsExactly("18", "19", "20", "21", "22", "23", "24", "25");
        assertThat(buffer.dropped()).isEqualTo(5);
    }
}
