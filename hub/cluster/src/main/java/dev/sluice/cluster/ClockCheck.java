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

/// Compares this node's clock with those of the other nodes. The order takes its time from the leader, so a
/// leader whose clock is wrong gives all events a wrong time, and age-based retention drops them too early or
/// too late.
///
/// The time that a node answers is taken as its time halfway between question and answer: the error is at
/// most half of the round trip. Answers that take longer than a second are ignored.
final class ClockCheck implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ClockCheck.class.getName());

    private static final int PERIOD_SECONDS = 10;

    /// Clocks synchronized by NTP differ by far less, even as measured between busy machines.
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

        /// Returns true if the order takes its time from this node now.
        boolean keepsTime();

        /// Called with the amount by which this node's clock is ahead of the median of all nodes, including
        /// this one.
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
            List<Long> aheadMs = new ArrayList<>(List.of(0L)); // The difference of each node's clock from this one.
            for (String each : self.others()) ask(each, aheadMs);
            Duration ahead = Duration.ofMillis(-median(aheadMs));
            self.isAhead(ahead);
            warn(ahead);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error failed) { // An exception would cancel all further checks.
            LOG.log(System.Logger.Level.ERROR, "the clocks of the nodes could not be compared", failed);
        }
    }

    private void ask(String node, List<Long> aheadMs) throws InterruptedException {
        try {
            long askedMs = self.timeMs();
            long thereMs = client.timeMs(node);
            aheadMs.add(thereMs - (askedMs + self.timeMs()) / 2);
        } catch (IOException _) {
            // The node does not answer; its /readyz and its monitoring report that.
        }
    }

    /// For an even number of values, the mean of the two in the middle.
    private static long median(List<Long> values) {
        List<Long> sorted = values.stream().sorted().toList();
        int upper = sorted.size() / 2;
        return (sorted.get(upper) + sorted.get((sorted.size() - 1) / 2)) / 2;
    }

    /// Logs one warning; the next one only after the clock was right or another node has led.
    private void warn(Duration ahead) {
        boolean isFar = self.keepsTime() && ahead.abs().compareTo(FAR) > 0;
        if (isFar && !hasWarned) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the clock of this node, which leads, is far from the median of all nodes: set the clock, or"
                            + " hand leadership to another node, ahead=" + ahead.toMillis() / 1_000.0 + "s");
        }
        hasWarned = isFar;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
