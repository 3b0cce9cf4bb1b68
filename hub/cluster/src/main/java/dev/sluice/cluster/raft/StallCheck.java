package dev.sluice.cluster.raft;

import dev.sluice.core.thread.PeriodicTask;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Notices that this node has entries and neither writes nor applies them, as when its disk does not answer. If
/// it leads, it lets another node lead: Raft keeps a leader that a majority hears, and the cluster would take
/// no publishes.
///
/// Runs on a platform thread, because virtual ones may all wait for that disk.
final class StallCheck implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(StallCheck.class.getName());
    private static final Duration PERIOD = Duration.ofSeconds(1);

    /// Looks in a row without progress after which this node is stalled. A time would include that in which
    /// the process was paused.
    private static final int LOOKS = 10;

    private final Self self;
    private final Runnable before;
    private final Thread thread =
            Thread.ofPlatform().name("stall-check").daemon().unstarted(this::run);
    private Indexes seen = new Indexes(-1, -1, -1, -1);
    private volatile int looks;

    /// This node.
    interface Self {
        /// The state of its Raft log; null once Raft has ended.
        @Nullable
        Indexes indexes();

        /// Lets another node lead if this one leads.
        ///
        /// @param applied the index up to which that node must have applied the order
        void giveUp(long applied) throws InterruptedException;
    }

    /// Indexes of a Raft log.
    ///
    /// @param committed up to which this node may apply
    /// @param written   up to which the log is on disk
    /// @param last      of the last entry
    record Indexes(long applied, long committed, long written, long last) {}

    /// @param before runs before each look
    StallCheck(Self self, Runnable before) {
        this.self = self;
        this.before = before;
    }

    void start() {
        thread.start();
    }

    private void run() {
        PeriodicTask.run(
                PERIOD, failed -> LOG.log(System.Logger.Level.ERROR, "Raft could not be checked", failed), () -> {
                    before.run();
                    look();
                    return true; // Until the node is closed.
                });
    }

    void look() throws InterruptedException {
        Indexes now = self.indexes();
        if (now == null) return;
        boolean appliesNone = now.applied < now.committed && now.applied == seen.applied;
        boolean writesNone = now.written < now.last && now.written == seen.written;
        int count = appliesNone || writesNone ? looks + 1 : 0;
        seen = now;
        looks = count;
        if (count == LOOKS) LOG.log(System.Logger.Level.WARNING, problem());
        // One that has applied no more is no better: all may wait at the same entry.
        if (count >= LOOKS) self.giveUp(Math.min(now.committed, now.applied + 1));
    }

    /// The problem for the operator; null if this node is not stalled.
    @Nullable
    String problem() {
        int count = looks;
        return count < LOOKS
                ? null
                : "The node has made no progress for " + count * PERIOD.toSeconds()
                        + " s, although it has entries to write or apply: its disk may not answer.";
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
