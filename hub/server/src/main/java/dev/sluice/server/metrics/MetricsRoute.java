package dev.sluice.server.metrics;

import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.Status;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// `GET /metrics`, for operators. A scrape runs on a virtual thread, and its result answers all requests of the
/// next second: however many requests arrive, event loops only copy bytes.
public final class MetricsRoute implements Route {
    private static final System.Logger LOG = System.getLogger(MetricsRoute.class.getName());
    private static final long FRESH_NS = TimeUnit.SECONDS.toNanos(1);

    /// A scrape, under way or complete.
    private record Scrape(long atNs, CompletableFuture<Formats> formats) {}

    @SuppressWarnings("ArrayRecordComponent") // Shared by all answers, never modified.
    private record Formats(byte[] text, byte[] openMetrics) {}

    private final Supplier<MetricsSnapshot> source;
    private final LongSupplier nowNs;
    private final AtomicReference<@Nullable Scrape> last = new AtomicReference<>();

    /// @param source called on a virtual thread; may block
    /// @param nowNs  a clock that does not go back
    public MetricsRoute(Supplier<MetricsSnapshot> source, LongSupplier nowNs) {
        this.source = source;
        this.nowNs = nowNs;
    }

    @Override
    public void handle(Exchange exchange) {
        exchange.requireAdmin();
        exchange.request().parameters().allow(Set.of());
        String accept = String.join(",", exchange.request().headers("Accept"));
        scrape().whenComplete((formats, failure) -> exchange.run(() -> {
            if (failure == null) {
                byte[] body = Exposition.isOpenMetrics(accept) ? formats.openMetrics : formats.text;
                exchange.answer(ServerResponse.of(Status.OK, Exposition.contentType(accept), body)
                        .compressible()
                        .shared());
            } else {
                exchange.refuse(Problems.FAILED.of("The metrics could not be read; the hub's log says why."));
            }
        }));
    }

    private CompletableFuture<Formats> scrape() {
        long now = nowNs.getAsLong();
        Scrape known = last.get();
        // Requests always wait for a scrape under way, so there is never more than one.
        if (known != null && (now - known.atNs < FRESH_NS || !known.formats.isDone())) return known.formats;
        Scrape next = new Scrape(now, new CompletableFuture<>());
        if (!last.compareAndSet(known, next)) return scrape();
        Thread.ofVirtual().name("sluice-metrics").start(() -> run(next.formats));
        return next.formats;
    }

    private void run(CompletableFuture<Formats> formats) {
        try {
            Exposition exposition = ExpositionHolder.INSTANCE;
            MetricSnapshots snapshots = exposition.snapshots(source.get());
            formats.complete(new Formats(exposition.write(snapshots, false), exposition.write(snapshots, true)));
        } catch (RuntimeException | Error failed) {
            LOG.log(Level.ERROR, "the metrics could not be read", failed);
            formats.completeExceptionally(failed);
        }
    }

    /// Created by the first scrape, so that the start of a hub does not load the library. All hubs of a JVM
    /// share it.
    private static final class ExpositionHolder {
        static final Exposition INSTANCE = new Exposition();
    }
}
