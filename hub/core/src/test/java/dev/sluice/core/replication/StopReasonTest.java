package dev.sluice.core.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Draft;
import dev.sluice.core.index.EntriesBacking;
import dev.sluice.core.index.EntrySource;
import dev.sluice.core.index.EntryStore;
import dev.sluice.core.index.Epochs;
import dev.sluice.core.index.Index;
import dev.sluice.core.index.LogRecord;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.LogLimits;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.RetentionRules;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Why a node stopped, where one reason leads to others, and what it does afterwards; and that a count of
/// losses does not stop it.
final class StopReasonTest {
    private final FailingStore store = new FailingStore();
    private final ReplicatedLog log = log(store);

    private static ReplicatedLog log(EntryStore store) {
        LogLimits limits = LogLimits.builder().lookMax(1).build();
        Retention rule = new Retention(Duration.ofSeconds(1), Long.MAX_VALUE, Long.MAX_VALUE);
        RetentionRules rules = new RetentionRules(List.of(), rule);
        Index index = new Index(Epochs.of(MemoryNode.EPOCH), limits, store);
        return MemoryNode.log(
                new ReplicatedLog.Identity(1, 1),
                MemoryNode.NOWHERE,
                index,
                limits,
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

    /// An outcome that only this node has would make it differ from the others.
    @Test
    void aFailureOfItsOwnStoreIsNoOutcome() {
        log.placed(new Order.Position(1, 1), 0, event(1));
        store.hasFailed = true;
        assertThatThrownBy(() -> log.placed(new Order.Position(2, 1), 60_000, record(2, new Command.Maintain(10))))
                .isInstanceOf(EntryStore.StoreFailedException.class);
        assertThat(log.failure()).contains("a block can't be read");
        assertThat(log.digestAt(2)).isNull();
    }

    private static byte[] event(int process) {
        Draft draft = Draft.event(new ChannelName("a"), "message", Contents.text("x"));
        return record(process, new Command.Append(new Publication(draft, Conditions.NONE)));
    }

    /// @param process another one for each proposal, as each numbers its own
    private static byte[] record(int process, Command<?> command) {
        return ProposalRecord.write(new Proposal(9, process, 1, List.of(command)), 64);
    }

    /// An order that does not end in time is left behind, and the disk is closed.
    @Test
    void aClosedNodeAppliesAndSavesNothingMore() {
        log.placed(new Order.Position(1, 1), 0, new byte[0]);
        log.close();
        log.placed(new Order.Position(2, 1), 0, new byte[0]);
        assertThat(log.progress().index()).isEqualTo(1);
        assertThat(log.failure()).isNull();
        assertThatThrownBy(() -> log.save(() -> {})).isInstanceOf(IllegalStateException.class);
    }

    /// As the process of a node would crash that reads a closed disk.
    @Test
    void aNodeThatIsClosedWhileItCountsLossesReadsNothingMore() {
        for (int i = 1; i <= 5; i++) log.placed(new Order.Position(i, 1), 0, event(i));
        store.whenRead = () -> {
            log.close();
            store.hasFailed = true;
        };
        RetentionRules fewer = new RetentionRules(List.of(), Retention.events(1));
        assertThat(log.changeRules(fewer, false).toCompletableFuture())
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withMessageContaining("the log is closed");
        assertThat(store.hasFailed).as("it had begun to count").isTrue();
        log.maintain();
    }

    /// A lock is not handed over: a count that never pauses would acquire it again and again.
    @Test
    void leavesHalfOfTheTimeToProposalsWhileItCountsLosses() {
        for (int i = 1; i <= 50; i++) log.placed(new Order.Position(i, 1), 0, event(i));
        List<Long> beginsNs = new ArrayList<>();
        List<Long> endsNs = new ArrayList<>();
        store.whenRead = () -> {
            beginsNs.add(System.nanoTime());
            LockSupport.parkNanos(1_000_000); // As a slow disk does.
            endsNs.add(System.nanoTime());
        };
        RetentionRules fewer = new RetentionRules(List.of(), Retention.events(1));
        assertThat(log.changeRules(fewer, false)).isCompletedWithValueMatching(losses -> losses.size() == 1);
        assertThat(beginsNs).hasSizeGreaterThan(40);
        for (int i = 1; i < beginsNs.size(); i++) {
            long sliceNs = endsNs.get(i - 1) - beginsNs.get(i - 1);
            assertThat(beginsNs.get(i) - endsNs.get(i - 1)).isGreaterThanOrEqualTo(sliceNs);
        }
    }

    /// Memory has all entries.
    private static final class FailingStore extends EntriesBacking {
        boolean hasFailed;
        Runnable whenRead = () -> {};

        @Override
        public @Nullable EntrySource source() {
            if (hasFailed) throw new EntryStore.StoreFailedException("a block can't be read", null) {};
            whenRead.run();
            return null;
        }

        @Override
        public void place(LogRecord.Group group) {}

        @Override
        public void drop(LogRecord.Trim trim) {}
    }
}
