package dev.sluice.bench.hostile;

import dev.sluice.load.Load;
import dev.sluice.load.Plan;
import dev.sluice.load.Protocol;
import dev.sluice.load.Report;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/// Readers with a publisher for each kind of them. Every event of every reader is counted.
final class HonestReaders {
    private static final int STREAMS = 100;

    /// @param streams the streams of each HTTP/2 connection; 0 for HTTP/1.1
    /// @param channel null for a new channel each time
    private record Kind(
            Protocol protocol,
            int readers,
            boolean isTls,
            int streams,
            @Nullable String channel) {}

    private final HubProcess hub;
    private final double rate;
    private final List<Kind> kinds;

    /// @param rate events per second of each kind
    private HonestReaders(HubProcess hub, double rate, Kind... kinds) {
        this.hub = hub;
        this.rate = rate;
        this.kinds = List.of(kinds);
    }

    /// Seven kinds, with and without TLS.
    ///
    /// @param readers the number of readers of all kinds together
    static HonestReaders overAllTransports(HubProcess hub, int readers, double rate) {
        return new HonestReaders(
                hub,
                rate,
                new Kind(Protocol.SSE, readers * 3 / 9, false, 0, null),
                new Kind(Protocol.WS, readers * 2 / 9, false, 0, null),
                new Kind(Protocol.NDJSON, readers / 9, false, 0, null),
                new Kind(Protocol.TEXT, readers / 9, false, 0, null),
                new Kind(Protocol.SSE, readers / 18, true, 0, null),
                new Kind(Protocol.WS_RAW, readers / 18, true, 0, null),
                new Kind(Protocol.SSE, readers / 9, true, STREAMS, null));
    }

    /// One reader of one channel.
    static HonestReaders bystander(HubProcess hub, double rate) {
        return new HonestReaders(hub, rate, new Kind(Protocol.NDJSON, 1, false, 0, "bystander"));
    }

    /// The reports of all kinds.
    record Result(List<Report> reports) {
        /// Returns true if each reader received each accepted event once and in order. An overloaded hub may
        /// refuse a publish, which the publisher notices.
        boolean isComplete() {
            return faults() == 0;
        }

        /// Deliveries that were lost, repeated, late or damaged, and readers that were cut.
        long faults() {
            return reports.stream()
                    .mapToLong(each -> each.lost() + each.repeated() + each.late() + each.damaged() + each.broken())
                    .sum();
        }

        long refused() {
            return reports.stream().mapToLong(Report::refused).sum();
        }

        long expected() {
            return reports.stream().mapToLong(Report::expected).sum();
        }

        long published() {
            return reports.stream().mapToLong(Report::published).sum();
        }

        /// The latency from the scheduled time of a publish until a reader had the event.
        double latencyMs(double percentile) {
            var all = new Histogram(reports.getFirst().latencyUs()); // A copy of the range, without the values.
            for (var each : reports) all.add(each.latencyUs());
            return all.getValueAtPercentile(percentile) / 1e3;
        }
    }

    /// Reads until the duration is over. Blocks.
    ///
    /// @param whenOpen runs once all readers are open
    Result read(Duration warmup, Duration duration, Runnable whenOpen) throws IOException, InterruptedException {
        var opening = new CountDownLatch(kinds.size());
        var loads = kinds.stream()
                .map(each -> load(each, warmup, duration, opening))
                .toList();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            threads.submit(() -> {
                opening.await();
                whenOpen.run();
                return true;
            });
            var reports = new ArrayList<Report>();
            var all = threads.invokeAll(loads);
            threads.shutdownNow(); // A failed load has opened no readers, so do not wait for it.
            for (var done : all) reports.add(done.get());
            return new Result(reports);
        } catch (ExecutionException failed) {
            throw new IOException("not measured", failed.getCause());
        }
    }

    private Callable<Report> load(Kind kind, Duration warmup, Duration duration, CountDownLatch opening) {
        var url = kind.isTls ? "https://127.0.0.1:" + hub.tlsPort() : "http://127.0.0.1:" + hub.plainPort();
        var authority = kind.isTls ? hub.authority() : null;
        var path = kind.channel == null ? null : "/channels/" + kind.channel;
        var plan = new Plan(
                URI.create(url),
                kind.protocol,
                kind.readers,
                0,
                1,
                false,
                1,
                rate,
                0,
                100,
                1,
                64,
                1,
                warmup,
                duration,
                path,
                path,
                false,
                false,
                null,
                Duration.ofMillis(100),
                kind.streams,
                authority,
                null);
        var isOpen = new AtomicBoolean();
        return () -> new Load(plan, progress -> {
                    if (!progress.phase().equals("opening") && isOpen.compareAndSet(false, true)) opening.countDown();
                })
                .run();
    }
}
