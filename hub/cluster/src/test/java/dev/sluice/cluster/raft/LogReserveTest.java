package dev.sluice.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LogReserveTest {
    private static final int PROPOSAL_BYTES = (1 << 20) - LogReserve.OVERHEAD_BYTES;
    private static final int RESERVED = (int) (LogReserve.BYTES >> 20);

    private final LogReserve reserve = new LogReserve();

    private void place(int from, int to) {
        for (int index = from; index <= to; index++) reserve.placed(index, PROPOSAL_BYTES);
    }

    @Test
    void keepsEntriesForANodeThatWasAway() {
        place(1, RESERVED);
        assertThat(reserve.cut(RESERVED)).isZero();
        place(RESERVED + 1, RESERVED + 10);
        assertThat(reserve.cut(RESERVED + 10)).isEqualTo(10);
    }

    @Test
    void keepsEntriesThatAreNotOnDisk() {
        place(1, RESERVED + 10);
        assertThat(reserve.cut(0)).isZero();
        assertThat(reserve.cut(7)).isEqualTo(7);
    }

    @Test
    void doesNotGoBack() {
        place(1, RESERVED + 10);
        assertThat(reserve.cut(RESERVED)).isEqualTo(10);
        assertThat(reserve.cut(3)).isEqualTo(10);
    }

    @Test
    void countsSmallProposals() {
        long count = LogReserve.BYTES / LogReserve.OVERHEAD_BYTES;
        for (long index = 1; index <= 2 * count; index++) reserve.placed(index, 0);
        assertThat(reserve.cut(2 * count)).isEqualTo(count);
    }

    @Test
    void isReleasedOnceForTheLeader() {
        place(1, RESERVED + 10);
        reserve.release();
        assertThat(reserve.cut(20)).isEqualTo(20);
        assertThat(reserve.cut(30)).isEqualTo(20);
        place(RESERVED + 11, 2 * RESERVED + 20);
        assertThat(reserve.cut(2 * RESERVED + 20)).isEqualTo(RESERVED + 20);
    }
}
