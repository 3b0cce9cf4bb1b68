package dev.sluice.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MarkTest {
    /// A hole at 100, told at the moment 101; later what was held in front of it went as well.
    private final Mark both = new Mark(100, 101, false, new Mark(90, 110, false));

    @Test
    void tellsOfEachLossWhoDoesNotKnowOfIt() {
        assertThat(both.news(80, 0).position()).isEqualTo(100);
        assertThat(both.news(80, 105).position()).isEqualTo(90);
        assertThat(both.news(95, 105)).isEqualTo(Mark.NOTHING);
    }

    @Test
    void isNewsToNobodyLessWhenFolded() {
        assertThat(both.folded().news(80, 105).at()).isEqualTo(110);
        assertThat(both.folded().news(80, 110)).isEqualTo(Mark.NOTHING);
    }
}
