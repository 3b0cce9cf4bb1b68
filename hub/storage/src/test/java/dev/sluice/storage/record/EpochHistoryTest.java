package dev.sluice.storage.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.index.Epochs;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The epochs that a log remembers over many starts.
final class EpochHistoryTest {
    private static final int STARTS = 2 * EpochHistory.UNKEPT_MAX;

    /// A history in which each start assigned one position.
    private static byte[] starts(int count) {
        List<Epochs.Life> lives = new ArrayList<>();
        for (int i = 0; i < count; i++) lives.add(new Epochs.Life(new Epoch("e" + i), i));
        return EpochHistory.write(new Epochs(lives));
    }

    @Test
    void remembersAllEpochsWithRetainedEntries() {
        int oldest = 3;
        Epochs next = EpochHistory.next(starts(STARTS), true, STARTS, () -> oldest);
        for (int position = oldest - 1; position <= STARTS; position++) {
            assertThat(next.cursor(position)).isEqualTo(new Cursor(new Epoch("e" + (position - 1)), position));
        }
    }

    @Test
    void remembersTheNewestEpochsWithoutRetainedEntries() {
        Epochs next = EpochHistory.next(starts(STARTS), true, STARTS, () -> STARTS);
        assertThat(next.lives()).hasSize(EpochHistory.UNKEPT_MAX);
        assertThat(next.lives().getFirst().from()).isEqualTo(STARTS + 1 - EpochHistory.UNKEPT_MAX);
    }

    @Test
    void mapsEachPositionToTheEpochThatAssignedIt() {
        Epochs epochs = new Epochs(List.of(
                new Epochs.Life(new Epoch("a"), 0),
                new Epochs.Life(new Epoch("empty"), 0),
                new Epochs.Life(new Epoch("b"), 5),
                new Epochs.Life(new Epoch("c"), 9)));
        String actual = "";
        for (int position = 0; position <= 11; position++)
            actual += epochs.cursor(position).epoch().value() + " ";
        assertThat(actual.strip()).isEqualTo("a empty empty empty empty empty b b b b c c");
    }
}
