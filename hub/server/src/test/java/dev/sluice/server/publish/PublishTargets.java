package dev.sluice.server.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventFields;
import dev.sluice.server.fuzz.FuzzTarget;
import dev.sluice.server.http.head.ProblemException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Lines of batches, the splitters of streamed bodies, keys of publishes and types of data.
public final class PublishTargets {
    public static final List<FuzzTarget> ALL = List.of(
            new FuzzTarget("batch-line", PublishTargets::line),
            new FuzzTarget("lines", PublishTargets::lines),
            new FuzzTarget("chunks", PublishTargets::chunks),
            FuzzTarget.ofText("idempotency-key", PublishTargets::key),
            FuzzTarget.ofText("content-type", PublishTargets::contentType));

    private static final int BYTES_MAX = 100;

    private PublishTargets() {}

    private static void line(byte[] input) {
        Draft draft;
        try {
            draft = BatchLine.parse(input, BYTES_MAX, null, EventFields.NONE);
        } catch (ProblemException refused) {
            assertThat(refused.problem().status()).isIn(400, 403, 413, 415);
            return;
        }
        JsonNode tree = JsonMapper.shared().readTree(input);
        assertThat(tree.path("channel").asString()).isEqualTo(draft.channel().value());
        assertThat(draft.content().bytes().length).isLessThanOrEqualTo(BYTES_MAX);
        assertThat(draft.channel().isReserved()).isFalse();
        if (tree.has("from"))
            assertThat(draft.from()).isEqualTo(tree.path("from").asString());
    }

    /// In one piece or cut after each byte: the same lines, or the same refusal.
    private static void lines(byte[] input) {
        assertThat(lines(input, 1)).isEqualTo(lines(input, Math.max(1, input.length)));
    }

    private static List<String> lines(byte[] input, int partBytes) {
        var splitter = new LineSplitter(BYTES_MAX);
        var found = new ArrayList<String>();
        LineSplitter.Lines add = (number, bytes, from, to) -> {
            assertThat(to - from).isBetween(1, BYTES_MAX);
            found.add(number + ":" + new String(bytes, from, to - from, StandardCharsets.ISO_8859_1));
        };
        try {
            for (ByteBuffer each : parts(input, partBytes)) splitter.feed(each, add, () -> false);
            splitter.end(add);
        } catch (ProblemException refused) {
            found.add("refused " + refused.problem().status());
        }
        return found;
    }

    private static List<ByteBuffer> parts(byte[] input, int partBytes) {
        List<ByteBuffer> parts = new ArrayList<>();
        for (int at = 0; at < input.length; at += partBytes) {
            parts.add(ByteBuffer.wrap(Arrays.copyOfRange(input, at, Math.min(input.length, at + partBytes))));
        }
        return parts;
    }

    /// Nothing is lost or reordered; of valid text each event is valid as well.
    private static void chunks(byte[] input) {
        boolean isText = Utf8.brokenAt(input) < 0;
        for (int partBytes : new int[] {1, 3, 7}) {
            var splitter = new ChunkSplitter(true);
            var all = new ByteArrayOutputStream();
            for (ByteBuffer each : parts(input, partBytes)) {
                byte[] event = splitter.feed(each);
                if (event == null) continue;
                if (isText) assertThat(Utf8.brokenAt(event)).isNegative();
                all.writeBytes(event);
            }
            try {
                splitter.end();
                assertThat(all.toByteArray()).isEqualTo(input);
            } catch (ProblemException refused) {
                assertThat(isText).isFalse();
                assertThat(Arrays.copyOf(input, all.size())).isEqualTo(all.toByteArray());
            }
        }
    }

    private static void key(String text) {
        boolean isAccepted = true;
        try {
            assertThat(IdempotencyKey.of(text).value()).isEqualTo(text);
        } catch (IllegalArgumentException refused) {
            isAccepted = false;
        }
        assertThat(isAccepted).isEqualTo(text.matches("[!-~]{1,255}"));
    }

    private static void contentType(String text) {
        try {
            DataKind.of(Optional.of(text), "Content-Type");
        } catch (ProblemException refused) {
            assertThat(refused.problem().status()).isIn(400, 415);
            assertThat(refused.problem().detail()).doesNotContainPattern("[\\x00-\\x1f\\x7f]");
        }
    }
}
