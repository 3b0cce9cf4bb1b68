package dev.sluice.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Events are found however the bytes of a stream come torn.
final class FinderTest {
    private static final List<String> ALL = List.of("7/0/100", "7/1/200", "3/2147483647/2147483647");

    private final List<String> found = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(ints = {Payload.BYTES_MIN, 34, 40, 100})
    void aPayloadIsFoundByItsMarkWhereverTheStreamIsTorn(int size) {
        var stream = stream(size, "||{\"a\":\"", "\"}|\n|");

        everyTearing(stream, taker -> new Marks(size, taker));
    }

    @Test
    void aBlockIsReadWhereverTheStreamIsTorn() {
        var stream = stream(40, "5a\r\ndata: ", "\nid: x\n\n\r\n");

        everyTearing(stream, taker -> new Blocks(40, taker, null));
    }

    @Test
    void aBlockThatHasNotEndedIsNoEventAndMovesNobody() {
        var finder = new Blocks(40, this::take, "before");
        var stream = stream(40, "data: ", "\nid: x\n\n");

        feed(finder, stream, stream.length / 3 - 1, stream.length / 3 - 1);

        assertThat(found).isEmpty();
        assertThat(finder.cursor()).isEqualTo("before");
    }

    @Test
    void aPayloadOfAnotherLengthIsNotWhole() {
        var finder = new Marks(41, this::take);
        var stream = stream(40, "data: ", "\n\n");

        feed(finder, stream, stream.length, stream.length);

        assertThat(found).isNotEmpty().allMatch(event -> event.startsWith("damaged "));
    }

    private void everyTearing(byte[] stream, Function<Finder.Taker, Finder> finder) {
        for (int one = 0; one <= stream.length; one++) {
            for (int two = one; two <= stream.length; two += 7) {
                found.clear();
                var fresh = finder.apply(this::take);
                int kept = feed(fresh, stream, one, two);
                feed(fresh, Arrays.copyOfRange(stream, kept, stream.length), stream.length - kept, 0);
                assertThat(found).as("torn at %d and %d", one, two).isEqualTo(ALL);
            }
        }
    }

    /// Gives the finder the bytes up to `one`, then those up to `two`; returns from where on it wants to see them
    /// again.
    private static int feed(Finder finder, byte[] stream, int one, int two) {
        int kept = finder.find(buffer(stream, 0, one), 0);
        return two <= one ? kept : kept + finder.find(buffer(stream, kept, two), 0);
    }

    private static ByteBuffer buffer(byte[] stream, int from, int to) {
        return ByteBuffer.allocateDirect(to - from).put(stream, from, to - from).flip();
    }

    private void take(int lane, int sequence, int dueUs, boolean isWhole) {
        found.add((isWhole ? "" : "damaged ") + lane + "/" + sequence + "/" + dueUs);
    }

    private static byte[] stream(int size, String before, String behind) {
        var out = ByteBuffer.allocate(10_000);
        for (var event : ALL) {
            var fields = event.split("/", -1);
            out.put(before.getBytes(StandardCharsets.US_ASCII));
            int at = out.position();
            out.put(Payload.blank(size));
            Payload.stamp(
                    out, at, Integer.parseInt(fields[0]), Integer.parseInt(fields[1]), Integer.parseInt(fields[2]));
            out.put(behind.getBytes(StandardCharsets.US_ASCII));
        }
        var bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }
}
