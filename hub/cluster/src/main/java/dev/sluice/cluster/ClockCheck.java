package dev.sluice.cluster;

import dev.sluice.cluster.peers.NodeClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Compares this node's clock with those of the other nodes. The order has the time of the node that leads, so a leader
/// whose clock is wrong gives all events a wrong time, and drops too early or too late what is kept by age.
///
/// A node is asked for its time, which counts for the middle between question and answer: it is off by half of what
/// that took, and an answer that takes longer than a second does not count.
final class ClockCheck implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ClockCheck.class.getName());

    private static final int PERIOD_SECONDS = 10;

    /// Clocks that are kept by NTP differ by far less, and those of machines that are busy seem to.
    static final Duration FAR = Duration.ofSeconds(5);

    private final Self self;
    private final NodeClient client;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("clock-check").daemon().factory());
    private boolean hasWarned;

    /// This node.
    interface Self {
        long timeMs();

        /// The request addresses of the other nodes.
        Collection<String> others();

        /// Whether the order has this node's time, now.
        boolean keepsTime();

        /// This node's clock is ahead of the median of all nodes', its own among them, by so much.
        void isAhead(Duration ofMedian);
    }

    ClockCheck(Self self, NodeClient client) {
        this.self = self;
        this.client = client;
    }

    void start() {
        thread.scheduleWithFixedDelay(this::look, 1, PERIOD_SECONDS, TimeUnit.SECONDS);
    }

    void look() {
        try {
            List<Long> aheadMs = new ArrayList<>(List.of(0L)); // Of the others' clocks, from this one.
            for (String each : self.others()) ask(each, aheadMs);
            Duration ahead = Duration.ofMillis(-median(aheadMs));
            self.isAhead(ahead);
            warn(ahead);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error failed) { // It would end all further looks.
            LOG.log(System.Logger.Level.ERROR, "the clocks of the nodes could not be compared", failed);
        }
    }

    private void ask(String node, List<Long> aheadMs) throws InterruptedException {
        try {
            long askedMs = self.timeMs();
            long thereMs = client.timeMs(node);
            aheadMs.add(thereMs - (askedMs + self.timeMs()) / 2);
        } catch (IOException _) {
            // It is away: /readyz, and those who watch it, say so.
        }
    }

    /// Of an even number, the middle between the two in the middle.
    private static long median(List<Long> values) {
        List<Long> sorted = values.stream().sorted().toList();
        int upper = sorted.size() / 2;
        return (sorted.get(upper) + sorted.get((sorted.size() - 1) / 2)) / 2;
    }

    /// Warns once, until the clock is right or another node leads.
    private void warn(Duration ahead) {
        boolean isFar = self.keepsTime() && ahead.abs().compareTo(FAR) > 0;
        if (isFar && !hasWarned) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the clock of this node, which leads, is far from the median of all nodes: set it right, or have"
                            + " another node lead, ahead=" + ahead.toMillis() / 1_000.0 + "s");
        }
        hasWarned = isFar;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
