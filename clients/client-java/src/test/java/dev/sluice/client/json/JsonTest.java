package dev.sluice.client.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonTest {
    private static Json parse(String text) throws JsonException {
        return Json.parse(text, 64, 1000);
    }

    @Test
    void keepsTheOriginalTextOfEachPart() throws JsonException {
        var members = parse(" { \"a\" : [ 1.50 , {\"x\":null} ] , \"b\\u0062\":true}\n")
                .members();

        assertThat(members.keySet()).containsExactly("a", "bb");
        assertThat(members.get("a").text()).isEqualTo("[ 1.50 , {\"x\":null} ]");
        var elements = members.get("a").elements();
        assertThat(elements).extracting(Json::text).containsExactly("1.50", "{\"x\":null}");
        assertThat(elements.get(1).members().get("x").kind()).isEqualTo(Json.Kind.NULL);
        assertThat(members.get("bb").bool()).isTrue();
    }

    @Test
    void usesTheLastOfSeveralMembersWithTheSameName() throws JsonException {
        var members = parse("{\"a\":1,\"b\":2,\"\\u0061\":3}").members();

        assertThat(members.get("a").integer()).isEqualTo(3);
        assertThat(members).hasSize(2);
    }

    @Test
    void decodesEscapes() throws JsonException {
        assertThat(parse("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE42 é\"")
                        .string())
                .isEqualTo("\"\\/\b\f\n\r\té🙂 é");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "tru",
                "truE",
                "nullx",
                "01",
                "-",
                "-01",
                "+1",
                ".5",
                "1.",
                "1e",
                "1e+",
                "0x1",
                "NaN",
                "Infinity",
                "'a'",
                "\"",
                "\"\\",
                "\"\\x\"",
                "\"\\u12\"",
                "\"\\u123g\"",
                "\"\\u１２３４\"",
                "\"\t\"",
                "\"\u0000\"",
                "[",
                "]",
                "[1",
                "[1,",
                "[1,]",
                "[,1]",
                "[1 2]",
                "{",
                "{\"a\"",
                "{\"a\":",
                "{\"a\":1",
                "{\"a\":1,}",
                "{a:1}",
                "{1:1}",
                "{\"a\" 1}",
                "1 2",
                "// c\n1",
                "/**/1",
                "\uFEFF1",
                "\u00a01",
                "1\f"
            })
    void refusesInvalidJson(String text) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(JsonException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-0", "1.50", "-12e5", "1E-2", "1e+7", "123456789012345678901234567890"})
    void keepsNumbersAsTheirDigits(String text) throws JsonException {
        assertThat(parse(text).kind()).isEqualTo(Json.Kind.NUMBER);
        assertThat(parse(text).text()).isEqualTo(text);
    }

    @Test
    void refusesTextsBeyondTheLimits() throws JsonException {
        assertThat(parse("[".repeat(64) + "]".repeat(64)).kind()).isEqualTo(Json.Kind.ARRAY);
        assertThatThrownBy(() -> parse("[".repeat(65) + "]".repeat(65))).hasMessageContaining("64 levels");
        assertThatThrownBy(() -> parse("{\"a\":".repeat(100_000))).isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> parse("\"" + "x".repeat(999) + "\"")).hasMessageContaining("1000");
    }

    @Test
    void refusesInvalidUtf8() {
        for (var bytes : List.of(
                new byte[] {'"', (byte) 0xff, '"'},
                new byte[] {'"', (byte) 0xc0, (byte) 0x80, '"'}, // An overlong NUL.
                new byte[] {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'}, // An unpaired surrogate.
                new byte[] {'"', (byte) 0xe6, (byte) 0xbc, '"'})) {
            assertThatThrownBy(() -> Json.parse(bytes, 64, 1000)).isInstanceOf(JsonException.class);
        }
    }

    @Test
    void refusesToReadAValueAsAnotherType() throws JsonException {
        var number = parse("1.5");

        assertThatThrownBy(number::string).isInstanceOf(JsonException.class);
        assertThatThrownBy(number::members).isInstanceOf(JsonException.class);
        assertThatThrownBy(number::elements).isInstanceOf(JsonException.class);
        assertThatThrownBy(number::bool).isInstanceOf(JsonException.class);
        assertThatThrownBy(number::integer).isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> parse("9223372036854775808").integer()).isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> Json.string(parse("{}").members(), "id")).hasMessageContaining("\"id\" is missing");
    }

    @Test
    void omitsDataFromMessages() throws JsonException {
        var secret = parse("\"secret\"");

        assertThat(secret.toString()).doesNotContain("secret");
        assertThatThrownBy(secret::members).message().doesNotContain("secret");
    }
}
