package dev.sluice.client.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.client.http.TooLongException;
import dev.sluice.client.transport.SseParser.Block;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** WHATWG HTML §9.2.6. */
final class SseParserTest {
    private static List<Block> parse(byte[]... pieces) throws TooLongException {
        return parse(new SseParser(10_000), pieces);
    }

    private static List<Block> parse(SseParser parser, byte[]... pieces) throws TooLongException {
        var blocks = new ArrayList<Block>();
        for (var piece : pieces) {
            var bytes = ByteBuffer.wrap(piece);
            for (var block = parser.next(bytes); block != null; block = parser.next(bytes)) blocks.add(block);
        }
        return blocks;
    }

    private static List<Block> parse(String text) throws TooLongException {
        return parse(text.getBytes(UTF_8));
    }

    private static Block data(String data) {
        return new Block(null, "", data);
    }

    @Test
    void joinsDataLines() throws TooLongException {
        assertThat(parse("data: YHOO\ndata: +2\ndata: 10\n\n")).containsExactly(data("YHOO\n+2\n10"));
    }

    @Test
    void readsTheExamplesOfTheStandard() throws TooLongException {
        assertThat(parse(
                        ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n"))
                .containsExactly(
                        new Block("1", "", "first event"),
                        new Block("", "", "second event"),
                        new Block("", "", " third event"));
        assertThat(parse("data\n\ndata\ndata\n\ndata:")).containsExactly(data(""), data("\n"));
        assertThat(parse("data:test\n\ndata: test\n\n")).containsExactly(data("test"), data("test"));
    }

    @Test
    void returnsBlocksWithoutDataAndKeepsTheLastId() throws TooLongException {
        assertThat(parse("id: 1\n\ndata: a\n\nevent: x\n\nid: 2\n\n"))
                .containsExactly(new Block("1", "", null), new Block("1", "", "a"), new Block("2", "", null));
    }

    @Test
    void resetsTheTypeAfterEachBlock() throws TooLongException {
        assertThat(parse("event: x\ndata: a\n\ndata: b\n\n")).containsExactly(new Block(null, "x", "a"), data("b"));
    }

    @Test
    void ignoresAnIdWithNul() throws TooLongException {
        assertThat(parse("id: 1\nid: 2\u00003\ndata: a\n\n")).containsExactly(new Block("1", "", "a"));
    }

    @Test
    void acceptsRetryOnlyAsDigits() throws TooLongException {
        var parser = new SseParser(1000);
        for (var wrong : List.of("", "-1", "+1", "1.5", "1 ", "١٢", "x")) {
            parse(parser, ("retry: " + wrong + "\n").getBytes(UTF_8));
            assertThat(parser.retryMs()).as(wrong).isEmpty();
        }
        parse(parser, "retry: 2500\n".getBytes(UTF_8));
        assertThat(parser.retryMs()).isEqualTo(OptionalLong.of(2500));
        parse(parser, "retry: 0000000000012\n".getBytes(UTF_8));
        assertThat(parser.retryMs()).isEqualTo(OptionalLong.of(12));
        parse(parser, ("retry: " + "9".repeat(50) + "\n").getBytes(UTF_8));
        assertThat(parser.retryMs()).isEqualTo(OptionalLong.of(86_400_000));
    }

    @Test
    void skipsOneByteOrderMark() throws TooLongException {
        assertThat(parse("\uFEFFdata: a\n\n")).containsExactly(data("a"));
        assertThat(parse("\uFEFF\uFEFFdata: a\n\n")).isEmpty();
        assertThat(parse("data: a\n\n\uFEFFdata: b\n\n")).containsExactly(data("a"));
        assertThat(parse("\uFEFF\ndata: a\n\n")).containsExactly(data("a"));
        assertThat(parse("\uFEFE\ndata: a\n\n")).containsExactly(data("a"));
    }

    @Test
    void acceptsCarriageReturnsAsLineEnds() throws TooLongException {
        assertThat(parse("data: a\rdata: b\r\rdata: c\r\n\r\ndata: d\n\r"))
                .containsExactly(data("a\nb"), data("c"), data("d"));
    }

    @Test
    void endsABlockAtACarriageReturnImmediately() throws TooLongException {
        var parser = new SseParser(1000);

        assertThat(parse(parser, "data: a\r\n\r".getBytes(UTF_8))).containsExactly(data("a"));
        assertThat(parse(parser, "\ndata: b\n\n".getBytes(UTF_8))).containsExactly(data("b"));
    }

    @Test
    void replacesInvalidUtf8() throws TooLongException {
        assertThat(parse(new byte[] {'d', 'a', 't', 'a', ':', (byte) 0xff, 'x', '\n', '\n'}))
                .containsExactly(data("\uFFFDx"));
    }

    @Test
    void dropsAnIncompleteBlock() throws TooLongException {
        assertThat(parse("data: a\n\nid: 7\ndata: b\n")).containsExactly(data("a"));
    }

    @Test
    void ignoresUnknownFieldsAndComments() throws TooLongException {
        assertThat(parse("foo: bar\n:comment\nDATA: x\n data: y\ndata : z\ndata: a\n\n"))
                .containsExactly(data("a"));
    }

    @Test
    void refusesLinesAndBlocksBeyondTheLimit() {
        assertThatThrownBy(() -> parse(new SseParser(10), "data: 12345".getBytes(UTF_8)))
                .isInstanceOf(TooLongException.class);
        assertThatThrownBy(() -> parse(new SseParser(10), "data:1234\ndata:5678\ndata:9\n".getBytes(UTF_8)))
                .isInstanceOf(TooLongException.class);
        assertThatThrownBy(() -> parse(new SseParser(10), "data\n".repeat(100).getBytes(UTF_8)))
                .isInstanceOf(TooLongException.class);
    }

    @Property
    void parsesIndependentlyOfPieceBoundaries(@ForAll("stream") byte[] stream, @ForAll byte seed)
            throws TooLongException {
        var pieces = new ArrayList<byte[]>();
        for (int at = 0, size; at < stream.length; at += size) {
            size = Math.min(stream.length - at, 1 + Math.floorMod(seed * (at + 7), 5));
            var piece = new ByteArrayOutputStream();
            piece.write(stream, at, size);
            pieces.add(piece.toByteArray());
        }

        assertThat(parse(pieces.toArray(byte[][]::new))).isEqualTo(parse(stream));
    }

    @Property
    void parsesAllKindsOfLineEndsAlike(@ForAll("lines") List<String> lines) throws TooLongException {
        var lf = parse(String.join("\n", lines) + "\n");

        assertThat(parse(String.join("\r\n", lines) + "\r\n")).isEqualTo(lf);
        assertThat(parse(String.join("\r", lines) + "\r")).isEqualTo(lf);
    }

    @Property
    void throwsOnlyTooLongExceptionForAnyBytes(@ForAll byte[] bytes) throws TooLongException {
        assertThat(parse(bytes)).doesNotContainNull();
    }

    @Provide
    Arbitrary<List<String>> lines() {
        return Arbitraries.of(
                        "",
                        "",
                        "data",
                        "data:",
                        "data: a",
                        "data:é漢🙂",
                        "id: 1",
                        "id",
                        "event: x",
                        "retry: 5",
                        ":",
                        "x")
                .list()
                .ofMaxSize(20);
    }

    @Provide
    Arbitrary<byte[]> stream() {
        return Arbitraries.of(
                        "\uFEFF", "data", "id", "event", "retry", ":", " ", "\r", "\n", "\r\n", "\n\n", "é", "漢", "🙂",
                        "1")
                .list()
                .ofMaxSize(40)
                .map(parts -> String.join("", parts).getBytes(UTF_8));
    }
}
