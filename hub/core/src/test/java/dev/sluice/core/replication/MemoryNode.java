package dev.sluice.core.replication;

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

/// Opens logs of nodes that have nothing on disk, for tests.
public final class MemoryNode {
    public static final Epoch EPOCH = new Epoch("e");
    public static final LogLimits LIMITS = LogLimits.builder().build();

    /// Rules that keep everything.
    public static final RetentionRules RULES = new RetentionRules(List.of(), Retention.ALL);

    /// An order that places nothing.
    public static final Order NOWHERE = new Order() {
        @Override
        public void propose(byte[] proposal) {}

        @Override
        public boolean isLeader() {
            return false;
        }
    };

    private MemoryNode() {}

    public static Index index(LogLimits limits) {
        return new Index(Epochs.of(EPOCH), limits, EntryStore.NONE);
    }

    /// A log that keeps everything.
    public static ReplicatedLog log(
            ReplicatedLog.Identity identity, Order order, InstantSource clock, Duration timeout) {
        return log(identity, order, index(LIMITS), LIMITS, RULES, clock, timeout);
    }

    /// @param limits those of the index
    public static ReplicatedLog log(
            ReplicatedLog.Identity identity,
            Order order,
            Index index,
            LogLimits limits,
            RetentionRules rules,
            InstantSource clock,
            Duration timeout) {
        return new ReplicatedLog(
                identity,
                order,
                index,
                new Sequencer(index, limits, Sequencer.ofAllChannels(rules)),
                new IndexReader(index, new DirectReads()),
                ReplicaStore.NONE,
                rules,
                clock,
                timeout);
    }
}
