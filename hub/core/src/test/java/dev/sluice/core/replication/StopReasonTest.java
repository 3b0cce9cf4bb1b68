package dev.sluice.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.index.EntryStore;
import dev.sluice.core.index.Epochs;
import dev.sluice.core.index.Index;
import dev.sluice.core.index.IndexReader;
import dev.sluice.core.log.LogLimits;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.RetentionRules;
import dev.sluice.core.sequencer.Sequencer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Why a node stopped, where one reason leads to others, and what it does afterwards.
final class StopReasonTest {
    private final ReplicatedLog log = log();

    private static ReplicatedLog log() {
        LogLimits limits = LogLimits.builder().build();
        RetentionRules rules = new RetentionRules(List.of(), Retention.ALL);
        Index index = new Index(Epochs.of(new Epoch("e")), limits, EntryStore.NONE);
        Order nobody = new Order() {
            @Override
            public void propose(byte[] proposal) {}

            @Override
            public boolean isLeader() {
                return false;
            }
        };
        return new ReplicatedLog(
                new ReplicatedLog.Identity(1, 1),
                nobody,
                index,
                new Sequencer(index, limits, Sequencer.ofAllChannels(rules)),
                new IndexReader(index, new DirectReads()),
                ReplicaStore.NONE,
                rules,
                InstantSource.system(),
                Duration.ofMinutes(1));
    }

    @Test
    void keepsTheFirstReason() {
        log.stop("the disk is full");
        log.stop("the order has ended");
        log.stopForCopy("it was away for too long");
        assertThat(log.failure()).isEqualTo("the disk is full");
        assertThat(log.isReplacedWhenOpened()).isFalse();
    }

    @Test
    void aCopyIsStillDueAfterLaterReasons() {
        log.stopForCopy("it was away for too long");
        log.stop("the order has ended");
        assertThat(log.failure()).isEqualTo("it was away for too long");
        assertThat(log.isReplacedWhenOpened()).isTrue();
    }

    /// An order that does not end in time is left behind, and the disk is closed.
    @Test
    void aClosedNodeAppliesNothingMore() {
        log.placed(new Order.Position(1, 1), 0, new byte[0]);
        log.close();
        log.placed(new Order.Position(2, 1), 0, new byte[0]);
        assertThat(log.progress().index()).isEqualTo(1);
        assertThat(log.failure()).isNull();
    }
}
