package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import org.junit.jupiter.api.Test;

/// How long a loop waits between two rounds.
class RoundsTest {
    private static final long MS = 1_000_000;
    private static final long BEGUN_NS = 7 * MS;
    private static final int LARGE = 2_048;

    private static long pauseNs(int turns, long tookNs) {
        return pauseNs(turns, turns, tookNs);
    }

    /// The whole of it, where something comes all the time.
    private static long pauseNs(int turns, int writes, long tookNs) {
        Rounds rounds = round(turns, writes, LARGE, tookNs);
        long nowNs = BEGUN_NS + tookNs;
        int head = 1;
        for (long waitNs; (waitNs = rounds.pauseNs(nowNs, head(head++))) > 0; ) nowNs += waitNs;
        return nowNs - BEGUN_NS - tookNs;
    }

    /// One that has just ended.
    private static Rounds round(int turns, int writes, int bytes, long tookNs) {
        Rounds rounds = new Rounds();
        rounds.begin(BEGUN_NS, turns);
        for (int i = 0; i < turns; i++) {
            assertThat(rounds.isUnderWay()).isTrue();
            assertThat(rounds.pauseNs(BEGUN_NS + 1, head(0))).isZero();
            rounds.turn();
            if (i < writes) rounds.wrote(bytes);
        }
        assertThat(rounds.isUnderWay()).isFalse();
        rounds.end(BEGUN_NS + tookNs, head(0));
        return rounds;
    }

    private static Cursor head(long position) {
        return new Cursor(new Epoch("e"), position);
    }

    @Test
    void waitsAsLongAsTheRoundTook() {
        assertThat(pauseNs(1_000, 3 * MS)).isEqualTo(3 * MS);
        assertThat(pauseNs(10_000, 35 * MS)).isEqualTo(35 * MS);
    }

    @Test
    void waitsNoLongerThanTheWritesThatItSavesWouldTake() {
        assertThat(pauseNs(1_000, 20 * MS)).isEqualTo(5 * MS);
        assertThat(pauseNs(100, 20 * MS)).isEqualTo(MS / 2);
    }

    @Test
    void doesNotWaitForReadersThatTakeNothing() {
        assertThat(pauseNs(1_200, 1_000, 20 * MS)).isEqualTo(5 * MS);
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

    @Test
    void waitsNoLongerWhenWhatCameHasCeasedToCome() {
        Rounds rounds = round(1_000, 1_000, LARGE, 8 * MS);
        long nowNs = BEGUN_NS + 8 * MS;
        assertThat(rounds.pauseNs(nowNs, head(0))).isEqualTo(MS * 5 / 8);
        nowNs += MS * 5 / 8;
        assertThat(rounds.pauseNs(nowNs, head(32))).isEqualTo(MS * 5 / 8);
        nowNs += MS * 5 / 8;
        assertThat(rounds.pauseNs(nowNs, head(32))).isZero();
        assertThat(rounds.pauseNs(nowNs, head(33))).isZero(); // It stays over.
    }

    @Test
    void waitsForWhatHasNotBegunToCome() {
        Rounds rounds = round(1_000, 1_000, LARGE, 8 * MS);
        long nowNs = BEGUN_NS + 8 * MS;
        for (int part = 0; part < 8; part++) {
            assertThat(rounds.pauseNs(nowNs, head(0))).isEqualTo(MS * 5 / 8);
            nowNs += MS * 5 / 8;
        }
        assertThat(rounds.pauseNs(nowNs, head(0))).isZero();
    }

    @Test
    void waitsForMoreWhereWritesAreSmall() {
        Rounds rounds = round(1_000, 1_000, LARGE - 1, 8 * MS);
        assertThat(rounds.pauseNs(BEGUN_NS + 8 * MS, head(1))).isEqualTo(5 * MS);
    }

    @Test
    void forgetsWhatCameInAnEarlierPause() {
        Rounds rounds = round(1_000, 1_000, LARGE, 8 * MS);
        long nowNs = BEGUN_NS + 8 * MS;
        rounds.pauseNs(nowNs, head(1));
        while (rounds.pauseNs(nowNs, head(2)) > 0) nowNs += MS;
        rounds.begin(nowNs, 1_000);
        for (int i = 0; i < 1_000; i++) {
            rounds.turn();
            rounds.wrote(LARGE);
        }
        nowNs += 8 * MS;
        rounds.end(nowNs, head(3));
        assertThat(rounds.pauseNs(nowNs, head(3))).isEqualTo(MS * 5 / 8);
    }

    @Test
    void looksNoMoreOftenThanATimerIsWorth() {
        Rounds rounds = round(80, 80, LARGE, 8 * MS);
        assertThat(rounds.pauseNs(BEGUN_NS + 8 * MS, head(0))).isEqualTo(MS / 5);
    }
}
