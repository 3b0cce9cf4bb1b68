package dev.sluice.core.cursor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Cursors as text, and the losses that a place knows of.
final class CursorTest {
    private static final Epoch EPOCH = new Epoch("k3f");

    @Test
    void parsesItsOwnText() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            Epoch epoch = new Epoch(Long.toString(random.nextLong(Long.MAX_VALUE), 36));
            Cursor cursor = new Cursor(epoch, random.nextLong(1L << random.nextInt(59)));
            assertThat(Cursor.parse(cursor.text()))
                    .as("seed %d: %s", seed, cursor)
                    .contains(cursor);
            assertThat(cursor.text()).matches("[A-Za-z0-9._~-]{1,52}").isEqualTo(cursor.toString());
        }
        assertThat(Cursor.parse("k3f-0")).contains(new Cursor(EPOCH, 0));
        Cursor longest = new Cursor(new Epoch("e".repeat(32)), 999_999_999_999_999_999L);
        assertThat(Cursor.parse(longest.text())).contains(longest);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "k3f",
                "k3f-",
                "-5",
                "k3f-05",
                "k3f-+5",
                "k3f--5",
                "k3f- 5",
                "k3f-5 ",
                "k3f-5x",
                "k3f-٣",
                "k.f-5",
                "ä-5",
                "k3f-1000000000000000000",
                "k3f-99999999999999999999999",
                "k3f_5",
                "k3f-5-6-"
            })
    void rejectsOtherTexts(String text) {
        assertThat(Cursor.parse(text)).isEmpty();
    }

    @Test
    void rejectsEpochsThatAreTooLong() {
        assertThat(Cursor.parse("e".repeat(33) + "-5")).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> new Epoch("e".repeat(33)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Epoch(""));
        assertThatIllegalArgumentException().isThrownBy(() -> new Epoch("a-b"));
        assertThatIllegalArgumentException().isThrownBy(() -> new Cursor(EPOCH, -1));
    }

    @Test
    void parsesOnlyTheCanonicalText() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String alphabet = "k3-0019+ .\u00e4\ud83d";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(24); length > 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            Cursor.parse(text.toString())
                    .ifPresent(cursor ->
                            assertThat(cursor.text()).as("seed %d", seed).isEqualTo(text.toString()));
        }
    }

    @Test
    void comparesByPositionAcrossEpochs() {
        Cursor one = new Cursor(EPOCH, 5);
        Cursor other = new Cursor(new Epoch("a"), 6);
        assertThat(one.isBefore(other)).isTrue();
        assertThat(other.isBefore(one)).isFalse();
        assertThat(one.isBefore(one)).isFalse();
        assertThat(Cursor.later(one, other)).isEqualTo(other);
        assertThat(Cursor.later(other, one)).isEqualTo(other);
        assertThat(one).isLessThan(other);
    }

    @Test
    void knowsOfAllDropsUpToItsCursor() {
        Cursor five = new Cursor(EPOCH, 5);
        Cursor nine = new Cursor(EPOCH, 9);
        assertThat(new ReadCursor(nine, five)).isEqualTo(ReadCursor.at(nine));
        assertThat(new ReadCursor(five, nine).known()).isEqualTo(nine);
        assertThat(new ReadCursor(five, nine).moved(new Cursor(EPOCH, 7)).known())
                .isEqualTo(nine);
        assertThat(ReadCursor.at(five).moved(nine)).isEqualTo(ReadCursor.at(nine));
    }
}
