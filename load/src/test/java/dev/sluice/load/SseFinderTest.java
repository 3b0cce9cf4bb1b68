package dev.sluice.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.Payload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SseFinderTest {
    private final List<String> found = new ArrayList<>();

    @Test
    void takesAnEventAndItsIdWhenItsBlockHasEnded() throws IOException {
        byte[] stream = stream();
        for (int cut = 0; cut < stream.length; cut++) {
            found.clear();
            var finder = new SseFinder(40, this::take, "before");
            finder.find(ByteBuffer.wrap(Arrays.copyOf(stream, cut)), 0);
            if (cut < stream.length - "\n\r\n".length()) {
                assertThat(found).as("cut at %d", cut).isEmpty();
                assertThat(finder.cursor()).isEqualTo("before");
            }

            finder.find(ByteBuffer.wrap(stream), cut);

            assertThat(found).as("cut at %d", cut).containsExactly("7/1/200");
            assertThat(finder.cursor()).isEqualTo("x");
        }
    }

    @Test
    void reportsAPayloadOfAnotherLengthAsDamaged() throws IOException {
        new SseFinder(41, this::take, null).find(ByteBuffer.wrap(stream()), 0);

        assertThat(found).containsExactly("damaged 7/1/200");
    }

    private void take(int lane, int sequence, int dueUs, boolean isWhole) {
        found.add((isWhole ? "" : "damaged ") + lane + "/" + sequence + "/" + dueUs);
    }

    private static byte[] stream() {
        String data = new String(Payload.of(40, 7, 1, 200), StandardCharsets.US_ASCII);
        return ("5a\r\ndata: " + data + "\nid: x\n\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }
}
