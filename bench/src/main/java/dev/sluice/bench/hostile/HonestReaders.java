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

/// Readers over each transport, with a publisher for each kind. Every event of every reader is counted.
final class HonestReaders {
    private static final int KINDS = 7;
    private static final int STREAMS = 100;
    private static final Duration WARMUP_MAX = Duration.ofSeconds(15);

    private final HubProcess hub;
    private final int readers;
    private final double rate;
    private final Duration duration;

    /// @param readers of all kinds together
    /// @param rate    events per second of each kind
    HonestReaders(HubProcess hub, int readers, double rate, Duration duration) {
        this.hub = hub;
        this.readers = readers;
        this.rate = rate;
        this.duration = duration;
    }

    /// The reports of all kinds.
    record Result(List<Report> reports) {
        /// Whether each reader received each event that the hub accepted, once and in order. An overloaded hub may
        /// refuse a publish, which its publisher knows of.
        boolean isComplete() {
            return reports.stream()
                    .allMatch(
                            each -> each.lost() + each.repeated() + each.late() + each.damaged() + each.broken() == 0);
        }

        long refused() {
            return reports.stream().mapToLong(Report::refused).sum();
        }

        long expected() {
            return reports.stream().mapToLong(Report::expected).sum();
        }

        double latencyMs(double percentile) {
            var all = new Histogram(reports.getFirst().latencyUs());
            for (var each : reports.subList(1, reports.size())) all.add(each.latencyUs());
            return all.getValueAtPercentile(percentile) / 1e3;
        }
    }

    /// Reads until the duration is over. Blocks.
    ///
    /// @param whenOpen run once all readers are open
    Result read(Runnable whenOpen) throws IOException, InterruptedException {
        var opening = new CountDownLatch(KINDS);
        var loads = List.of(
                load(Protocol.SSE, readers * 3 / 9, false, 0, opening),
                load(Protocol.WS, readers * 2 / 9, false, 0, opening),
                load(Protocol.NDJSON, readers / 9, false, 0, opening),
                load(Protocol.TEXT, readers / 9, false, 0, opening),
                load(Protocol.SSE, readers / 18, true, 0, opening),
                load(Protocol.WS_RAW, readers / 18, true, 0, opening),
                load(Protocol.SSE, readers / 9, true, STREAMS, opening));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            threads.submit(() -> {
                opening.await();
                whenOpen.run();
                return true;
            });
            var reports = new ArrayList<Report>();
            var all = threads.invokeAll(loads);
            threads.shutdownNow(); // A load that failed has opened nothing, and is waited for no longer.
            for (var done : all) reports.add(done.get());
            return new Result(reports);
        } catch (ExecutionException failed) {
            throw new IOException("not measured", failed.getCause());
        }
    }

    private Callable<Report> load(
            Protocol protocol, int connections, boolean isTls, int streams, CountDownLatch opening) {
        var url = isTls ? "https://127.0.0.1:" + hub.tlsPort() : "http://127.0.0.1:" + hub.plainPort();
        var authority = isTls ? hub.authority() : null;
        var plan = new Plan(
                URI.create(url),
                protocol,
                connections,
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
                duration.compareTo(WARMUP_MAX) < 0 ? duration : WARMUP_MAX,
                duration,
                null,
                null,
                false,
                false,
                null,
                Duration.ofMillis(100),
                streams,
                authority,
                null);
        var isOpen = new AtomicBoolean();
        return () -> new Load(plan, progress -> {
                    if (!progress.phase().equals("opening") && isOpen.compareAndSet(false, true)) opening.countDown();
                })
                .run();
    }
}
