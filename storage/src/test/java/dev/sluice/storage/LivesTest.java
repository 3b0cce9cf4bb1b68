package dev.sluice.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.store.Epochs;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a log remembers of its lives over many starts.
final class LivesTest {
    private static final int STARTS = 2 * Lives.UNKEPT_MAX;

    /// One in which each start gave one place.
    private static byte[] starts(int count) {
        List<Epochs.Life> lives = new ArrayList<>();
        for (int i = 0; i < count; i++) lives.add(new Epochs.Life(new Epoch("e" + i), i));
        return Lives.write(new Epochs(lives));
    }

    @Test
    void forgetsNoLifeOfWhichSomethingIsKept() {
        int oldest = 3;
        Epochs next = Lives.next(starts(STARTS), true, STARTS, () -> oldest);
        for (int position = oldest - 1; position <= STARTS; position++) {
            assertThat(next.cursor(position)).isEqualTo(new Cursor(new Epoch("e" + (position - 1)), position));
        }
    }

    @Test
    void remembersTheNewestLivesThoughNothingOfThemIsKept() {
        Epochs next = Lives.next(starts(STARTS), true, STARTS, () -> STARTS);
        assertThat(next.lives()).hasSize(Lives.UNKEPT_MAX);
        assertThat(next.lives().getFirst().from()).isEqualTo(STARTS + 1 - Lives.UNKEPT_MAX);
    }

    @Test
    void takesTheEpochOfEachPlaceFromTheLifeThatGaveIt() {
        Epochs epochs = new Epochs(List.of(
                new Epochs.Life(new Epoch("a"), 0),
                new Epochs.Life(new Epoch("empty"), 0),
                new Epochs.Life(new Epoch("b"), 5),
                new Epochs.Life(new Epoch("c"), 9)));
        String given = "";
        for (int position = 0; position <= 11; position++)
            given += epochs.cursor(position).epoch().value() + " ";
        assertThat(given.strip()).isEqualTo("a empty empty empty empty empty b b b b c c");
    }
}
