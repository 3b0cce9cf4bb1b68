package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// How long a loop waits between two rounds.
class RoundsTest {
    private static final long MS = 1_000_000;

    private static long pauseNs(int turns, long tookNs) {
        return pauseNs(turns, turns, tookNs);
    }

    private static long pauseNs(int turns, int writes, long tookNs) {
        Rounds rounds = new Rounds();
        long begunNs = 7 * MS;
        rounds.begin(begunNs, turns);
        for (int i = 0; i < turns; i++) {
            assertThat(rounds.isUnderWay()).isTrue();
            assertThat(rounds.pauseNs(begunNs + 1)).isZero();
            rounds.turn();
            if (i < writes) rounds.wrote();
        }
        assertThat(rounds.isUnderWay()).isFalse();
        rounds.end(begunNs + tookNs);
        return rounds.pauseNs(begunNs + tookNs);
    }

    @Test
    void waitsAsLongAsTheRoundTook() {
        assertThat(pauseNs(1_000, 3 * MS)).isEqualTo(3 * MS);
        assertThat(pauseNs(10_000, 35 * MS)).isEqualTo(35 * MS);
    }

    @Test
    void waitsNoLongerThanTheWritesThatItSavesWouldTake() {
        assertThat(pauseNs(1_000, 20 * MS)).isEqualTo(4 * MS);
        assertThat(pauseNs(100, 20 * MS)).isEqualTo(MS * 4 / 10);
    }

    @Test
    void doesNotWaitForReadersThatTakeNothing() {
        assertThat(pauseNs(1_200, 1_000, 20 * MS)).isEqualTo(4 * MS);
        assertThat(pauseNs(1_000, 0, 20 * MS)).isZero();
    }

    @Test
    void letsNobodyWaitForMoreThanFiftyMilliseconds() {
        assertThat(pauseNs(1_000_000, 4_000 * MS)).isEqualTo(50 * MS);
    }

    @Test
    void doesNotWaitWhereThatWouldSaveLittle() {
        assertThat(pauseNs(10, 20 * MS)).isZero();
        assertThat(pauseNs(1_000, MS / 10)).isZero();
    }
}
