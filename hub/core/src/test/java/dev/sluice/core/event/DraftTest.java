package dev.sluice.core.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Types, keys and drafts.
final class DraftTest {
    private static final ChannelName A = new ChannelName("a");
    private static final Content HELLO =
            new Content(ContentKind.TEXT, "text/plain", "hello".getBytes(StandardCharsets.UTF_8));

    @ParameterizedTest
    @ValueSource(strings = {"message", "tick", "sluice", "Sluice.x", "opened", "errors", "a b", "日本", "'\"<>", "OPEN"})
    void acceptsValidTypes(String type) {
        assertThatCode(() -> EventType.check(type)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a,b", ",", "a\nb", "\r", "\u0000", "\u007f"})
    void rejectsInvalidTypes(String type) {
        assertThatIllegalArgumentException().isThrownBy(() -> EventType.check(type));
        assertThatIllegalArgumentException().isThrownBy(() -> EventType.checkSyntax(type));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sluice.gap", "sluice.", "error", "open"})
    void reservesTheTypesOfTheServer(String type) {
        assertThatIllegalArgumentException().isThrownBy(() -> EventType.check(type));
        assertThatCode(() -> EventType.checkSyntax(type))
                .as("a subscriber may filter by it")
                .doesNotThrowAnyException();
    }

    @Test
    void isFromThePublisherUnlessItNamesAnother() {
        Draft draft = Draft.event(A, "message", HELLO);
        assertThat(draft.by("alice").from()).isEqualTo("alice");
        assertThat(draft.by("alice").by("bob").from()).isEqualTo("alice");
        assertThat(draft.by("")).isSameAs(draft);
        assertThat(Draft.end(A).by("alice").from()).as("an end is no event").isNull();
        assertThatIllegalArgumentException().isThrownBy(() -> draft.by("a\nb"));
    }

    @Test
    void countsBytesOfTypesAndKeys() {
        EventType.check("日".repeat(21) + "x");
        assertThatIllegalArgumentException().isThrownBy(() -> EventType.check("日".repeat(21) + "xy"));
        EventKey.check("日".repeat(85));
        assertThatIllegalArgumentException().isThrownBy(() -> EventKey.check("日".repeat(85) + "x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\nb", "\u0000", "\u0085"})
    void rejectsInvalidKeys(String key) {
        assertThatIllegalArgumentException().isThrownBy(() -> EventKey.check(key));
    }

    /// JSON can express it, but UTF-8 cannot: one such event would end every JSON reader.
    @Test
    void rejectsUnpairedSurrogates() {
        assertThatIllegalArgumentException().isThrownBy(() -> EventKey.check("a" + (char) 0xD83D));
        assertThatIllegalArgumentException().isThrownBy(() -> EventType.check((char) 0xDE00 + "a"));
        assertThatIllegalArgumentException().isThrownBy(() -> EventType.checkSyntax(String.valueOf((char) 0xD83D)));
        assertThatCode(() -> EventKey.check("😀")).doesNotThrowAnyException();
        assertThatCode(() -> EventType.check("😀")).doesNotThrowAnyException();
    }

    @Test
    void acceptsCommasAndSlashesInKeys() {
        assertThatCode(() -> EventKey.check("a,b/c *")).doesNotThrowAnyException();
    }

    @Test
    void isAnEventOrAnEndOrBoth() {
        assertThat(Draft.event(A, "tick", HELLO).ends()).isFalse();
        assertThat(Draft.end(A).content()).isNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Draft(A, "message", EventFields.NONE, null, false, false))
                .withMessageContaining("end");
    }

    @Test
    void removesAKeyOnlyIfItHasOne() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Draft(A, "message", EventFields.NONE, HELLO, true, false))
                .withMessageContaining("key");
    }

    @Test
    void checksTypeAndKey() {
        assertThatIllegalArgumentException().isThrownBy(() -> Draft.event(A, "open", HELLO));
        assertThatIllegalArgumentException().isThrownBy(() -> Draft.event(A, "message", EventFields.ofKey(""), HELLO));
    }

    @Test
    void losesOnlyItsDataWhenForgotten() {
        Cursor id = new Cursor(new Epoch("e"), 7);
        Event event =
                Event.of(id, 99, new Draft(A, "tick", EventFields.ofKey("k").with("from", "alice"), HELLO, true, true));
        Event left = event.forgotten();
        assertThat(left.id()).isEqualTo(id);
        assertThat(left.channel()).isEqualTo(A);
        assertThat(left.type()).isEqualTo("tick");
        assertThat(left.timeMs()).isEqualTo(99);
        assertThat(left.key()).isEqualTo("k");
        assertThat(left.from()).isEqualTo("alice");
        assertThat(left.isKeyEnd()).isTrue();
        assertThat(left.content()).isEqualTo(Content.NONE);
        assertThat(left.isForgotten()).isTrue();
        assertThat(event.isForgotten()).isFalse();
    }
}
