package dev.sluice.load;

import dev.sluice.load.http.Connector;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The publishing thread. It publishes either at a fixed rate, with a scheduled time for each event whether or not
/// the server keeps up, or as fast as the readers receive events.
final class PublisherLoop implements Runnable {
    /// A parked thread wakes up this much too late, so the loop spins for the rest of the wait at low rates.
    private static final long PARK_LATE_NS = 100_000;

    private static final double SPIN_RATE_MAX = 250;
    private static final long PARK_MAX_NS = 10_000_000;
    private static final long SELECT_MS = 10;

    private final Load load;
    private final Plan plan;
    private final InFlightDeliveries flow;
    private final Selector selector;
    private final int[] readersOf;
    private final int[] sequences;
    private final long[] refused;
    private final List<Publisher> publishers = new ArrayList<>();
    private int next;
    private long scheduled;
    private volatile @Nullable String refusal;
    private volatile boolean isStopping;

    /// @param readersOf how many readers each channel has
    PublisherLoop(Load load, Plan plan, InFlightDeliveries flow, Selector selector, int[] readersOf) {
        this.load = load;
        this.plan = plan;
        this.flow = flow;
        this.selector = selector;
        this.readersOf = readersOf;
        sequences = new int[plan.lanes().count()];
        refused = new long[plan.lanes().count()];
    }

    /// Blocks until all connections are established.
    void open(Paths paths, Connector connector) throws IOException {
        var writer = RequestWriter.of(plan, paths);
        for (int i = 0; i < plan.publishers(); i++) {
            publishers.add(new Publisher(plan, paths, writer, i, connector, selector));
        }
    }

    /// Stops publishing; the loop still waits for outstanding responses.
    void stop() {
        isStopping = true;
        selector.wakeup();
    }

    /// The status line of the server's first refusal; null if there was none.
    @Nullable
    String refusal() {
        return refusal;
    }

    /// The number of refused events. Read after the thread has ended.
    long refused() {
        long sum = 0;
        for (long each : refused) sum += each;
        return sum;
    }

    @Override
    public void run() {
        try {
            while (!isStopping && !load.isOver()) publishOrWait();
            while (!load.isOver() && !publishers.stream().allMatch(Publisher::isDone)) {
                flushAll();
                select(SELECT_MS);
            }
        } catch (IOException reason) {
            load.fail(reason);
        }
    }

    private void publishOrWait() throws IOException {
        if (plan.inFlight() > 0) {
            boolean isBlocked = sendUntilFull();
            flushAll();
            if (isBlocked || !flow.hasReaders || !flow.beginWaiting()) select(SELECT_MS);
            else select(0);
        } else {
            boolean isBlocked = sendWhatIsDue();
            flushAll();
            if (isBlocked || plan.rate() == 0) select(SELECT_MS);
            else pauseUntil(dueNs(scheduled));
        }
    }

    /// @return true if it stopped because all publishers wait for responses
    private boolean sendUntilFull() {
        int blocked = 0;
        int nowUs = load.startedWindow().nowUs();
        while (!flow.isFull()) {
            var publisher = publishers.get(next);
            next = next + 1 == publishers.size() ? 0 : next + 1;
            if (publisher.canSend()) {
                send(publisher, nowUs);
                blocked = 0;
            } else if (++blocked == publishers.size()) {
                return true;
            }
        }
        return false;
    }

    /// @return true if a publisher whose event is due waits for responses.
    /// The other publishers wait as well; the delay counts as latency.
    private boolean sendWhatIsDue() {
        if (plan.rate() == 0) return false;
        long nowNs = System.nanoTime();
        while (dueNs(scheduled) <= nowNs) {
            var publisher = publishers.get(next);
            if (!publisher.canSend()) return true;
            send(publisher, (int) ((dueNs(scheduled) - load.startedWindow().startNs()) / 1_000));
            next = next + 1 == publishers.size() ? 0 : next + 1;
            scheduled += plan.batch();
        }
        return false;
    }

    private long dueNs(long n) {
        return load.startedWindow().startNs() + (long) (n * (1e9 / plan.rate()));
    }

    private void send(Publisher publisher, int dueUs) {
        long deliveries = publisher.send(sequences, readersOf, dueUs);
        flow.expected.addAndGet(flow.hasReaders ? deliveries : plan.batch());
        // Without acknowledgements, sent counts as published.
        if (plan.publishesOverWebSocket()) flow.acknowledged.incrementAndGet();
    }

    private void flushAll() throws IOException {
        for (var publisher : publishers) {
            try {
                if (plan.resumes()) publisher.reconnect();
                publisher.flush();
            } catch (IOException reason) {
                lost(publisher, reason);
            }
        }
    }

    private void lost(Publisher publisher, IOException reason) throws IOException {
        if (!plan.resumes()) throw reason;
        publisher.lost();
    }

    private void pauseUntil(long dueNs) throws IOException {
        select(0);
        boolean maySpin = plan.rate() <= SPIN_RATE_MAX;
        long leftNs = dueNs - System.nanoTime() - (maySpin ? PARK_LATE_NS : 0);
        if (leftNs > 0) LockSupport.parkNanos(Math.min(leftNs, PARK_MAX_NS));
        else if (maySpin) Thread.onSpinWait();
    }

    private void select(long waitMs) throws IOException {
        if (waitMs == 0) selector.selectNow(this::ready);
        else selector.select(this::ready, waitMs);
    }

    private void ready(SelectionKey key) {
        var publisher = (Publisher) key.attachment();
        try {
            try {
                if (key.isWritable()) publisher.flush();
                if (key.isReadable()) publisher.read(this::answered);
            } catch (IOException reason) {
                lost(publisher, reason);
            }
        } catch (IOException reason) {
            key.cancel(); // The selector's callback cannot throw it.
            load.fail(reason);
        }
    }

    private void answered(int lane, int status, String head) {
        if (status < 300) {
            flow.acknowledged.incrementAndGet();
            return;
        }
        refused[lane]++;
        flow.expected.addAndGet(-(flow.hasReaders ? readersOf[plan.lanes().channel(lane)] : 1));
        if (refusal == null) refusal = head.lines().findFirst().orElse("");
    }

    void close() throws IOException {
        for (var publisher : publishers) publisher.close();
        selector.close();
    }
}
