package dev.sluice.server.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonTest {
    private record Point(int x, String label) {}

    private static String refusal(String json) {
        return catchThrowableOfType(InvalidJsonException.class, () -> Json.check(json.getBytes(StandardCharsets.UTF_8)))
                .getMessage();
    }

    @Test
    void reportsTheLimitsThatTheOpenApiDocumentStates() {
        assertThat(refusal("[".repeat(65) + "]".repeat(65))).startsWith("it is nested deeper than 64 levels");
        assertThat(refusal("1".repeat(1001))).startsWith("a number has more than 1000 characters");
        assertThat(refusal("{\"" + "n".repeat(100_000) + "\":1}")).startsWith("a name or a text in it is too long");
    }

    @Test
    void escapesTheLineEndsOfUnicode() {
        assertThat(Json.escaped("a\u2028b\u2029c\u0085\"水")).isEqualTo("a\\u2028b\\u2029c\\u0085\\\"水");
    }

    /// As many members as `count`, the last of which has the name of an earlier one.
    @ParameterizedTest
    @CsvSource({"2, 0", "9, 7", "9, 8", "30, 3", "30, 20"})
    void refusesADuplicateName(int count, int repeated) {
        String members = IntStream.range(0, count)
                .mapToObj(member -> "\"m" + (member == count - 1 ? Math.min(repeated, count - 2) : member) + "\":1")
                .collect(Collectors.joining(",", "{", "}"));
        assertThatThrownBy(() -> names(members))
                .isInstanceOf(InvalidJsonException.class)
                .hasMessageContaining("is there twice");
    }

    @Test
    void readsManyMembers() throws InvalidJsonException {
        List<String> names =
                IntStream.range(0, 1_000).mapToObj(member -> "m" + member).toList();
        assertThat(names(names.stream().collect(Collectors.joining("\":1,\"", "{\"", "\":1}"))))
                .isEqualTo(names);
    }

    private static List<String> names(String json) throws InvalidJsonException {
        List<String> names = new ArrayList<>();
        var object = new JsonObjectReader(json.getBytes(StandardCharsets.UTF_8));
        for (String name = object.next(); name != null; name = object.next()) {
            names.add(name);
            object.value();
        }
        return names;
    }

    /// The value between other members, with whitespace around it.
    @ParameterizedTest
    @ValueSource(
            strings = {"", "plain", "a \\\" b", "\\n", "\\u0041", "é", "1€", "😀", "\\ud83d\\ude00", "é\\u00e9", "/\\/"
            })
    void returnsTheTextOfAStringInUtf8(String between) throws InvalidJsonException {
        JsonObjectReader.Value value = value("\"" + between + "\"");
        assertThat(value.utf8()).isEqualTo(Objects.requireNonNull(value.text()).getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\\ud800\"", "\"12345\\ud800\"", "1", "null", "{}"})
    void returnsNoUtf8ForUnpairedSurrogatesAndOtherValues(String json) throws InvalidJsonException {
        assertThat(value(json).utf8()).isNull();
    }

    private static JsonObjectReader.Value value(String json) throws InvalidJsonException {
        var object = new JsonObjectReader(
                ("{\"before\":1, \"m\" : " + json + " ,\"c\":2}").getBytes(StandardCharsets.UTF_8));
        object.next();
        object.value();
        object.next();
        return object.value();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "[1",
                "{\"a\"",
                "{\"a\":",
                "abc",
                "[1,]",
                "{a:1}",
                "\"a",
                "\"\\q\"",
                "01",
                "1e",
                "-",
                "+1",
                ".5",
                "1.",
                "{\"a\":1}}",
                "'a'",
                "/*x*/1",
                "NaN",
                "{\"a\":1 \"b\":2}"
            })
    void doesNotMentionTheParser(String json) {
        assertThat(refusal(json)).isNotBlank().doesNotContain("`", "Source", "Feature", "VALUE_");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"x\":\"a\"}", "[]", "{\"label\":{}}"})
    void doesNotMentionClassesOfTheProgram(String json) {
        assertThat(catchThrowableOfType(
                        InvalidJsonException.class,
                        () -> Json.read(json.getBytes(StandardCharsets.UTF_8), Point.class)))
                .hasMessageStartingWith("a value is of another kind than is expected there");
    }

    @Test
    void endsAnAnswerWithALineFeed() {
        assertThat(new String(Json.bytes(json -> json.writeString("a")), StandardCharsets.UTF_8))
                .isEqualTo("\"a\"\n");
    }
}
