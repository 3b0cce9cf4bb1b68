package dev.sluice.server.metrics;

import static dev.sluice.server.auth.TestPermissions.on;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.access.Verb;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.delivery.metrics.HubMetrics;
import dev.sluice.core.delivery.stream.EndCode;
import dev.sluice.core.log.Log;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.core.metrics.Distribution;
import dev.sluice.core.metrics.LoopCount;
import dev.sluice.core.peers.ReplicationStatus;
import dev.sluice.server.Await;
import dev.sluice.server.RawClient;
import dev.sluice.server.ServerSettings;
import dev.sluice.server.TestServer;
import dev.sluice.server.auth.AuthFilter;
import dev.sluice.server.auth.TestAuth;
import dev.sluice.server.auth.identity.StaticKeys;
import dev.sluice.server.auth.identity.VerificationKey;
import dev.sluice.server.auth.identity.VerificationKey.StaticKey;
import dev.sluice.server.http.policy.OriginSettings;
import dev.sluice.server.net.Listener;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.hawkular.agent.prometheus.text.TextPrometheusMetricsProcessor;
import org.hawkular.agent.prometheus.types.Counter;
import org.hawkular.agent.prometheus.types.Gauge;
import org.hawkular.agent.prometheus.types.Histogram;
import org.hawkular.agent.prometheus.types.MetricFamily;
import org.hawkular.agent.prometheus.walkers.CollectorPrometheusMetricsWalker;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// `/metrics` of a hub, read by a parser that is not ours.
class MetricsTest {
    private static final String CHANNEL = "a-name-that-no-label-has";
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static int status(URI base, String path, @Nullable String key) {
        return send(base, path, "Authorization", key == null ? "" : "Bearer " + key)
                .statusCode();
    }

