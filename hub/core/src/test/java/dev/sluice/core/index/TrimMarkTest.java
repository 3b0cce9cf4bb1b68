package dev.sluice.core.index;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TrimMarkTest {
    /// A loss at position 100 and moment 101, and a later loss of entries retained before it.
    private final TrimMark both = new TrimMark(100, 101, false, new TrimMark(90, 110, false));

    @Test
    void reportsEachLossToReadersThatDoNotKnowOfIt() {
        assertThat(both.unseen(80, 0).position()).isEqualTo(100);
        assertThat(both.unseen(80, 105).position()).isEqualTo(90);
        assertThat(both.unseen(95, 105)).isEqualTo(TrimMark.NOTHING);
    }

    @Test
    void reportsEveryLossWhenFolded() {
        assertThat(both.folded().unseen(80, 105).at()).isEqualTo(110);
        assertThat(both.folded().unseen(80, 110)).isEqualTo(TrimMark.NOTHING);
    }
}
