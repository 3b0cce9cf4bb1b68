package dev.sluice.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A node whose Raft log has entries to write and to apply.
final class StallCheckTest {
    private final List<Long> givenUp = new ArrayList<>();
    private StallCheck.Indexes indexes = new StallCheck.Indexes(5, 5, 5, 5);

    private final StallCheck check = new StallCheck(
            new StallCheck.Self() {
                @Override
                public StallCheck.Indexes indexes() {
                    return indexes;
                }

                @Override
                public void giveUp(long applied) {
                    givenUp.add(applied);
                }
            },
            () -> {});

    private void look(int times) throws InterruptedException {
        for (int i = 0; i < times; i++) check.look();
    }

    private void look(int times, StallCheck.Indexes next) throws InterruptedException {
        indexes = next;
        look(times);
    }

    @Test
    void aNodeThatHasNothingToDoIsWell() throws Exception {
        look(100);
        assertThat(check.problem()).isNull();
    }

    @Test
    void leadsNoLongerIfItDoesNotApplyWhatIsCommitted() throws Exception {
        look(1);
        look(9, new StallCheck.Indexes(5, 6, 6, 6));
        assertThat(check.problem()).isNull();
        look(2, new StallCheck.Indexes(5, 8, 9, 9));
        assertThat(check.problem()).contains("no progress for 11 s");
        assertThat(givenUp).as("another node has applied more").containsExactly(6L, 6L);
    }

    @Test
    void leadsNoLongerIfItDoesNotWriteItsLog() throws Exception {
        look(1);
        look(10, new StallCheck.Indexes(5, 5, 5, 6));
        assertThat(check.problem()).isNotNull();
        assertThat(givenUp).as("nothing more can be committed").containsExactly(5L);
    }

    /// The other nodes are stalled, or do not get it.
    @Test
    void mayHaveEntriesThatAreNotCommitted() throws Exception {
        look(100, new StallCheck.Indexes(5, 5, 7, 7));
        assertThat(check.problem()).isNull();
    }

    @Test
    void mayBeSlow() throws Exception {
        for (int i = 0; i < 10; i++) look(9, new StallCheck.Indexes(i, 1_000, 1_000 + i, 2_000));
        assertThat(givenUp).isEmpty();
        look(2, new StallCheck.Indexes(9, 1_000, 1_009, 2_000));
        assertThat(check.problem()).isNotNull();
        look(1, new StallCheck.Indexes(10, 1_000, 1_010, 2_000));
        assertThat(check.problem()).isNull();
    }

    @Test
    void looksAtNothingOnceRaftHasEnded() throws Exception {
        look(100, null);
        assertThat(check.problem()).isNull();
    }
}
