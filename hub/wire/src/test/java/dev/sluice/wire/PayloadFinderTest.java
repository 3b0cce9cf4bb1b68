package dev.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Payloads are found wherever the bytes of a stream are split.
final class PayloadFinderTest {
    private static final List<String> ALL = List.of("7/0/100", "7/1/200", "3/2147483647/2147483647");

    private final List<String> found = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(ints = {Payload.BYTES_MIN, 34, 40, 100})
    void findsPayloadsWhereverTheStreamIsSplit(int size) {
        var stream = stream(size, "||{\"a\":\"", "\"}|\n|");

        checkEverySplit(size, stream);
        checkEverySplit(PayloadFinder.ANY_SIZE, stream);
    }

    @Test
    void reportsAPayloadOfAnotherLengthAsDamaged() {
        var finder = new PayloadFinder(41, this::take);
        var stream = stream(40, "data: ", "\n\n");

        feed(finder, stream, stream.length, stream.length);

        assertThat(found).isNotEmpty().allMatch(event -> event.startsWith("damaged "));
    }

    @Test
    void reportsWhatIsNoPayloadOfAnySizeAsDamaged() {
        var finder = new PayloadFinder(PayloadFinder.ANY_SIZE, this::take);
        byte[] bytes = Payload.of(40, 7, 0, 100);

        finder.findAll(Arrays.copyOf(bytes, 35));
        bytes[35] = '"';
        finder.findAll(bytes);
        finder.findAll(Payload.of(Payload.BYTES_MIN, 7, 1, 200));

        assertThat(found).containsExactly("damaged 7/0/100", "damaged 7/0/100", "7/1/200");
    }

    private void checkEverySplit(int size, byte[] stream) {
        for (int one = 0; one <= stream.length; one++) {
            for (int two = one; two <= stream.length; two += 7) {
                found.clear();
                var fresh = new PayloadFinder(size, this::take);
                int kept = feed(fresh, stream, one, two);
                feed(fresh, Arrays.copyOfRange(stream, kept, stream.length), stream.length - kept, 0);
                assertThat(found).as("split at %d and %d", one, two).isEqualTo(ALL);
            }
        }
    }

    /// Passes the bytes up to `one` to the finder, then those up
    /// to `two`; returns the index of the first byte to keep.
    private static int feed(PayloadFinder finder, byte[] stream, int one, int two) {
        int kept = finder.find(buffer(stream, 0, one), 0);
        return two <= one ? kept : kept + finder.find(buffer(stream, kept, two), 0);
    }

    private static ByteBuffer buffer(byte[] stream, int from, int to) {
        return ByteBuffer.allocateDirect(to - from).put(stream, from, to - from).flip();
    }

    private void take(int lane, int sequence, int dueUs, boolean isWhole) {
        found.add((isWhole ? "" : "damaged ") + lane + "/" + sequence + "/" + dueUs);
    }

    private static byte[] stream(int size, String before, String after) {
        var out = ByteBuffer.allocate(10_000);
        for (var event : ALL) {
            var fields = event.split("/", -1);
            out.put(before.getBytes(StandardCharsets.US_ASCII));
            int start = out.position();
            out.put(Payload.blank(size));
            Payload.stamp(
                    out, start, Integer.parseInt(fields[0]), Integer.parseInt(fields[1]), Integer.parseInt(fields[2]));
            out.put(after.getBytes(StandardCharsets.US_ASCII));
        }
        var bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }
}
