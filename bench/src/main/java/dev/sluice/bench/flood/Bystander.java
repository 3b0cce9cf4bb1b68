package dev.sluice.bench.flood;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Publishes every few milliseconds and reads its own events: measures the time to each acknowledgement, and counts
/// refused, lost and repeated publishes.
final class Bystander implements AutoCloseable {
    private static final long PAUSE_NS = 5_000_000;
    private static final long DELIVERY_MAX_NS = 30_000_000_000L;
    private static final String PATH = "/channels/bystander";

    /// The publishes since the last call of [#figures].
    record Figures(int publishes, int refused, double medianMs, double p99Ms, double worstMs) {}

    private final Connection publisher;
    private final Connection reader;
    private final List<Long> latenciesNs = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger delivered = new AtomicInteger();
    private final AtomicInteger disordered = new AtomicInteger();
    private final Thread publisherThread;
    private volatile boolean isStopping;

    Bystander(int port) throws IOException {
        publisher = new Connection(port);
        reader = new Connection(port).get(PATH, "Accept: application/x-ndjson\r\n");
        reader.status();
        Thread.ofVirtual().start(this::read);
        publisherThread = Thread.ofVirtual().start(this::publish);
    }

    private void publish() {
        try {
            for (int i = 0; !isStopping; i++) {
                long begunNs = System.nanoTime();
                boolean isAcknowledged = publisher.post(PATH, "", "event-" + i).status() == 201;
                latenciesNs.add(System.nanoTime() - begunNs);
                (isAcknowledged ? acknowledged : refused).incrementAndGet();
                LockSupport.parkNanos(PAUSE_NS);
            }
        } catch (IOException cut) {
            refused.incrementAndGet();
        }
    }

    private void read() {
        try {
            for (int last = -1; ; ) {
                String line = reader.line();
                int at = line.indexOf("\"event-");
                if (at < 0) continue;
                int number = Integer.parseInt(line.substring(at + 7, line.indexOf('"', at + 7)));
                if (number <= last) disordered.incrementAndGet();
                last = number;
                delivered.incrementAndGet();
            }
        } catch (IOException closed) {
            // Undelivered events show in the counts.
        }
    }

    Figures figures() {
        List<Long> sorted;
        synchronized (latenciesNs) {
            sorted = new ArrayList<>(latenciesNs);
            latenciesNs.clear();
        }
        Collections.sort(sorted);
        if (sorted.isEmpty()) return new Figures(0, refused.getAndSet(0), Double.NaN, Double.NaN, Double.NaN);
        double medianMs = sorted.get(sorted.size() / 2) / 1e6;
        double p99Ms = sorted.get((sorted.size() - 1) * 99 / 100) / 1e6;
        return new Figures(sorted.size(), refused.getAndSet(0), medianMs, p99Ms, sorted.getLast() / 1e6);
    }

    /// Stops publishing and waits for the last delivery.
    ///
    /// @return the number of acknowledged events that were lost, repeated or out of order
    int lost() throws InterruptedException {
        isStopping = true;
        publisherThread.join();
        long deadlineNs = System.nanoTime() + DELIVERY_MAX_NS;
        while (delivered.get() < acknowledged.get() && System.nanoTime() < deadlineNs) LockSupport.parkNanos(PAUSE_NS);
        return acknowledged.get() - delivered.get() + disordered.get();
    }

    @Override
    public void close() throws IOException {
        publisher.close();
        reader.close();
    }
}
