package dev.sluice.core.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Channel names and patterns: `docs/protocol.md` §1.
final class ChannelNameTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "chat/7",
                "a/b/c/d",
                "$own",
                "a/$b",
                "ä/日本/🚰",
                "...",
                "a b",
                " ",
                "..a/.b",
                "%2F",
                "a\\b",
                "?#&+",
                "A",
                "a.b-c_d~e"
            })
    void acceptsValidNames(String name) {
        assertThat(new ChannelName(name).value()).isEqualTo(name);
        assertThat(new ChannelName(name)).hasToString(name);
        assertThat(new ChannelName(name).bytes()).isEqualTo(name.getBytes(StandardCharsets.UTF_8));
        assertThat(Pattern.of(name).isName()).isTrue();
        assertThat(Pattern.of(name).matches(new ChannelName(name))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/a",
                "a/",
                "a//b",
                ".",
                "..",
                "a/.",
                "a/../b",
                "./a",
                "a\nb",
                "a\u0000",
                "\u007f",
                "a\u0085",
                "\ud800",
                "a/\udc00b"
            })
    void rejectsInvalidNamesAndPatterns(String name) {
        assertThatThrownBy(() -> new ChannelName(name)).isInstanceOf(InvalidNameException.class);
        assertThatThrownBy(() -> Pattern.of(name)).isInstanceOf(InvalidNameException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "a/*", "a*", "**", "a/**/b", "a/b*c"})
    void rejectsStarsInChannelNames(String name) {
        assertThatThrownBy(() -> new ChannelName(name)).isInstanceOf(InvalidNameException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a*", "*a", "a/b*", "***", "**/a", "a/**/b", "**/**", "a/**b"})
    void rejectsStarsThatAreNotAWholeSegment(String pattern) {
        assertThatThrownBy(() -> Pattern.of(pattern)).isInstanceOf(InvalidNameException.class);
    }

    @Test
    void countsBytesNotCharacters() {
        assertThat(new ChannelName("x".repeat(255)).bytes()).hasSize(255);
        assertThatThrownBy(() -> new ChannelName("x".repeat(256))).hasMessageContaining("255 bytes");
        assertThat(new ChannelName("日".repeat(85)).bytes()).hasSize(255);
        assertThatThrownBy(() -> new ChannelName("日".repeat(85) + "x")).hasMessageContaining("255 bytes");
        assertThatThrownBy(() -> Pattern.of("x".repeat(254) + "/*")).hasMessageContaining("255 bytes");
    }

    @Test
    void quotesAnInvalidNameEscapedAndShortened() {
        assertThatThrownBy(() -> new ChannelName("a\u001b[31m//" + "x".repeat(200)))
                .hasMessageContaining("a?[31m")
                .message()
                .hasSizeLessThan(200)
                .doesNotContain("\u001b");
    }

    @Test
    void comparesByteByByteWithoutNormalising() {
        assertThat(new ChannelName("chat%2F7")).isNotEqualTo(new ChannelName("chat/7"));
        assertThat(new ChannelName("A")).isNotEqualTo(new ChannelName("a"));
        assertThat(new ChannelName("\u00e9")).isNotEqualTo(new ChannelName("e\u0301"));
        assertThat(new ChannelName("a")).isLessThan(new ChannelName("a/b"));
    }

    @ParameterizedTest
    @CsvSource({"$a,true", "a/$b,true", "a/b/$c/d,true", "a$,false", "a/b$c,false", "a,false"})
    void recognisesReservedNames(String name, boolean reserved) {
        assertThat(new ChannelName(name).isReserved()).isEqualTo(reserved);
    }

    @ParameterizedTest
    @CsvSource({
        "*, a, true",
        "*, a/b, false",
        "*, $a, false",
        "**, a, true",
        "**, a/b/c, true",
        "**, $a, false",
        "**, a/$b, false",
        "**, a/b/$c, false",
        "a/*, a/b, true",
        "a/*, a, false",
        "a/*, a/b/c, false",
        "a/*, b/b, false",
        "a/*, a/$b, false",
        "a/**, a, false",
        "a/**, a/b, true",
        "a/**, a/b/c, true",
        "a/**, ab/c, false",
        "a/**, a/b/$c, false",
        "*/x, a/x, true",
        "*/x, $a/x, false",
        "*/x, a/y, false",
        "*/*, a/b, true",
        "*/*, a/b/c, false",
        "*/**, a/b/c, true",
        "*/**, a, false",
        "stocks/*/price, stocks/ibm/price, true",
        "stocks/*/price, stocks/ibm/x/price, false",
        "$presence/*, $presence/a, true",
        "$presence/*, $presence/$a, false",
        "$presence/**, $presence/a/b, true",
        "a, a, true",
        "a, a/b, false",
        "$a, $a, true"
    })
    void matches(String pattern, String name, boolean matches) {
        assertThat(Pattern.of(pattern).matches(new ChannelName(name))).isEqualTo(matches);
        assertThat(Selection.of("nobody", pattern).matches(new ChannelName(name)))
                .isEqualTo(matches);
    }

    @Test
    void comparesPatternsByTheirText() {
        assertThat(Pattern.of("a/*")).isEqualTo(Pattern.of("a/*")).hasSameHashCodeAs(Pattern.of("a/*"));
        assertThat(Pattern.of("a/*")).isNotEqualTo(Pattern.of("a/**")).hasToString("a/*");
    }

    @Test
    void removesDuplicatePatterns() {
        Selection selection = Selection.of("a", "b/*", "a");
        assertThat(selection.patterns()).containsExactly(Pattern.of("a"), Pattern.of("b/*"));
        assertThat(selection.names()).containsExactly(new ChannelName("a"));
        assertThat(selection.isNamed()).isFalse();
        assertThat(selection.isSingle()).isFalse();
        assertThat(Selection.of("a", "a").isSingle()).isTrue();
        assertThat(Selection.of(new ChannelName("a"))).isEqualTo(Selection.of("a"));
        assertThat(Selection.of("*").isSingle()).isFalse();
        assertThat(Selection.of("a", "b").isNamed()).isTrue();
        assertThat(Selection.of("a", "b").isSingle()).isFalse();
    }

    @Test
    void acceptsOneTo64Patterns() {
        String[] names = new String[65];
        for (int i = 0; i < names.length; i++) names[i] = "c" + i;
        assertThatThrownBy(() -> Selection.of(names)).isInstanceOf(IllegalArgumentException.class);
        names[64] = "c0";
        assertThat(Selection.of(names).patterns()).hasSize(64);
        assertThatThrownBy(() -> Selection.of(new String[0])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void acceptsOrRejectsRandomTextConsistently() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String alphabet = "ab/.*$\u0000\n\u00e4\ud83d\udeb0\ud800 ";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(12); length > 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                Pattern pattern = Pattern.of(text.toString());
                assertThat(pattern).as("seed %d", seed).hasToString(text.toString());
                if (!pattern.isName()) continue;
                ChannelName name = new ChannelName(text.toString());
                assertThat(pattern.matches(name))
                        .as("seed %d: '%s'", seed, text)
                        .isTrue();
                assertThat(Pattern.of("**").matches(name)).isEqualTo(!name.isReserved());
            } catch (InvalidNameException refused) {
                assertThat(refused).as("seed %d", seed).hasMessageContaining("'");
                assertThatThrownBy(() -> new ChannelName(text.toString())).isInstanceOf(InvalidNameException.class);
            }
        }
    }
}
