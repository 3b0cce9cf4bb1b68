package dev.sluice.client.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.client.http.TooLongException;
import dev.sluice.client.transport.SseParser.Block;
import dev.sluice.server.fuzz.FuzzTarget;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// The event stream reader of the Java client, against a second implementation that reads the whole stream,
/// written from WHATWG HTML §9.2.6, however the bytes are cut.
public final class SseTarget {
    public static final FuzzTarget TARGET = new FuzzTarget("client-sse", SseTarget::check);

    private static final int SMALL_BLOCK_MAX = 40;
    private static final long DAY_MS = 86_400_000;

    private SseTarget() {}

    /// The content of a stream.
    private record Reading(List<Block> blocks, OptionalLong retryMs) {}

    private static void check(byte[] input) throws TooLongException {
        var expected = plainly(input);
        var cuts = new Random(Arrays.hashCode(input));
        for (int lengthMax : new int[] {input.length, 1, 5}) {
            assertThat(read(input, input.length + 1, lengthMax, cuts)).isEqualTo(expected);
        }
        checkLimit(input, expected, cuts);
    }

    /// With a small limit, blocks are the same up to the refusal, if there is one.
    private static void checkLimit(byte[] input, Reading expected, Random cuts) {
        var blocks = new ArrayList<Block>();
        try {
            read(input, SMALL_BLOCK_MAX, 7, cuts, blocks);
            assertThat(blocks).isEqualTo(expected.blocks());
        } catch (TooLongException refused) {
            assertThat(refused.getMessage()).contains(String.valueOf(SMALL_BLOCK_MAX));
            assertThat(blocks).hasSizeLessThanOrEqualTo(expected.blocks().size());
            assertThat(expected.blocks().subList(0, blocks.size())).isEqualTo(blocks);
            assertThat(input.length).isGreaterThanOrEqualTo(SMALL_BLOCK_MAX);
        }
        for (Block each : blocks) {
            if (each.data() != null) assertThat(each.data().length()).isLessThan(SMALL_BLOCK_MAX);
        }
    }

    /// @param lengthMax of the pieces
    private static Reading read(byte[] input, int blockBytesMax, int lengthMax, Random cuts) throws TooLongException {
        var blocks = new ArrayList<Block>();
        return new Reading(blocks, read(input, blockBytesMax, lengthMax, cuts, blocks));
    }

    private static OptionalLong read(byte[] input, int blockBytesMax, int lengthMax, Random cuts, List<Block> into)
            throws TooLongException {
        var parser = new SseParser(blockBytesMax);
        for (int from = 0; from < input.length; ) {
            int length = Math.min(input.length - from, 1 + cuts.nextInt(lengthMax));
            var piece = ByteBuffer.wrap(input, from, length);
            for (var block = parser.next(piece); block != null; block = parser.next(piece)) into.add(block);
            assertThat(piece.hasRemaining()).isFalse();
            from += length;
        }
        return parser.retryMs();
    }

    /// The steps of the standard, one after the other. Other than there, a block with an id and no data counts.
    private static Reading plainly(byte[] input) {
        String stream = new String(input, StandardCharsets.UTF_8);
        if (stream.startsWith("\uFEFF")) stream = stream.substring(1);
        String[] lines = stream.split("\r\n|\n|\r", -1);
        var blocks = new ArrayList<Block>();
        OptionalLong retryMs = OptionalLong.empty();
        @Nullable String id = null;
        boolean hasId = false;
        String type = "";
        @Nullable String data = null;
        for (String line : lines.length == 0 ? lines : Arrays.copyOf(lines, lines.length - 1)) { // The last has no end.
            if (line.isEmpty()) {
                if (data != null || hasId) blocks.add(new Block(id, type, data));
                hasId = false;
                type = "";
                data = null;
                continue;
            }
            String[] parts = line.split(":", 2);
            String value = parts.length == 1 ? "" : parts[1].startsWith(" ") ? parts[1].substring(1) : parts[1];
            switch (parts[0]) {
                case "event" -> type = value;
                case "data" -> data = data == null ? value : data + "\n" + value;
                case "id" -> {
                    if (value.contains("\0")) break;
                    id = value;
                    hasId = true;
                }
                case "retry" -> {
                    if (!value.isEmpty() && value.chars().allMatch(each -> each >= '0' && each <= '9')) {
                        String digits = value.replaceFirst("^0+(?=.)", "");
                        retryMs = OptionalLong.of(
                                digits.length() > 9 ? DAY_MS : Math.min(DAY_MS, Long.parseLong(digits)));
                    }
                }
                default -> {}
            }
        }
        return new Reading(blocks, retryMs);
    }
}
