package dev.sluice.server.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventFields;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.json.Json;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// The splitters give the same results however a body is divided into parts.
final class SplitterTest {
    private static List<byte[]> cut(byte[] bytes, List<Integer> sizes) {
        var parts = new ArrayList<byte[]>();
        int at = 0;
        for (int size : sizes) {
            int end = Math.min(bytes.length, at + size);
            parts.add(Arrays.copyOfRange(bytes, at, end));
            at = end;
        }
        parts.add(Arrays.copyOfRange(bytes, at, bytes.length));
        return parts;
    }

    @Property
    void findsTheSameLinesInAnyParts(@ForAll("lineText") String text, @ForAll("sizes") List<Integer> sizes) {
        var expected = new ArrayList<String>();
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i].endsWith("\r") ? lines[i].substring(0, lines[i].length() - 1) : lines[i];
            if (!line.isEmpty()) expected.add((i + 1) + ":" + line);
        }
        var found = new ArrayList<String>();
        LineSplitter.Lines add = (number, bytes, from, to) ->
                found.add(number + ":" + new String(bytes, from, to - from, StandardCharsets.UTF_8));
        var splitter = new LineSplitter(1000);
        for (byte[] part : cut(text.getBytes(StandardCharsets.UTF_8), sizes))
            splitter.feed(ByteBuffer.wrap(part), add, () -> false);
        splitter.end(add);
        assertThat(found).isEqualTo(expected);
        assertThat(splitter.bufferedBytes()).isZero();
    }

    @Property
    void refusesALineThatIsTooLongInAnyParts(@ForAll("sizes") List<Integer> sizes, @ForAll boolean carriageReturn) {
        String end = carriageReturn ? "\r\n" : "\n";
        for (int length : new int[] {5, 6}) {
            var splitter = new LineSplitter(5);
            var found = new ArrayList<byte[]>();
            boolean refused = false;
            try {
                for (byte[] part : cut(("x".repeat(length) + end).getBytes(StandardCharsets.UTF_8), sizes)) {
                    splitter.feed(ByteBuffer.wrap(part), (number, bytes, from, to) -> found.add(bytes), () -> false);
                }
            } catch (ProblemException tooLong) {
                refused = true;
            }
            assertThat(refused).isEqualTo(length > 5);
            assertThat(found).hasSize(length > 5 ? 0 : 1);
        }
    }

    @Property
    void losesNothingBetweenChunksAndCutsNoCharacter(
            @ForAll("texts") String text, @ForAll("sizes") List<Integer> sizes) {
        var splitter = new ChunkSplitter(true);
        var all = new StringBuilder();
        for (byte[] part : cut(text.getBytes(StandardCharsets.UTF_8), sizes)) {
            byte[] event = splitter.feed(ByteBuffer.wrap(part));
            if (event == null) continue;
            assertThat(Utf8.brokenAt(event)).isEqualTo(-1);
            all.append(new String(event, StandardCharsets.UTF_8));
        }
        splitter.end();
        assertThat(all).hasToString(text);
    }

    @Property
    void keepsBinaryChunksUnchanged(@ForAll byte[] bytes, @ForAll("sizes") List<Integer> sizes) {
        var splitter = new ChunkSplitter(false);
        var all = new ByteArrayOutputStream();
        for (byte[] part : cut(bytes, sizes)) {
            byte[] event = splitter.feed(ByteBuffer.wrap(part));
            if (event != null) all.writeBytes(event);
        }
        splitter.end();
        assertThat(all.toByteArray()).isEqualTo(bytes);
    }

    @Property
    void agreesWithTheJdkAboutValidUtf8(@ForAll("almostUtf8") byte[] bytes) {
        boolean good;
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            good = true;
        } catch (java.nio.charset.CharacterCodingException broken) {
            good = false;
        }
        assertThat(Utf8.brokenAt(bytes) == -1).isEqualTo(good);
        int tail = Utf8.tail(bytes);
        assertThat(tail).isBetween(0, 3);
        if (tail > 0) {
            assertThat(Utf8.brokenAt(bytes)).isEqualTo(bytes.length - tail);
        }
    }

    private static Draft parse(byte[] line) {
        return BatchLine.parse(line, 1 << 20, null, EventFields.NONE);
    }

    @Property
    void readsBackABatchLine(@ForAll("texts") String data, @ForAll("texts") String key) {
        byte[] line = Json.bytes(json -> {
            json.writeStartObject();
            json.writeStringProperty("data", data);
            json.writeStringProperty("channel", "a");
            json.writeStringProperty("key", "k" + key.replaceAll("\\p{Cc}", ""));
            json.writeEndObject();
        });
        Draft draft = parse(line);
        assertThat(draft.content().bytes()).asString(StandardCharsets.UTF_8).isEqualTo(data);
        assertThat(draft.key()).isEqualTo("k" + key.replaceAll("\\p{Cc}", ""));
    }

    @Property
    void keepsTheOriginalBytesOfJson(
            @ForAll("json") String value, @ForAll("blanks") String before, @ForAll("blanks") String after) {
        String line = "{\"channel\":\"a\",\"data\":" + before + value + after + ",\"type\":\"t\"}";
        Draft draft = parse(line.getBytes(StandardCharsets.UTF_8));
        assertThat(draft.content().bytes()).asString(StandardCharsets.UTF_8).isEqualTo(value);
    }

    @Property(tries = 3000)
    void parsesOrRefusesAnyLine(@ForAll("almostLines") byte[] line) {
        try {
            parse(line);
        } catch (ProblemException refused) {
            assertThat(refused.problem().status()).isBetween(400, 415);
            assertThat(refused.problem().json()).isNotEmpty();
        }
    }

    @Provide
    Arbitrary<List<Integer>> sizes() {
        return Arbitraries.integers().between(0, 5).list().ofMaxSize(30);
    }

    @Provide
    Arbitrary<String> lineText() {
        return Arbitraries.strings().withChars("ab\r\n世").ofMaxLength(60);
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings()
                .ofMaxLength(30)
                .filter(text -> StandardCharsets.UTF_8.newEncoder().canEncode(text));
    }

    @Provide
    Arbitrary<String> blanks() {
        return Arbitraries.strings().withChars(" \t").ofMaxLength(3);
    }

    @Provide
    Arbitrary<String> json() {
        return Arbitraries.of(
                "1",
                "-0.5e+10",
                "true",
                "null",
                "[]",
                "{}",
                "[1, [2 ,{\"a\" : \"}\\\"\"}]]",
                "{\"世\":\"界\\u0000\"}",
                "12345678901234567890",
                "[\"\", \"\\n\"]");
    }

    @Provide
    Arbitrary<byte[]> almostUtf8() {
        Arbitrary<Byte> bytes = Arbitraries.of(
                (byte) 'a',
                (byte) 0x80,
                (byte) 0xbf,
                (byte) 0xc0,
                (byte) 0xc3,
                (byte) 0xa9,
                (byte) 0xe0,
                (byte) 0xe4,
                (byte) 0xed,
                (byte) 0xa0,
                (byte) 0xf0,
                (byte) 0x90,
                (byte) 0xf4,
                (byte) 0xf5,
                (byte) 0xff);
        return bytes.array(byte[].class).ofMaxSize(8);
    }

    @Provide
    Arbitrary<byte[]> almostLines() {
        Arbitrary<String> pieces = Arbitraries.of(
                "{",
                "}",
                "[",
                "]",
                ":",
                ",",
                "\"",
                "\"channel\":\"a\"",
                "\"data\":",
                "\"data_base64\":\"aGk=\"",
                "1",
                "\"x\"",
                "null",
                "\\u00",
                "\\ud800",
                "\"type\":\"t\"",
                "\"contentType\":\"a/b\"",
                " ",
                "\u0000",
                "世",
                "\uFEFF");
        return pieces.list().ofMaxSize(10).map(all -> String.join("", all).getBytes(StandardCharsets.UTF_8));
    }
}