    private static java.net.http.HttpResponse<String> send(URI base, String path, String header, String value) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path));
        if (!value.isEmpty()) request.header(header, value);
        try {
            return CLIENT.send(request.build(), BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static Map<String, MetricFamily> scrape(TestServer server) {
        server.pass(Duration.ofSeconds(2)); // The last scrape is kept for a second.
        String text =
                send(server.server().uri(), "/metrics", "Accept", "text/plain").body();
        assertThat(text).doesNotContain(CHANNEL);
        var walker = new CollectorPrometheusMetricsWalker();
        new TextPrometheusMetricsProcessor(new ByteArrayInputStream(text.getBytes()), walker).walk();
        return walker.getAllMetricFamilies().stream().collect(toMap(MetricFamily::getName, each -> each));
    }

    /// The sum of the samples that have this label; of all if it is "".
    private static double value(Map<String, MetricFamily> families, String name, String label) {
        assertThat(families).containsKey(name);
        return families.get(name).getMetrics().stream()
                .filter(each -> label.isEmpty() || each.getLabels().containsValue(label))
                .mapToDouble(each -> switch (each) {
                    case Counter counter -> counter.getValue();
                    case Gauge gauge -> gauge.getValue();
                    case Histogram histogram -> histogram.getSampleCount();
                    default -> throw new AssertionError("unexpected type: " + each);
                })
                .sum();
    }

    @Test
    void isReadableByAnIndependentParser() throws Exception {
        try (TestServer server = TestServer.start()) {
            RawClient reader = new RawClient(server);
            reader.get("/channels/" + CHANNEL + "?as=sse");
            reader.until("\n\n");
            server.publish(CHANNEL, "12345");
            server.publish(CHANNEL, "678");
            reader.until("678");
            URI hub = server.server().uri();
            assertThat(status(hub, "/nothing/here", null)).isEqualTo(404);
            assertThat(status(hub, "/channels/" + CHANNEL + "?limit=none", null))
                    .isEqualTo(400);
            assertThat(status(hub, "/search/" + CHANNEL + "?q=678", null)).isEqualTo(200);
            assertThat(status(hub, "/search/" + CHANNEL + "?limit=1", null)).isEqualTo(200);
            Hub counting = server.server().hub();
            counting.maintain();
            // A loop counts what a task has delivered when the task is over, and the end of a stream after its
            // connection's.
            Await.that(() -> counting.metrics().counts().get(LoopCount.EVENTS_DELIVERED) == 2, () -> "not delivered");
            Map<String, MetricFamily> found = scrape(server);
            assertThat(value(found, "sluice_published_events_total", "")).isEqualTo(2);
            assertThat(value(found, "sluice_published_bytes_total", "")).isEqualTo(8);
            assertThat(value(found, "sluice_delivered_events_total", "")).isEqualTo(2);
            assertThat(value(found, "sluice_streams", "sse")).isEqualTo(1);
            assertThat(value(found, "sluice_delivery_latency_seconds", "")).isBetween(1.0, 2.0);
            assertThat(value(found, "sluice_refusals_total", "not-found")).isEqualTo(1);
            assertThat(value(found, "sluice_refusals_total", "bad-parameter")).isEqualTo(1);
            assertThat(value(found, "sluice_log_entries", "")).isEqualTo(2);
            assertThat(value(found, "sluice_budget_items", "subscriptions")).isEqualTo(1);
            assertThat(value(found, "sluice_budget_ratio", "in-flight")).isZero();
            assertThat(value(found, "sluice_connections", "")).isGreaterThanOrEqualTo(2);
            assertThat(value(found, "sluice_searches_total", "all")).isEqualTo(1);
            assertThat(value(found, "sluice_searches_total", "limit")).isEqualTo(1);
            assertThat(value(found, "sluice_searched_events_total", "")).isEqualTo(3);
            assertThat(found).containsKeys("jvm_gc_collection_seconds", "process_cpu_seconds_total");
            reader.close();
            Await.that(() -> counting.metrics().endedStreams().get(EndCode.DISCONNECTED) == 1, () -> "not ended");
            assertThat(value(scrape(server), "sluice_streams_ended_total", "disconnected"))
                    .isEqualTo(1);
        }
    }

    @Test
    void hasEveryMetricOfTheListInBothFormats() {
        try (TestServer server = TestServer.start()) {
            RawClient reader = new RawClient(server); // Else there are no streams to show.
            reader.get("/channels/" + CHANNEL + "?as=sse");
            reader.until("\n\n");
            URI hub = server.server().uri();
            String text = send(hub, "/metrics", "Accept", "text/plain").body();
            var open = send(hub, "/metrics", "Accept", "application/openmetrics-text;version=1.0.0");
            List<Metric> expected = new ArrayList<>(MetricList.ALL);
            expected.removeAll(ClusterMetrics.ALL); // This hub keeps its log alone.
            assertThat(text).doesNotContain("sluice_cluster_");
            for (Metric each : expected) {
                assertThat(text).contains("# HELP " + each.name() + " ");
                assertThat(open.body()).contains("# TYPE " + each.baseName() + " ");
                if (!each.unit().isEmpty()) {
                    assertThat(open.body()).contains("# UNIT " + each.baseName() + " " + each.unit() + "\n");
                }
            }
            assertThat(open.headers().firstValue("Content-Type"))
                    .hasValueSatisfying(type -> assertThat(type).startsWith("application/openmetrics-text"));
            assertThat(open.body()).endsWith("# EOF\n");
        }
    }

    @Test
    void hasTheClusterMetricsOnANode() {
        try (TestServer server = TestServer.start()) {
            HubMetrics alone = server.server().hub().metrics();
            var part = new ReplicationStatus(
                    ReplicationStatus.Role.FOLLOWER, true, 7, 120, 110, 3, 2, 4_096, 105, Duration.ofMillis(-1_250));
            var ofNode = new HubMetrics(
                    alone.outcomes(),
                    alone.counts(),
                    alone.endedStreams(),
                    alone.streams(),
                    alone.latency(),
                    alone.readersBehind(),
                    alone.furthest(),
                    alone.longestMs(),
                    alone.log(),
                    part);
            var exposition = new Exposition();
            var reading = new MetricsSnapshot(
                    ofNode, 0, 0, Map.of(), Distribution.EMPTY, List.of(), new SearchCounts(), false, null);
            String text = new String(exposition.write(exposition.snapshots(reading), false), StandardCharsets.UTF_8);
            assertThat(text.lines().filter(line -> line.startsWith("sluice_cluster_")))
                    .containsExactlyInAnyOrder(
                            "sluice_cluster_role{role=\"leader\"} 0.0",
                            "sluice_cluster_role{role=\"follower\"} 1.0",
                            "sluice_cluster_role{role=\"candidate\"} 0.0",
                            "sluice_cluster_role{role=\"listener\"} 0.0",
                            "sluice_cluster_has_leader 1.0",
                            "sluice_cluster_term 7.0",
                            "sluice_cluster_commit_index 120.0",
                            "sluice_cluster_applied_index 110.0",
                            "sluice_cluster_leader_changes_total 3.0",
                            "sluice_cluster_proposals 2.0",
                            "sluice_cluster_order_bytes 4096.0",
                            "sluice_cluster_compared_index 105.0",
                            "sluice_cluster_clock_difference_seconds -1.25");
        }
    }

    @Test
    void namesOnlyMetricsInTheDashboardThatExist() throws IOException {
        String dashboard = Files.readString(Path.of("../../docs/grafana/sluice.json"));
        try (TestServer server = TestServer.start()) {
            String text = send(server.server().uri(), "/metrics", "Accept", "text/plain")
                    .body();
            Set<String> known = MetricList.ALL.stream().map(Metric::name).collect(toSet());
            List<String> named = Pattern.compile("\\b(sluice|jvm|process)_\\w+")
                    .matcher(dashboard)
                    .results()
                    .map(match -> match.group().replaceFirst("_(bucket|sum|count)$", ""))
                    .distinct()
                    .toList();
            assertThat(named).hasSizeGreaterThan(25);
            assertThat(named).allMatch(each -> known.contains(each) || text.contains("# TYPE " + each + " "));
        }
    }

    @Test
    void isOnTheAdminListenerWhereThereIsOne() {
        ServerSettings settings = TestServer.settings(2);
        Listener admin = new Listener("127.0.0.1", 0, Listener.Role.ADMIN);
        Listener hub = settings.listeners().getFirst();
        try (TestServer server = TestServer.start(
                settings.toBuilder().listeners(List.of(hub, admin)).build())) {
            assertThat(status(server.server().uri(), "/metrics", null)).isEqualTo(404);
            assertThat(status(server.server().uris(Listener.Role.ADMIN).getFirst(), "/metrics", null))
                    .isEqualTo(200);
        }
    }

    @Test
    void isForAdminsWhereThereAreKeys() {
        String admin = StaticKeys.generate("admin", new SecureRandom());
        String reader = StaticKeys.generate("reader", new SecureRandom());
        List<VerificationKey> keys = List.of(
                new StaticKey("admin", StaticKeys.hash(admin), Set.of(), on("**", Verb.values())),
                new StaticKey("reader", StaticKeys.hash(reader), Set.of(), on("**", Verb.SUBSCRIBE, Verb.LIST)));
        Listener hub = TestServer.settings(2).listeners().getFirst();
        Listener second = new Listener("127.0.0.1", 0, Listener.Role.ADMIN);
        for (List<Listener> listeners : List.of(List.of(hub), List.of(hub, second))) {
            AuthFilter filter = TestAuth.filter(keys, List.of(), OriginSettings.LOOPBACK, Instant::now);
            Log log = MemoryLog.builder(InstantSource.system()).open();
            ServerSettings settings =
                    TestServer.settings(2).toBuilder().listeners(listeners).build();
            try (TestServer server = TestServer.start(log, settings, filter)) {
                Listener.Role role = listeners.getLast().role();
                URI base = server.server().uris(role).getFirst();
                assertThat(status(base, "/metrics", null)).as("%s", role).isEqualTo(401);
                assertThat(status(base, "/metrics", reader)).as("%s", role).isEqualTo(403);
                assertThat(status(base, "/metrics", admin)).as("%s", role).isEqualTo(200);
            }
        }
    }
}
