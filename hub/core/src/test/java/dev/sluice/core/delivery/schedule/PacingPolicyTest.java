package dev.sluice.core.delivery.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import org.junit.jupiter.api.Test;

/// How long a loop pauses between two rounds.
class PacingPolicyTest {
    private static final long MS = 1_000_000;
    private static final long START_NS = 7 * MS;
    private static final int LARGE = 2_048;

    private static long pauseNs(int turns, long roundNs) {
        return pauseNs(turns, turns, roundNs);
    }

    /// The whole pause, while the log keeps growing.
    private static long pauseNs(int turns, int writes, long roundNs) {
        PacingPolicy pacing = endedRound(turns, writes, LARGE, roundNs);
        long nowNs = START_NS + roundNs;
        int head = 1;
        for (long waitNs; (waitNs = pacing.pauseNs(nowNs, head(head++))) > 0; ) nowNs += waitNs;
        return nowNs - START_NS - roundNs;
    }

    /// A policy whose round has just ended.
    private static PacingPolicy endedRound(int turns, int writes, int bytes, long roundNs) {
        PacingPolicy pacing = new PacingPolicy();
        pacing.beginRound(START_NS, turns);
        for (int i = 0; i < turns; i++) {
            assertThat(pacing.isRoundActive()).isTrue();
            assertThat(pacing.pauseNs(START_NS + 1, head(0))).isZero();
            pacing.countTurn();
            if (i < writes) pacing.recordWrite(bytes);
        }
        assertThat(pacing.isRoundActive()).isFalse();
        pacing.endRound(START_NS + roundNs, head(0));
        return pacing;
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
    void waitsNoLongerThanTheSavedWritesWouldTake() {
        assertThat(pauseNs(1_000, 20 * MS)).isEqualTo(5 * MS);
        assertThat(pauseNs(100, 20 * MS)).isEqualTo(MS / 2);
    }

    @Test
    void doesNotCountReadersThatAcceptNothing() {
        assertThat(pauseNs(1_200, 1_000, 20 * MS)).isEqualTo(5 * MS);
        assertThat(pauseNs(1_000, 0, 20 * MS)).isZero();
    }

    @Test
    void waitsAtMostFiftyMilliseconds() {
        assertThat(pauseNs(1_000_000, 4_000 * MS)).isEqualTo(50 * MS);
    }

    @Test
    void doesNotWaitIfThatSavesLittle() {
        assertThat(pauseNs(10, 20 * MS)).isZero();
        assertThat(pauseNs(1_000, MS / 10)).isZero();
    }

    @Test
    void stopsWaitingWhenTheLogStopsGrowing() {
        PacingPolicy pacing = endedRound(1_000, 1_000, LARGE, 8 * MS);
        long nowNs = START_NS + 8 * MS;
        assertThat(pacing.pauseNs(nowNs, head(0))).isEqualTo(MS * 5 / 8);
        nowNs += MS * 5 / 8;
        assertThat(pacing.pauseNs(nowNs, head(32))).isEqualTo(MS * 5 / 8);
        nowNs += MS * 5 / 8;
        assertThat(pacing.pauseNs(nowNs, head(32))).isZero();
        assertThat(pacing.pauseNs(nowNs, head(33))).isZero(); // The pause stays over.
    }

    @Test
    void waitsWhileTheLogHasNotGrownYet() {
        PacingPolicy pacing = endedRound(1_000, 1_000, LARGE, 8 * MS);
        long nowNs = START_NS + 8 * MS;
        for (int part = 0; part < 8; part++) {
            assertThat(pacing.pauseNs(nowNs, head(0))).isEqualTo(MS * 5 / 8);
            nowNs += MS * 5 / 8;
        }
        assertThat(pacing.pauseNs(nowNs, head(0))).isZero();
    }

    @Test
    void waitsTheWholePauseAfterSmallWrites() {
        PacingPolicy pacing = endedRound(1_000, 1_000, LARGE - 1, 8 * MS);
        assertThat(pacing.pauseNs(START_NS + 8 * MS, head(1))).isEqualTo(5 * MS);
    }

    @Test
    void ignoresGrowthInAnEarlierPause() {
        PacingPolicy pacing = endedRound(1_000, 1_000, LARGE, 8 * MS);
        long nowNs = START_NS + 8 * MS;
        pacing.pauseNs(nowNs, head(1));
        while (pacing.pauseNs(nowNs, head(2)) > 0) nowNs += MS;
        pacing.beginRound(nowNs, 1_000);
        for (int i = 0; i < 1_000; i++) {
            pacing.countTurn();
            pacing.recordWrite(LARGE);
        }
        nowNs += 8 * MS;
        pacing.endRound(nowNs, head(3));
        assertThat(pacing.pauseNs(nowNs, head(3))).isEqualTo(MS * 5 / 8);
    }

    @Test
    void waitsAtLeastTheResolutionOfATimer() {
        PacingPolicy pacing = endedRound(80, 80, LARGE, 8 * MS);
        assertThat(pacing.pauseNs(START_NS + 8 * MS, head(0))).isEqualTo(MS / 5);
    }
}
