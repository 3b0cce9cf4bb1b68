package dev.sluice.client.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.arbitraries.StringArbitrary;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Compares with Jackson: both accept the same texts and read the same values. */
final class JsonPropertyTest {
    private static final int DEPTH_MAX = 12;

    private static final Pattern ESCAPED_SURROGATE = Pattern.compile("\\\\u[dD][89a-fA-F]");

    /** Jackson without limits except for the depth, because Json's limits are set by the caller. */
    private static final JsonMapper JACKSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH_MAX)
                            .maxNumberLength(Integer.MAX_VALUE)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static Optional<Object> ours(String text) {
        try {
            return Optional.of(value(Json.parse(text, DEPTH_MAX, Integer.MAX_VALUE)));
        } catch (JsonException refused) {
            return Optional.empty();
        }
    }

    private static Optional<Object> jacksons(String text) {
        try {
            var tree = JACKSON.readTree(text);
            // Missing: the text has no value.
            return tree.isMissingNode() ? Optional.empty() : Optional.of(value(tree));
        } catch (JacksonException refused) {
            return Optional.empty();
        }
    }

    private static Object value(Json json) throws JsonException {
        switch (json.kind()) {
            case OBJECT -> {
                var members = new LinkedHashMap<String, Object>();
                for (var member : json.members().entrySet()) members.put(member.getKey(), value(member.getValue()));
                return members;
            }
            case ARRAY -> {
                var elements = new ArrayList<>();
                for (var element : json.elements()) elements.add(value(element));
                return elements;
            }
            case STRING -> {
                return json.string();
            }
            case NUMBER -> {
                return number(json.text());
            }
            case BOOLEAN -> {
                return json.bool();
            }
            case NULL -> {
                return Json.Kind.NULL;
            }
        }
        throw new AssertionError(json);
    }

    /** For comparison only; Json keeps the digits. -0 equals 0. */
    private static double number(String digits) {
        return Double.parseDouble(digits) + 0.0;
    }

    private static String visible(String text) {
        return text.chars()
                .mapToObj(c -> c < ' ' || c > '~' ? String.format("<%04x>", c) : String.valueOf((char) c))
                .collect(Collectors.joining());
    }

    private static Object value(JsonNode node) {
        if (node.isObject()) {
            var members = new LinkedHashMap<String, Object>();
            node.properties().forEach(member -> members.put(member.getKey(), value(member.getValue())));
            return members;
        }
        if (node.isArray()) {
            var elements = new ArrayList<>();
            node.values().forEach(element -> elements.add(value(element)));
            return elements;
        }
        if (node.isString()) return node.stringValue();
        if (node.isNumber()) return number(node.asString());
        return node.isBoolean() ? node.booleanValue() : Json.Kind.NULL;
    }

    /** The only difference: Jackson refuses an unpaired surrogate in a name but accepts it in a value. */
    private static void checkAgreement(String text) {
        var ours = ours(text);
        var jacksons = jacksons(text);
        boolean isDifference = jacksons.isEmpty()
                && ours.isPresent()
                && ESCAPED_SURROGATE.matcher(text).find();
        if (!isDifference) assertThat(ours).as(visible(text)).isEqualTo(jacksons);
    }

    @Property(tries = 2000)
    void readsJsonAsJacksonDoes(@ForAll("json") String text) {
        assertThat(ours(text)).isPresent();
        checkAgreement(text);
    }

    @Property(tries = 5000)
    void acceptsAndRefusesTheSameTextsAsJackson(
            @ForAll("json") String text, @ForAll("place") double place, @ForAll("scrap") String scrap) {
        int at = (int) (place * text.length());
        int cut = Math.min(text.length(), at + scrap.length() % 3);
        var mutated = text.substring(0, at) + scrap + text.substring(cut);

        checkAgreement(mutated);
    }

    @Property(tries = 5000)
    void acceptsAndRefusesTheSameFragmentsAsJackson(@ForAll("scraps") String text) {
        checkAgreement(text);
    }

    @Property(tries = 5000)
    void throwsOnlyJsonExceptionForAnyBytes(@ForAll byte[] bytes) {
        assertThat(readToTheLeaves(bytes)).isIn(true, false);
    }

    @Property(tries = 5000)
    void readsBytesAsTheTextThatTheyEncode(@ForAll("json") String text, @ForAll("place") double place, @ForAll byte b) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        bytes[(int) (place * bytes.length)] = b;
        Optional<String> decoded;
        try {
            decoded = Optional.of(Utf8.decode(bytes, 0, bytes.length));
        } catch (CharacterCodingException malformed) {
            decoded = Optional.empty();
        }

        decoded.ifPresent(JsonPropertyTest::checkAgreement);
        assertThat(readToTheLeaves(bytes))
                .isEqualTo(decoded.flatMap(JsonPropertyTest::ours).isPresent());
    }

    private static boolean readToTheLeaves(byte[] bytes) {
        try {
            assertThat(value(Json.parse(bytes, DEPTH_MAX, bytes.length))).isNotNull();
            return true;
        } catch (JsonException refused) {
            assertThat(refused).hasMessageMatching("(?s).+");
            return false;
        }
    }

    @Property
    void readsBackWhatItQuotes(@ForAll("text") String text) throws JsonException {
        var quoted = Json.quote(text);

        assertThat(quoted).doesNotContain("\n").doesNotContain("\r");
        assertThat(Json.parse(quoted, 0, quoted.length()).string()).isEqualTo(text);
        assertThat(JACKSON.readTree(quoted).stringValue()).isEqualTo(text);
    }

    @Property
    void decodesBackWhatItEncodes(@ForAll("text") String text) throws CharacterCodingException {
        boolean isSound = text.equals(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
        try {
            var bytes = Utf8.encode("it", text);
            assertThat(Utf8.decode(bytes, 0, bytes.length)).isEqualTo(text);
            assertThat(isSound).isTrue();
        } catch (IllegalArgumentException reason) {
            assertThat(isSound).isFalse();
        }
    }

    @Property
    void findsAnIncompleteCharacterAtTheEnd(@ForAll("text") String text, @ForAll("place") double place) {
        var bytes = text.getBytes(StandardCharsets.UTF_8); // Unpaired surrogates become '?', which is complete.
        int cut = (int) (place * bytes.length);
        var begin = Arrays.copyOf(bytes, cut);

        int whole = cut - Utf8.incompleteTail(begin);

        var read = new String(begin, 0, whole, StandardCharsets.UTF_8)
                + new String(bytes, whole, bytes.length - whole, StandardCharsets.UTF_8);
        assertThat(read.getBytes(StandardCharsets.UTF_8)).isEqualTo(bytes);
    }

    @Provide
    Arbitrary<String> json() {
        return Combinators.combine(space(), value(4), space()).as((before, value, after) -> before + value + after);
    }

    private Arbitrary<String> value(int depth) {
        var leaf = Arbitraries.oneOf(
                text().map(JsonPropertyTest::escaped), number(), Arbitraries.of("true", "false", "null"));
        if (depth == 0) return leaf;
        var spaced = Combinators.combine(space(), Arbitraries.lazy(() -> value(depth - 1)), space())
                .as((before, value, after) -> before + value + after);
        var member = Combinators.combine(space(), text().ofMaxLength(3), space(), spaced)
                .as((before, name, after, value) -> before + escaped(name) + after + ":" + value);
        return Arbitraries.oneOf(
                leaf,
                Combinators.combine(space(), spaced.list().ofMaxSize(3))
                        .as((none, elements) -> "[" + (elements.isEmpty() ? none : String.join(",", elements)) + "]"),
                Combinators.combine(space(), member.list().ofMaxSize(3))
                        .as((none, members) -> "{" + (members.isEmpty() ? none : String.join(",", members)) + "}"));
    }

    @Provide
    StringArbitrary text() {
        return Arbitraries.strings()
                .withChars("ab\"\\/\b\f\n\r\t\u0000\u001f\u007f\u2028é漢\ud83d\ude42\uFEFF")
                .ofMaxLength(8);
    }

    /** Also escapes some characters that need not be escaped. */
    private static String escaped(String text) {
        return "\""
                + text.chars()
                        .mapToObj(c -> c < ' ' || c == '"' || c == '\\' || c % 3 == 0
                                ? String.format(c % 2 == 0 ? "\\u%04x" : "\\u%04X", c)
                                : String.valueOf((char) c))
                        .collect(Collectors.joining())
                + "\"";
    }

    private static Arbitrary<String> number() {
        return Combinators.combine(
                        Arbitraries.of("", "-"),
                        Arbitraries.bigIntegers().map(n -> n.abs().toString()),
                        Arbitraries.of("", ".0", ".25", ".0000000000000000000000001"),
                        Arbitraries.of("", "e5", "E-7", "e+12"))
                .as((sign, digits, fraction, exponent) -> sign + digits + fraction + exponent);
    }

    private static Arbitrary<String> space() {
        return Arbitraries.of("", "", "", " ", "\n", "\r\n", "\t ");
    }

    @Provide
    Arbitrary<Double> place() {
        return Arbitraries.doubles().between(0, 1).map(place -> Math.min(place, 0.999_999));
    }

    @Provide
    Arbitrary<String> scrap() {
        return Arbitraries.of(List.of(
                "", "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "0", "1", "-", "+", ".", "e", "E", "t", "true",
                "nul", " ", "\n", "\u0000", "\u00a0", "\uFEFF", "/", "//", "'", "NaN", "é", "\ud83d"));
    }

    @Provide
    Arbitrary<String> scraps() {
        return scrap().list().ofMaxSize(8).map(scraps -> String.join("", scraps));
    }
}
