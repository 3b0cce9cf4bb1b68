package dev.sluice.app.deploy;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Sluice;
import dev.sluice.app.doctor.Examination;
import dev.sluice.app.doctor.Finding;
import dev.sluice.app.doctor.FindingTexts;
import dev.sluice.app.doctor.Report;
import dev.sluice.app.doctor.Severity;
import dev.sluice.server.tls.CertifiedKey;
import dev.sluice.server.tls.TestCertificates;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// The doctor's findings behind real proxies: none on a good way, and exactly the faults of all others. Notes
/// ([Severity#NOTE]) are left out.
@Order(1)
@Timeout(300)
@Execution(ExecutionMode.CONCURRENT)
final class DoctorBehindProxiesTest {
    /// Longer than the timeouts of the proxies that cut connections.
    private static final Duration WATCH = Duration.ofMillis(3_500);

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final int TIMES_MAX = 5;

    /// The number of doctors that a hub serves at a time.
    private static final int AT_A_TIME = 8;

    private static final Duration DAY = Duration.ofDays(1);

    private record Way(String name, URI uri, Set<String> faults) {}

    @TempDir
    Path folder;

    private final TestCertificates certificates = new TestCertificates();
    private final List<Way> ways = new ArrayList<>();

    /// Hubs of proxies without a separate address, because a hub serves one doctor per address at a time.
    private final List<Sluice> hubs = new ArrayList<>();

    private static Sluice hub() {
        return Sluice.inMemory().port(0).set("doctor", "true").set("limits.loop_delay_max", "10m");
    }

    private URI ownHub() {
        Sluice hub = hub().behindProxy().start();
        hubs.add(hub);
        return hub.uri();
    }

    private void way(String name, URI uri, String... faults) {
        ways.add(new Way(name, uri, Set.of(faults)));
    }

    @Test
    void namesEachFaultAndNothingElse() throws Exception {
        try (var hub = hub().behindProxy().start();
                var closed = hub().start();
                var proxies = new BrokenProxies(hub.uri().getAuthority(), folder)) {
            good(proxies);
            byDefault(proxies);
            streams(proxies);
            requests(proxies);
            elsewhere(proxies, closed.uri());
            encrypted(proxies);
            proxies.start();

            Map<String, Set<String>> expected = new LinkedHashMap<>();
            Map<String, Set<String>> found = new LinkedHashMap<>();
            var unexpected = new StringBuilder();
            examineAll().forEach((way, report) -> {
                Set<String> faults = faults(report);
                expected.put(way.name(), new TreeSet<>(way.faults()));
                found.put(way.name(), faults);
                if (!faults.equals(way.faults())) {
                    unexpected.append("\n" + way.name() + " " + faults + ", not " + way.faults() + "\n"
                            + String.join("\n", report.lines(FindingTexts.english())));
                }
            });
            assertThat(found).as(unexpected::toString).isEqualTo(expected);
        } finally {
            hubs.forEach(Sluice::close);
        }
    }

    private void good(BrokenProxies proxies) throws IOException {
        way("direct", ownHub());
        way("nginx as documented", proxies.nginx("", ""));
        way("nginx as documented, with TLS", proxies.nginxWithTls(certificate(90, "localhost"), " http2"));
    }

    private void byDefault(BrokenProxies proxies) {
        way("nginx by default", proxies.nginxByDefault(), "host-rewritten", "upload-buffered", "websocket-refused");
        way("haproxy by default", proxies.haproxy(""));
        way("caddy by default", proxies.caddy(ownHub(), "", ""));
    }

    private void streams(BrokenProxies proxies) {
        // Over HTTP/1.1, nginx passes each chunk on, whatever it buffers.
        way(
                "nginx buffers",
                proxies.nginx("version buffering", "proxy_ignore_headers X-Accel-Buffering;"),
                "stream-buffered",
                "upload-buffered",
                "websocket-refused");
        way("haproxy buffers", proxies.haproxy("http-response wait-for-body time 20s"), "stream-buffered");
        way("caddy buffers", proxies.caddy(ownHub(), "", "buffer_responses"), "stream-buffered", "websocket-refused");
        // Its compressor does not wait for more where its proxy does not (X-Accel-Buffering).
        way(
                "nginx compresses",
                proxies.nginx("", "gzip on; gzip_proxied any; gzip_min_length 0; gzip_types text/event-stream;"),
                "stream-compressed");
        way(
                "nginx compresses answers",
                proxies.nginx("", "gzip on; gzip_proxied any; gzip_min_length 0; gzip_types application/json;"));
        way("nginx cuts silence", proxies.nginx("time", "proxy_read_timeout 2s;"), "idle-cut");
        way("haproxy cuts silence", proxies.haproxy("timeout server 2s\n    timeout tunnel 2s"), "idle-cut");
        way("caddy cuts streams", proxies.caddy(ownHub(), "write 2s", ""), "total-cut");
        way("nginx upgrades nothing", proxies.nginx("upgrade", ""), "websocket-refused");
        way("haproxy upgrades nothing", proxies.haproxy("http-request del-header Upgrade"), "websocket-refused");
    }

