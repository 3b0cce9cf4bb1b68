package dev.sluice.lab.client;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.lab.plan.Technique;
import dev.sluice.load.http.MessageFinder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PollTest {
    @Test
    void boundsTheAnswerThatItKeeps() throws IOException {
        var poll = new Poll(Technique.POLLING, Duration.ZERO);
        for (int answer = 0; answer < 2; answer++) { // Each has the whole bound.
            var finder = poll.begin();
            for (int kept = 0; kept < MessageFinder.BYTES_MAX; kept += 1 << 20)
                finder.find(ByteBuffer.allocate(1 << 20), 0);

            assertThatThrownBy(() -> finder.find(ByteBuffer.allocate(1), 0))
                    .isInstanceOf(IOException.class)
                    .hasMessage("the answer to a poll is longer than 16 MiB");
        }
    }
}
