package dev.sluice.app.doctor;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// One run of the doctor: it checks the certificate, then whether requests arrive at the hub, and then runs
/// all other probes at the same time. Whatever answers at the address, it takes at most the time for the
/// watch plus the time for everything else.
///
/// @param hub      the address, which ends with a slash
/// @param tls      the authorities that clients trust
/// @param key      the key or token of the caller; null for none
/// @param origin   the origin of pages that use the hub; null for its own
/// @param watch    how long to watch connections for cuts
/// @param patience the time for everything else
public record Examination(
        URI hub,
        SSLContext tls,
        @Nullable String key,
        @Nullable String origin,
        Duration watch,
        Duration patience) {
    /// Long enough for the usual timeouts of five seconds. With [#PATIENCE] a run takes less than 15 s.
    public static final Duration WATCH = Duration.ofSeconds(6);

    /// Enough for a run of another doctor to end, which takes five seconds, or for two confirmations of a suspicion.
    public static final Duration PATIENCE = Duration.ofSeconds(7);

    /// The time of a run with a short watch, whose unused part is a reserve for busy machines.
    private static final Duration TIME_MIN = WATCH.plus(PATIENCE);

    /// The least time between reaching the hub and the deadline; the watch is shortened for it.
    private static final Duration PROBES_MIN = Duration.ofSeconds(3);

    /// The time between the end of the watch and the deadline.
    private static final Duration MARGIN = Duration.ofMillis(500);

    private static final Duration END_TIME_MIN = Duration.ofMillis(500);
    private static final Duration END_TIME_MAX = Duration.ofSeconds(3);

    /// The path to a hub that was reached, or the reason for stopping.
    private record Reached(HubPath path, List<ProbeResult> results, boolean hasReached) {}

    /// The time for everything except such a watch.
    public static Duration patience(Duration watch) {
        Duration rest = TIME_MIN.minus(watch);
        return rest.compareTo(PATIENCE) > 0 ? rest : PATIENCE;
    }

    /// @throws IOException if nothing answers at the address
    public Report run() throws IOException, InterruptedException {
        Duration time = watch.plus(patience);
        Duration reaching = Collections.max(List.of(patience.minus(MARGIN), TIME_MIN.minus(PROBES_MIN)));
        return run(Deadline.in(Collections.min(List.of(reaching, time))), Deadline.in(time));
    }

    /// @param reaching the deadline for reaching the hub
    /// @param deadline the deadline of all probes
    Report run(Deadline reaching, Deadline deadline) throws IOException, InterruptedException {
        long beginNs = System.nanoTime();
        String run = HubPath.newRun();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        var budget = new ByteBudget(ByteBudget.RUN);
        HttpClient http = client(new LimitedContext(tls, budget));
        HttpClient unwary = client(new LimitedContext(AnyCertificate.context(), budget));
        try {
            var arrival = new ArrivalProbe();
            Reached reached;
            try {
                var path = new HubPath(hub, http, run, key);
                reached = reaching.get(threads.submit(() -> reach(path, unwary, arrival)));
            } catch (TimeoutException late) {
                @Nullable Finding waiting = arrival.waiting();
                if (waiting == null) throw new IOException("no answer in time", late);
                return new Report(hub, List.of(new ProbeResult(arrival.name(), "", List.of(waiting))));
            } catch (ExecutionException failed) {
                throw new IOException(HubPath.describe(failed), failed);
            }
            List<ProbeResult> results = new ArrayList<>(reached.results);
            if (reached.hasReached) {
                results.addAll(probe(reached.path, shortened(beginNs), threads, deadline));
                end(reached.path, deadline);
            }
            return new Report(hub, results);
        } finally {
            // Not close(), which would wait for tasks that do not end.
            threads.shutdownNow();
            http.shutdownNow();
            unwary.shutdownNow();
        }
    }

    /// The duration of the watch that fits into the time after the hub was reached.
    private Duration shortened(long beginNs) {
        Duration left = watch.plus(patience).minus(MARGIN).minusNanos(System.nanoTime() - beginNs);
        return Collections.min(List.of(watch, Collections.max(List.of(left, MARGIN))));
    }

    /// Creates the client, without HTTP/2 if there is no TLS: it would ask for an upgrade to HTTP/2 by
    /// itself, unlike other clients of a hub. A server that accepts this could also make it acknowledge
    /// frames until its heap is full.
    private HttpClient client(SSLContext context) {
        return HttpClient.newBuilder()
                .version("https".equals(hub.getScheme()) ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
                .sslContext(context)
                .connectTimeout(HubPath.TIME_MAX)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /// @param unwary a client that accepts every certificate. Other clients stop at a refused certificate;
    ///     the doctor continues, without the key
    private Reached reach(HubPath path, HttpClient unwary, ArrivalProbe arrival)
            throws IOException, InterruptedException {
        var certificate = new TlsProbe(tls, Instant.now()).run(path);
        HubPath way = certificate.isTrusted() ? path : new HubPath(hub, unwary, path.run(), null);
        ProbeResult result = arrival.run(way);
        return new Reached(way, List.of(certificate.result(), result), arrival.hasReached());
    }

    private List<ProbeResult> probe(HubPath path, Duration watched, ExecutorService threads, Deadline deadline)
            throws InterruptedException {
        List<Probe> probes = List.of(
                new StreamProbe("sse", "Server-Sent Events"),
                new StreamProbe("ndjson", "JSON lines"),
                new WebSocketProbe(),
                new UploadProbe(),
                new CacheProbe(),
                new CorsProbe(origin),
                new CutProbe(watched));
        Map<Probe, Future<ProbeResult>> running = new LinkedHashMap<>();
        for (Probe each : probes) running.put(each, threads.submit(() -> each.run(path)));
        List<ProbeResult> results = new ArrayList<>();
        for (var each : running.entrySet()) results.add(result(each.getKey(), each.getValue(), deadline));
        return results;
    }

    private static ProbeResult result(Probe probe, Future<ProbeResult> running, Deadline deadline)
            throws InterruptedException {
        try {
            return deadline.get(running);
        } catch (TimeoutException late) {
            return failed(probe, "no end within the time of the run");
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RejectedByHubException refused) {
                return new ProbeResult(
                        probe.name(),
                        "",
                        List.of(Finding.error("hub-refuses", probe.name() + ": " + refused.getMessage())));
            }
            return failed(probe, HubPath.describe(failed));
        }
    }

    private static ProbeResult failed(Probe probe, String seen) {
        return new ProbeResult(probe.name(), "", List.of(Finding.error("probe-failed", probe.name() + ": " + seen)));
    }

    /// Ends the run at the hub. Otherwise the client would have to wait for its next run.
    private static void end(HubPath path, Deadline deadline) throws InterruptedException {
        try {
            deadline.orLater(Deadline.in(END_TIME_MIN))
                    .orEarlier(Deadline.in(END_TIME_MAX))
                    .get(path.end());
        } catch (TimeoutException | ExecutionException unheard) {
            // The hub ends the run by itself.
        }
    }
}
