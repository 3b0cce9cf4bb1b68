package dev.sluice.app.doctor;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// One run of the doctor: the certificate, whether requests arrive at the hub, and then all other probes at a time.
///
/// @param hub    the address, which ends with a slash
/// @param tls    the authorities that clients trust
/// @param key    the key or token of the caller; null: none
/// @param origin of pages that use the hub; null: its own
/// @param watch  how long to watch connections for cuts
public record Examination(
        URI hub,
        SSLContext tls,
        @Nullable String key,
        @Nullable String origin,
        Duration watch) {
    /// The time for each probe; with it a run takes less than 15 s.
    public static final Duration WATCH = Duration.ofSeconds(6);

    /// For probes that confirm a suspicion, beyond the watch.
    private static final Duration PROBES_TIME = Duration.ofSeconds(10);

    /// @throws IOException if nothing answers at the address
    public Report run() throws IOException, InterruptedException {
        String run = HubPath.newRun();
        List<ProbeResult> results = new ArrayList<>();
        try (var http = client(tls)) {
            var path = new HubPath(hub, http, run, key);
            var outcome = new TlsProbe(tls, Instant.now()).run(path);
            results.add(outcome.result());
            if (outcome.isTrusted()) {
                examine(path, results);
                http.shutdownNow();
                return new Report(hub, results);
            }
        }
        // A client would stop here. The doctor goes on, without the key.
        try (var http = client(AnyCertificate.context())) {
            examine(new HubPath(hub, http, run, null), results);
            http.shutdownNow();
        }
        return new Report(hub, results);
    }

    private static HttpClient client(SSLContext context) {
        return HttpClient.newBuilder()
                .sslContext(context)
                .connectTimeout(HubPath.TIME_MAX)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    private void examine(HubPath path, List<ProbeResult> results) throws IOException, InterruptedException {
        var arrival = new ArrivalProbe();
        results.add(arrival.run(path));
        if (!arrival.hasReached()) return;
        try {
            examineTogether(path, results);
        } finally {
            path.end();
        }
    }

    private void examineTogether(HubPath path, List<ProbeResult> results) throws InterruptedException {
        List<Probe> probes = List.of(
                new StreamProbe("sse", "Server-Sent Events"),
                new StreamProbe("ndjson", "JSON lines"),
                new WebSocketProbe(),
                new UploadProbe(),
                new CacheProbe(),
                new CorsProbe(origin),
                new CutProbe(watch));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Map<Probe, Future<ProbeResult>> running = new LinkedHashMap<>();
            for (Probe each : probes) running.put(each, threads.submit(() -> each.run(path)));
            long endNs = System.nanoTime() + watch.plus(PROBES_TIME).toNanos();
            for (var each : running.entrySet()) results.add(result(each.getKey(), each.getValue(), endNs));
        }
    }

    private static ProbeResult result(Probe probe, Future<ProbeResult> running, long endNs)
            throws InterruptedException {
        try {
            return running.get(Math.max(0, endNs - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            running.cancel(true);
            return failed(probe, "no end within the time of the run");
        } catch (ExecutionException failed) {
            return failed(probe, HubPath.describe(failed));
        }
    }

    private static ProbeResult failed(Probe probe, String seen) {
        return new ProbeResult(probe.name(), "", List.of(Finding.error("probe-failed", probe.name() + ": " + seen)));
    }
}