    private void requests(BrokenProxies proxies) {
        way("nginx collects uploads", proxies.nginx("uploads", ""), "upload-buffered");
        way("haproxy collects uploads", proxies.haproxy("option http-buffer-request"), "upload-buffered");
        way("nginx refuses uploads", proxies.nginx("", "client_max_body_size 10;"), "upload-refused");
        way(
                "nginx drops Last-Event-ID",
                proxies.nginx("", "proxy_set_header Last-Event-ID '';"),
                "last-event-id-dropped");
        way(
                "nginx changes Authorization",
                proxies.nginx("", "proxy_set_header Authorization 'Basic eDp5';"),
                "authorization-dropped");
        way("nginx drops cookies", proxies.nginx("", "proxy_set_header Cookie '';"), "cookies-dropped");
        way(
                "nginx drops Idempotency-Key",
                proxies.nginx("", "proxy_set_header Idempotency-Key '';"),
                "idempotency-key-dropped");
        way("nginx changes the host", proxies.nginx("host", ""), "host-rewritten");
        way("nginx caches", proxies.nginxWithCache(), "answers-cached");
        way(
                "nginx answers preflight",
                proxies.nginx("", "if ($request_method = OPTIONS) { return 405; }"),
                "cors-blocked");
        way("haproxy denies preflight", proxies.haproxy("http-request deny if METH_OPTIONS"), "cors-blocked");
        way("nginx adds CORS", proxies.nginx("", "add_header Access-Control-Allow-Origin *;"), "cors-duplicated");
    }

    private void elsewhere(BrokenProxies proxies, URI closedHub) {
        way("a portal", proxies.nginxServer("return 302 http://login.example/;"), "portal");
        way("no hub", proxies.nginx("127.0.0.1:1", "", ""), "hub-unreachable");
        way("a prefix", proxies.nginx("", "").resolve("/push/"), "prefix-kept");
        way("a hub that takes no proxy", proxies.nginx(closedHub.getAuthority(), "", ""), "hub-refuses-proxy");
        way("a name that is not the hub's", proxies.nginxUnderAnotherName(), "hub-refuses-host");
    }

    private void encrypted(BrokenProxies proxies) throws IOException {
        way("TLS without HTTP/2", proxies.nginxWithTls(certificate(90, "localhost"), ""), "http1-only");
        way("TLS until soon", proxies.nginxWithTls(certificate(10, "localhost"), " http2"), "certificate-expiring");
        CertifiedKey expired = certificates.forServer(Instant.now().minus(DAY), DAY.dividedBy(2), "localhost");
        way("TLS until yesterday", proxies.nginxWithTls(expired, " http2"), "certificate-expired");
        way("TLS of another", proxies.nginxWithTls(certificate(90, "hub.example"), " http2"), "certificate-name");
        CertifiedKey foreign = new TestCertificates().forServer(Instant.now(), DAY.multipliedBy(90), "localhost");
        way("TLS without trust", proxies.nginxWithTls(foreign, " http2"), "certificate-untrusted");
    }

    private CertifiedKey certificate(int days, String name) {
        return certificates.forServer(Instant.now(), DAY.multipliedBy(days), name);
    }

    private Map<Way, Report> examineAll() throws Exception {
        Map<Way, Future<Report>> running = new LinkedHashMap<>();
        try (var threads = Executors.newFixedThreadPool(AT_A_TIME)) {
            for (Way way : ways) running.put(way, threads.submit((Callable<Report>) () -> examine(way.uri())));
        }
        Map<Way, Report> reports = new LinkedHashMap<>();
        for (var each : running.entrySet())
            reports.put(each.getKey(), each.getValue().get());
        return reports;
    }

    /// Again where everything was slow or a probe failed, as the doctor advises: on a busy machine, delays are not
    /// judged, and an upload takes longer than a proxy lets it.
    private Report examine(URI uri) throws IOException, InterruptedException {
        Report report = examineOnce(uri);
        for (int times = 1; times < TIMES_MAX && isToRepeat(report); times++) report = examineOnce(uri);
        return report;
    }

    private Report examineOnce(URI uri) throws IOException, InterruptedException {
        return new Examination(uri, certificates.client(null), null, null, WATCH, PATIENCE).run();
    }

    private static boolean isToRepeat(Report report) {
        return report.findings().stream()
                .anyMatch(each -> each.code().equals("all-slow") || each.code().equals("probe-failed"));
    }

    private static Set<String> faults(Report report) {
        return report.findings().stream()
                .filter(each -> each.severity() != Severity.NOTE)
                .map(Finding::code)
                .collect(toCollection(TreeSet::new));
    }
}
