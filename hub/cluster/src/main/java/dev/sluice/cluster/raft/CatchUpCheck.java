package dev.sluice.cluster.raft;

import dev.sluice.cluster.order.Leader;
import dev.sluice.cluster.order.StateMachine;
import dev.sluice.cluster.order.Voters;
import dev.sluice.cluster.peers.FollowerProgress;
import dev.sluice.cluster.peers.NodeClient;
import dev.sluice.cluster.peers.NodeStatus;
import dev.sluice.core.thread.PeriodicTask;
import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Ends this node, with a reason, if it gets no entries although the leader reaches it.
///
/// A Raft log that lacks acknowledged entries at its end looks intact. But for as long as it leads, the
/// leader remembers the acknowledged index, and nearly always continues after it (Ratis 3.3,
/// `LogAppenderBase.getNextIndexForInconsistency`): this node cannot append what it sends.
final class CatchUpCheck implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(CatchUpCheck.class.getName());
    private static final Duration PERIOD = Duration.ofSeconds(2);

    /// Checks in a row in which the leader remembers a missing entry before the node ends. A single answer
    /// may be older than a change of the leader, after which a node gives up entries that no majority has.
    private static final int LOSSES = 3;

    /// Checks in a row in which the leader has an entry that does not arrive. In that time the largest entry,
    /// 16 MiB, arrives at 0.5 MB/s.
    private static final int LOOKS = 15;

    /// Checks in a row without a leader after which the last known leader is no longer asked. A node that
    /// refuses the leader's entries asks for an election each second, and during it knows no leader. A node
    /// that is cut off knows none all the time.
    private static final int UNKNOWN_MAX = 3;

    private final String self;
    private final Supplier<Leader> leader;
    private final LongSupplier next;
    private final Supplier<Voters> voters;
    private final NodeClient client;
    private final StateMachine replica;
    private @Nullable Thread thread;
    private long seen = -1;
    private int losses;
    private int looks;
    private @Nullable String address;
    private int unknown;

    /// @param self   the id of this node
    /// @param leader the leader that Raft knows; [Leader.None] while it does not reach this node
    /// @param next   the index of the next entry of this node's Raft log
    CatchUpCheck(
            String self,
            Supplier<Leader> leader,
            LongSupplier next,
            Supplier<Voters> voters,
            NodeClient client,
            StateMachine replica) {
        this.self = self;
        this.leader = leader;
        this.next = next;
        this.voters = voters;
        this.client = client;
        this.replica = replica;
    }

    void start() {
        thread = Thread.ofVirtual()
                .name("catch-up")
                .start(() -> PeriodicTask.run(
                        PERIOD,
                        failed -> LOG.log(System.Logger.Level.ERROR, "the leader could not be asked", failed),
                        () -> !look()));
    }

    /// @return true if it has ended the node
    boolean look() throws InterruptedException {
        long now = next.getAsLong();
        if (now != seen) {
            seen = now;
            losses = 0;
            looks = 0;
        }
        unknown++;
        if (leader.get() instanceof Leader.Other(String known)) {
            address = known;
            unknown = 0;
        }
        String asked = address;
        if (asked == null || unknown >= UNKNOWN_MAX) return false;
        FollowerProgress known = ask(asked);
        if (known == null || next.getAsLong() != now) return false; // The answer describes an older state of this node.
        if (known.acknowledged() >= now) losses++;
        if (known.committed() >= now) looks++;
        if (losses >= LOSSES) replica.lacksAcknowledged(lost(asked, known.acknowledged(), now), isMajorityLeft());
        else if (looks >= LOOKS) replica.orderEnded(standsStill(asked, known.committed(), now));
        return losses >= LOSSES || looks >= LOOKS;
    }

    private static String lost(String leader, long acknowledged, long next) {
        return "The leader (" + leader
                + ") remembers that this node has acknowledged the entries of the Raft log up to "
                + acknowledged + ", but the log here ends with " + (next - 1)
                + ": the disk has lost what was synced, or an earlier version acknowledged what it did not have.";
    }

    private static String standsStill(String leader, long committed, long next) {
        return "The leader (" + leader + ") has committed the entries of the Raft log up to " + committed
                + ", but the log here has ended with " + (next - 1) + " for " + LOOKS * PERIOD.toSeconds()
                + " s, although the leader reaches this node. No entry that this node acknowledged is missing: start it again.";
    }

    /// Returns true if the healthy voting nodes are a majority without this one.
    private boolean isMajorityLeft() throws InterruptedException {
        Voters all = voters.get();
        int well = 0;
        for (String each : all.others()) if (isWell(each)) well++;
        return 2 * well > all.count();
    }

    private boolean isWell(String node) throws InterruptedException {
        try {
            NodeStatus status = client.status(node);
            return status.state() == NodeStatus.State.MEMBER && status.problem() == null;
        } catch (IOException _) {
            return false;
        }
    }

    private @Nullable FollowerProgress ask(String node) throws InterruptedException {
        try {
            return client.follower(node, self);
        } catch (IOException _) {
            return null; // The leader ends, or no longer leads.
        }
    }

    @Override
    public void close() {
        if (thread != null) thread.interrupt();
    }
}
