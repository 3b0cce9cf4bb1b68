package dev.sluice.server.auth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.access.Permission;
import dev.sluice.core.access.Verb;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Pattern;
import dev.sluice.server.auth.identity.InvalidTokenException;
import dev.sluice.server.json.InvalidJsonException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SluiceClaimTest {
    private static SluiceClaim read(String json) {
        try {
            return SluiceClaim.of(json.getBytes(StandardCharsets.UTF_8));
        } catch (InvalidJsonException invalid) {
            throw new AssertionError(invalid);
        }
    }

    @Test
    void permitsWhatItLists() {
        var claim = read("""
                {"subscribe": ["news/**", "chat/7"],
                 "publish": ["open/*", {"channels": "chat/7", "type": "text", "key": "alice"},
                             {"channels": "x"}, {"channels": "rooms/*", "channels_max": 100}],
                 "presence": []}
                """);
        var permissions = claim.permissions();
        assertThat(permissions.granted(Verb.SUBSCRIBE))
                .containsExactly(Permission.on(Pattern.of("news/**")), Permission.on(Pattern.of("chat/7")));
        assertThat(permissions.granted(Verb.PUBLISH))
                .containsExactly(
                        Permission.on(Pattern.of("open/*")),
                        new Permission(Pattern.of("chat/7"), "text", "alice"),
                        Permission.on(Pattern.of("x")),
                        new Permission(Pattern.of("rooms/*"), null, null, 100));
        assertThat(permissions.permits(Verb.PUBLISH, new ChannelName("chat/7"), "text", "bob"))
                .isFalse();
        assertThat(permissions.permitsAny(Verb.PRESENCE)).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void knowsEachVerbByItsName(Verb verb) {
        String value = verb == Verb.ADMIN ? "true" : "[\"a\"]";
        var permissions = read("{\"" + verb.text() + "\":" + value + "}").permissions();
        for (Verb each : Verb.values()) assertThat(permissions.permitsAny(each)).isEqualTo(each == verb);
    }

    @Test
    void permitsNothingIfEmpty() {
        assertThat(read("{}").permissions().isEmpty()).isTrue();
        assertThat(read("{\"admin\":false}").permissions().isEmpty()).isTrue();
    }

    @Test
    void ignoresTheDataForOtherMembersThatItMayHave() {
        assertThat(read("{\"info\": {\"name\": \"Älice\"}, \"subscribe\": [\"a\"]}")
                        .permissions())
                .isEqualTo(read("{\"subscribe\": [\"a\"]}").permissions());
    }

    /// A limit that is misspelt or misplaced would permit more than was meant.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"subscribe\": \"news/**\"}",
                "{\"subscribe\": [7]}",
                "{\"subscribe\": [null]}",
                "{\"subscribe\": [[\"a\"]]}",
                "{\"subscribe\": null}",
                "{\"subscribe\": {\"channels\": \"a\"}}",
                "{\"subscribe\": [{\"channels\": \"a\", \"key\": \"alice\"}]}",
                "{\"publish\": [{\"channel\": \"a\"}]}",
                "{\"publish\": [{\"channels\": \"a\", \"Key\": \"alice\"}]}",
                "{\"publish\": [{\"channels\": [\"a\"]}]}",
                "{\"publish\": [{\"channels\": \"a\", \"type\": null}]}",
                "{\"publish\": [{\"type\": \"text\"}]}",
                "{\"publish\": [{\"channels\": \"a\", \"channels_max\": 0}]}",
                "{\"publish\": [{\"channels\": \"a\", \"channels_max\": \"9\"}]}",
                "{\"publish\": [{\"channels\": \"a\", \"channels_max\": 1e9}]}",
                "{\"publish\": [{\"channels\": \"a\", \"channels_max\": 9999999999}]}",
                "{\"subscribe\": [{\"channels\": \"a\", \"channels_max\": 9}]}",
                "{\"publish\": [{}]}",
                "{\"Publish\": [\"a\"]}",
                "{\"publish-as\": [\"a\"]}",
                "{\"deny\": [\"a\"]}",
                "{\"admin\": \"true\"}",
                "{\"admin\": 1}",
                "{\"admin\": [\"**\"]}"
            })
    void refusesWhatItDoesNotUnderstand(String json) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(InvalidTokenException.class)
                .hasMessageContaining("'sluice");
    }

    @ParameterizedTest
    @CsvSource({"a*", "a//b", "''", "a/../b", "**/a", "/"})
    void refusesInvalidPatterns(String pattern) {
        assertThatThrownBy(() -> read("{\"subscribe\": [\"" + pattern + "\"]}"))
                .isInstanceOf(InvalidTokenException.class)
                .hasMessageContaining("'sluice.subscribe'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "\"**\"",
                "true",
                "{\"publish\":[{\"channels\":\"a\",\"channels\":\"**\"}]}",
                "{\"publish\":["
            })
    void refusesWhatIsNotOneObject(String json) {
        assertThatThrownBy(() -> SluiceClaim.of(json.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(InvalidJsonException.class);
    }

    @Test
    void limitsHowMuchATokenLists() {
        assertThat(read("{\"subscribe\": [" + channels(1000) + "]}")
                        .permissions()
                        .granted(Verb.SUBSCRIBE))
                .hasSize(1000);
        assertThatThrownBy(() -> read("{\"subscribe\": [" + channels(1001) + "]}"))
                .isInstanceOf(InvalidTokenException.class)
                .hasMessageContaining("1000");
        assertThatThrownBy(() -> read("{\"subscribe\": [" + channels(600) + "], \"join\": [" + channels(401) + "]}"))
                .isInstanceOf(InvalidTokenException.class)
                .hasMessageContaining("1000");
    }

    private static String channels(int count) {
        return IntStream.range(0, count).mapToObj(i -> "\"c" + i + "\"").collect(Collectors.joining(","));
    }

    /// Only the hub's own rules name the caller.
    @Test
    void takesTheNameInBracesLiterally() {
        var permissions = read("{\"subscribe\": [\"rooms/{sub}\"]}").permissions();
        assertThat(permissions.permits(Verb.SUBSCRIBE, new ChannelName("rooms/{sub}")))
                .isTrue();
    }
}
