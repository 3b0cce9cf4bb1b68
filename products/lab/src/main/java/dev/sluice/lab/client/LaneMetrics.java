package dev.sluice.lab.client;

import dev.sluice.lab.report.Latency;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/// The totals of all clients of a lane. Safe for use by many threads.
public final class LaneMetrics {
    private static final long LATENCY_US_MAX = 10L * 60 * 1_000_000;
    private static final int DIGITS = 3;

    private final LongAdder requests = new LongAdder();
    private final LongAdder plainUp = new LongAdder();
    private final LongAdder plainDown = new LongAdder();
    private final LongAdder deliveries = new LongAdder();
    private final LongAdder repeated = new LongAdder();
    private final AtomicInteger ready = new AtomicInteger();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private final Histogram latencyUs = new ConcurrentHistogram(LATENCY_US_MAX, DIGITS);
    private final LongConsumer watcher;
    private volatile long fromNs = Long.MAX_VALUE;
    private volatile long toNs = Long.MAX_VALUE;

    public LaneMetrics() {
        this(_ -> {});
    }

    /// @param watcher receives the latency of each delivery in nanoseconds, on the thread of the client
    LaneMetrics(LongConsumer watcher) {
        this.watcher = watcher;
    }

    /// The counts at one moment, or the difference between two moments.
    ///
    /// @param requests   the requests that clients sent, including handshakes
    /// @param plainUp    bytes before encryption; 0 without TLS
    /// @param plainDown  bytes after decryption; 0 without TLS
    /// @param deliveries events that arrived for the first time
    /// @param repeated   events that arrived again
    public record Count(long requests, long plainUp, long plainDown, long deliveries, long repeated) {
        public Count minus(Count before) {
            return new Count(
                    requests - before.requests,
                    plainUp - before.plainUp,
                    plainDown - before.plainDown,
                    deliveries - before.deliveries,
                    repeated - before.repeated);
        }
    }

    public Count count() {
        return new Count(requests.sum(), plainUp.sum(), plainDown.sum(), deliveries.sum(), repeated.sum());
    }

    /// Records latencies from now on, for events published at or after the first time and before the second.
    public void measure(long from, long to) {
        toNs = to;
        fromNs = from;
    }

    /// Returns the latencies recorded so far. Call this after all events have arrived.
    public Latency latency() {
        return new Latency(latencyUs.getTotalCount(), latencyMs(50), latencyMs(90), latencyMs(99), latencyMs(100));
    }

    private double latencyMs(double percentile) {
        return latencyUs.getTotalCount() == 0 ? 0 : latencyUs.getValueAtPercentile(percentile) / 1e3;
    }

    /// Returns the number of clients that have received their first response.
    public int ready() {
        return ready.get();
    }

    /// Returns the first reason why a client could not start, or null if no client failed.
    public @Nullable Exception failure() {
        return failure.get();
    }

    void request() {
        requests.increment();
    }

    void plainUp(int bytes) {
        plainUp.add(bytes);
    }

    void plainDown(int bytes) {
        plainDown.add(bytes);
    }

    void clientReady() {
        ready.incrementAndGet();
    }

    void failed(Exception reason) {
        failure.compareAndSet(null, reason);
    }

    void delivered(long publishedNs, long nowNs) {
        deliveries.increment();
        watcher.accept(nowNs - publishedNs);
        if (publishedNs >= fromNs && publishedNs < toNs) {
            latencyUs.recordValue(Math.clamp((nowNs - publishedNs) / 1_000, 0, LATENCY_US_MAX));
        }
    }

    void repeated() {
        repeated.increment();
    }
}
