package dev.sluice.cluster;

import dev.sluice.cluster.folder.NodeFile;
import dev.sluice.cluster.order.NodeOrder;
import dev.sluice.cluster.order.Voters;
import dev.sluice.cluster.peers.NodeClient;
import dev.sluice.core.replication.ReplicatedLog;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Compares this node with the others once a second while something is published: nodes that applied the same
/// order are equal, unless the disk or memory of one is damaged, or their code decides differently. Raft
/// detects neither.
///
/// A node that differs from a majority stops and gets a copy of the majority's log. Without a majority, all
/// nodes stop.
final class DivergenceCheck implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(DivergenceCheck.class.getName());

    /// After this number of rounds, nodes that have not answered count as away or far behind.
    private static final int ROUNDS_MAX = 10;

    /// Rounds without a majority after which a node stops. It does not stop earlier, as the other nodes need
    /// its digest to reach the same result.
    private static final int ROUNDS_UNTIL_STOP = 3;

    private final ReplicatedLog log;
    private final NodeOrder order;
    private final Membership membership;
    private final NodeClient client;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("divergence-check").daemon().factory());
    private final Map<String, Long> answers = new HashMap<>();
    private long index;
    private int rounds;
    private int roundsWithoutMajority;
    private boolean isDecided = true;
    private volatile long asked;

    DivergenceCheck(ReplicatedLog log, NodeOrder order, Membership membership, NodeClient client) {
        this.log = log;
        this.order = order;
        this.membership = membership;
        this.client = client;
    }

    void start() {
        thread.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
    }

    /// Called when another node compares itself with this one at an index. This node then compares at the
    /// same index, because a node that has stopped never reaches a later one.
    void asked(long at) {
        asked = Math.max(asked, at);
    }

    private void look() {
        try {
            long common = asked;
            if (common > index && log.digestAt(common) != null) begin(common);
            Long own = log.digestAt(index);
            if (own == null || isDecided || rounds++ == ROUNDS_MAX) begin();
            else compare(own, order.voters());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error failed) { // An exception would cancel all further checks.
            LOG.log(System.Logger.Level.ERROR, "the nodes could not be compared", failed);
        }
    }

    /// Starts a round at the newest index, which the other nodes have reached by the next check.
    private void begin() {
        long newest = log.progress().index();
        if (newest != index) begin(newest);
    }

    private void begin(long at) {
        index = at;
        rounds = 0;
        roundsWithoutMajority = 0;
        isDecided = false;
        answers.clear();
    }

    private void compare(long own, Voters voters) throws InterruptedException {
        for (String each : voters.others()) {
            if (answers.containsKey(each)) continue;
            Long digest = ask(each);
            if (digest != null) answers.put(each, digest);
        }
        answers.keySet().retainAll(voters.others());
        DigestVote vote = DigestVote.of(own, voters.isSelfAmong(), answers.values(), voters.count());
        isDecided = vote != DigestVote.WAITING && vote != DigestVote.UNDECIDED && vote != DigestVote.NO_MAJORITY;
        switch (vote) {
            case WAITING -> {}
            case EQUAL -> order.peers().compared(index);
            case UNDECIDED, OTHERS_DIFFER -> LOG.log(System.Logger.Level.ERROR, difference(own));
            case OUTVOTED ->
                membership.stopForCopy(
                        log,
                        NodeFile.Stage.REPLACING,
                        difference(own) + " A majority of the nodes differs from this one, which gets a copy of the log"
                                + " when it is opened again. Check this machine's memory and disk.");
            case NO_MAJORITY -> {
                if (++roundsWithoutMajority < ROUNDS_UNTIL_STOP) return;
                isDecided = true;
                log.stop(difference(own) + " No majority of them agrees, so all stop. Remove those that should not"
                        + " be kept, and add them again with empty folders (storage.data).");
            }
        }
    }

    private String difference(long own) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT, "Nodes of the cluster differ: at index %d the digest is %016x here", index, own));
        answers.forEach((node, digest) -> text.append(String.format(Locale.ROOT, ", %016x at %s", digest, node)));
        return text.append('.').toString();
    }

    private @Nullable Long ask(String node) throws InterruptedException {
        try {
            return client.digest(node, index);
        } catch (IOException _) {
            return null; // The node does not answer; its /readyz and its monitoring report that.
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
