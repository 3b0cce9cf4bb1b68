package dev.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// WHATWG HTML §9.2.6.
final class SseParserTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<SseBlock> parse(String stream) throws IOException {
        return new SseParser().parse(bytes(stream));
    }

    private static SseBlock block(@Nullable String event, @Nullable String data, @Nullable String id) {
        return new SseBlock(event, data, id, -1, List.of(), List.of());
    }

    private static SseBlock data(String data) {
        return block(null, data, null);
    }

    @Test
    void parsesBlocksWhereverTheyAreCut() throws IOException {
        byte[] stream = bytes("retry: 1500\n\n: hello\n\nid: 7\nevent: 变化\ndata: 一\r\ndata:two\n\r\ndata\r\r");
        var whole = List.of(
                new SseBlock(null, null, null, 1500, List.of(), List.of()),
                new SseBlock(null, null, null, -1, List.of(" hello"), List.of()),
                block("变化", "一\ntwo", "7"),
                data(""));
        for (int cut = 0; cut <= stream.length; cut++) {
            var parser = new SseParser();
            var blocks = new ArrayList<>(parser.parse(Arrays.copyOf(stream, cut)));
            blocks.addAll(parser.parse(Arrays.copyOfRange(stream, cut, stream.length)));
            assertThat(blocks).as("cut at " + cut).isEqualTo(whole);
            assertThat(parser.lastEventId()).isEqualTo("7");
        }
    }

    @Test
    void readsTheExamplesOfTheStandard() throws IOException {
        assertThat(parse("data: YHOO\ndata: +2\ndata: 10\n\n")).containsExactly(data("YHOO\n+2\n10"));
        assertThat(parse(
                        ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n"))
                .containsExactly(
                        new SseBlock(null, null, null, -1, List.of(" test stream"), List.of()),
                        block(null, "first event", "1"),
                        block(null, "second event", ""),
                        data(" third event"));
        assertThat(parse("data\n\ndata\ndata\n\ndata:")).containsExactly(data(""), data("\n"));
        assertThat(parse("data:test\n\ndata: test\n\n")).containsExactly(data("test"), data("test"));
    }

    @Test
    void dropsAnIncompleteBlockAndItsId() throws IOException {
        var parser = new SseParser();
        assertThat(parser.parse(bytes("id: 1\n\nid: 2\ndata: a\n"))).containsExactly(block(null, null, "1"));
        assertThat(parser.lastEventId()).isEqualTo("1");
    }

    @Test
    void ignoresAnIdWithNulAndRetryWithAnythingButDigits() throws IOException {
        assertThat(parse("id: 1\nid: 2\u00003\ndata: a\n\n")).containsExactly(block(null, "a", "1"));
        for (var wrong : List.of("", "-1", "+1", "1.5", "1 ", "١٢", "x")) {
            assertThat(parse("retry: " + wrong + "\n\n").getFirst().retryMs())
                    .as(wrong)
                    .isEqualTo(-1);
        }
    }

    @Test
    void skipsOneByteOrderMark() throws IOException {
        assertThat(parse("\uFEFFdata: a\n\n")).containsExactly(data("a"));
        assertThat(parse("data: a\n\n\uFEFFdata: b\n\n").getLast().unknown()).containsExactly("\uFEFFdata");
    }

    @Test
    void namesFieldsThatTheStandardDoesNotKnow() throws IOException {
        assertThat(parse("foo: bar\nDATA: x\ndata: a\n\n"))
                .containsExactly(new SseBlock(null, "a", null, -1, List.of(), List.of("foo", "DATA")));
    }

    @Test
    void refusesCommentsAndUnknownFieldsBeyondTheLimit() {
        for (String line : List.of(":\n", ": " + "x".repeat(1 << 20) + "\n", "x\n", "x".repeat(1 << 20) + "\n")) {
            byte[] lines = bytes(line.repeat(Math.max(1, (1 << 20) / line.length())));
            assertThatThrownBy(() -> {
                        var parser = new SseParser();
                        for (int i = 0; i < 17; i++) parser.parse(lines);
                    })
                    .as(line.substring(0, 2))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void keepsNothingOfABlockThatHasEnded() throws IOException {
        byte[] mebibyte = bytes(":" + "x".repeat(1 << 20) + "\n\n");
        var parser = new SseParser();
        for (int i = 0; i < 17; i++) assertThat(parser.parse(mebibyte)).hasSize(1);
    }

    @Test
    void countsTheMemoryOfABlockUntilItsEnd() throws IOException {
        var parser = new SseParser();
        parser.parse(bytes("data: " + "x".repeat(1 << 20)));
        assertThat(parser.heldBytes()).isBetween(1 << 20, 3 << 20);
        parser.parse(bytes("\n"));
        assertThat(parser.heldBytes()).isBetween(1 << 20, 3 << 20);
        parser.parse(bytes("event: " + "x".repeat(1 << 20) + "\n:" + "x".repeat(1 << 20) + "\n"));
        assertThat(parser.heldBytes()).isBetween(3 << 20, 6 << 20);
        parser.parse(bytes("\n"));
        assertThat(parser.heldBytes()).isLessThan(1 << 10);
    }

    @Test
    void refusesLinesAndDataBeyondTheLimit() {
        byte[] mebibyte = bytes("data: " + "x".repeat(1 << 20));
        assertThatThrownBy(() -> {
                    var parser = new SseParser();
                    for (int i = 0; i < 17; i++) parser.parse(mebibyte);
                })
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> {
                    var parser = new SseParser();
                    for (int i = 0; i < 17; i++) {
                        parser.parse(mebibyte);
                        parser.parse(bytes("\n"));
                    }
                })
                .isInstanceOf(IOException.class);
    }
}
