package dev.sluice.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class DigestHistoryTest {
    private final DigestHistory history = new DigestHistory();

    @Test
    void knowsTheDigestOfEachRecordedIndex() {
        history.add(1, 11);
        history.add(3, 33); // What Raft says to itself has indexes, too.
        assertThat(history.at(1)).isEqualTo(11);
        assertThat(history.at(3)).isEqualTo(33);
        assertThat(history.at(0)).isNull();
        assertThat(history.at(2)).isNull();
        assertThat(history.at(-1)).isNull();
    }

    @Test
    void forgetsTheOldestAndNeverConfusesIndexes() {
        for (long index = 1; index <= 40_000; index++) history.add(index, index * 3);
        for (long index = 1; index <= 50_000; index++) {
            Long digest = history.at(index);
            if (digest != null) assertThat(digest).isEqualTo(index * 3);
        }
        assertThat(history.at(1)).isNull();
        assertThat(history.at(40_000 - 16_000)).isNotNull();
    }
}
