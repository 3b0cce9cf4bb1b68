package dev.sluice.server.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonTest {
    private record Point(int x, String label) {}

    private static String refusal(String json) {
        return catchThrowableOfType(InvalidJson.class, () -> Json.check(json.getBytes(StandardCharsets.UTF_8)))
                .getMessage();
    }

    @Test
    void reportsTheLimitsThatTheOpenApiDocumentStates() {
        assertThat(refusal("[".repeat(65) + "]".repeat(65))).startsWith("it is nested deeper than 64 levels");
        assertThat(refusal("1".repeat(1001))).startsWith("a number has more than 1000 characters");
        assertThat(refusal("{\"" + "n".repeat(100_000) + "\":1}")).startsWith("a name or a text in it is too long");
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
                        InvalidJson.class, () -> Json.read(json.getBytes(StandardCharsets.UTF_8), Point.class)))
                .hasMessageStartingWith("a value is of another kind than is expected there");
    }

    @Test
    void endsAnAnswerWithALineFeed() {
        assertThat(new String(Json.bytes(json -> json.writeString("a")), StandardCharsets.UTF_8))
                .isEqualTo("\"a\"\n");
    }
}
