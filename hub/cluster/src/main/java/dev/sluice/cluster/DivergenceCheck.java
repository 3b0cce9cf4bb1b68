package dev.sluice.cluster;

import dev.sluice.cluster.order.Voters;
import dev.sluice.cluster.peers.NodeClient;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Compares this node with the others once a second while something is published: nodes that applied the same order are
/// equal, unless a disk or the memory of one is damaged, or nodes decide differently. Raft does not notice either.
///
/// A node that a majority differs from stops, and gets a copy of their log; where there is no majority, all stop.
final class DivergenceCheck implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(DivergenceCheck.class.getName());

    /// Nodes that have not answered by then are away, or far behind.
    private static final int ROUNDS_MAX = 10;

    /// So often a node finds that there is no majority before it stops: the others need its digest to find that, too.
    private static final int ROUNDS_UNTIL_STOP = 3;

    private final Self self;
    private final NodeClient client;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("divergence-check").daemon().factory());
    private final Map<String, Long> answers = new HashMap<>();
    private long index;
    private int rounds;
    private int roundsWithoutMajority;
    private boolean isDecided = true;
    private volatile long asked;

    /// This node.
    interface Self {
        /// The index of the newest proposal that it has applied.
        long newest();

        /// As [dev.sluice.core.replication.ReplicatedLog#digestAt].
        @Nullable
        Long digestAt(long index);

        Voters voters();

        /// It equals the others up to an index.
        void equal(long index);

        /// It is not what it should be; a majority of the others is.
        void outvoted(String reason);

        /// Nobody knows which of the nodes are what they should be.
        void undecidable(String reason);
    }

    DivergenceCheck(Self self, NodeClient client) {
        this.self = self;
        this.client = client;
    }

    void start() {
        thread.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
    }

    /// Another node compares itself with this one at an index. So do all, as one that has stopped will never have a
    /// later one.
    void asked(long at) {
        asked = Math.max(asked, at);
    }

    private void look() {
        try {
            long common = asked;
            if (common > index && self.digestAt(common) != null) begin(common);
            Long own = self.digestAt(index);
            if (own == null || isDecided || rounds++ == ROUNDS_MAX) begin();
            else compare(own, self.voters());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error failed) { // It would end all further looks.
            LOG.log(System.Logger.Level.ERROR, "the nodes could not be compared", failed);
        }
    }

    /// Takes the newest index, which the others have by the next look.
    private void begin() {
        long newest = self.newest();
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
            case EQUAL -> self.equal(index);
            case UNDECIDED, OTHERS_DIFFER -> LOG.log(System.Logger.Level.ERROR, difference(own));
            case OUTVOTED ->
                self.outvoted(difference(own) + " A majority of the nodes differs from this one, which gets a copy of"
                        + " the log when it is opened again. Check this machine's memory and disk.");
            case NO_MAJORITY -> {
                if (++roundsWithoutMajority < ROUNDS_UNTIL_STOP) return;
                isDecided = true;
                self.undecidable(difference(own) + " No majority of them agrees, so all stop. Remove those that are not"
                        + " to be kept, and add them with empty folders (storage.data).");
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
            return null; // It is away: /readyz, and those who watch it, say so.
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
