package dev.sluice.cluster.raft;

import dev.sluice.cluster.peers.NodeClient;
import dev.sluice.core.thread.PeriodicTask;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// Notices at once that the leader's process is gone, and starts an election. Raft alone waits until it has
/// not heard from the leader for a timeout, which Ratis 3.3 checks only once per timeout: that takes 0.6 to
/// 2.4 s.
///
/// Of the remaining voting nodes, the one with the longest log asks for votes, as only that one is sure to
/// get them; among several, the first by address. So two candidates do not split the votes. A wrong choice
/// costs one election, and if no node asks, Raft's timeout still applies.
final class LeaderWatch implements AutoCloseable {
    /// The interval between two checks for a leader.
    private static final Duration LOOK = Duration.ofMillis(100);

    private static final System.Logger LOG = System.getLogger(LeaderWatch.class.getName());

    private final Self self;
    private final NodeClient client;
    private final Thread thread = Thread.ofVirtual().name("leader-watch").unstarted(this::run);

    /// This node.
    interface Self {
        /// The request address of the leader, or null if this node leads or no leader is known.
        @Nullable
        String leader();

        /// The request address of this node.
        String address();

        /// The request addresses of the other nodes that vote, the leader among them; empty if this one does not vote.
        Collection<String> voters();

        /// The index of the last entry of the order that this node has.
        long last();

        /// Asks for votes, unless another node leads by now.
        void askForVotes(String goneLeader) throws IOException;
    }

    LeaderWatch(Self self, NodeClient client) {
        this.self = self;
        this.client = client;
    }

    void start() {
        thread.start();
    }

    private void run() {
        PeriodicTask.run(
                LOOK,
                failed -> LOG.log(System.Logger.Level.ERROR, "the leader could not be watched", failed),
                this::look);
    }

    private boolean look() throws InterruptedException {
        String leader = self.leader();
        if (leader != null && client.awaitEnd(leader, () -> isLed(leader)) && isLed(leader)) replace(leader);
        return true; // Until the node is closed.
    }

    private boolean isLed(String by) {
        return by.equals(self.leader());
    }

    void replace(String leader) throws InterruptedException {
        Collection<String> voters = self.voters();
        if (voters.isEmpty()) return;
        long own = self.last();
        for (String each : voters) {
            if (!each.equals(leader) && isBefore(each, own)) return;
        }
        try {
            self.askForVotes(leader);
        } catch (IOException _) {
            // Raft's own timeout still applies.
        }
    }

    /// Returns true if the other node should ask for votes rather than this one.
    private boolean isBefore(String other, long own) throws InterruptedException {
        try {
            long there = client.last(other);
            return there > own || (there == own && other.compareTo(self.address()) < 0);
        } catch (IOException _) {
            return false; // That node is gone as well, or cut off.
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
