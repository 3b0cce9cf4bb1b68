package dev.sluice.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.delivery.Hub;
import dev.sluice.core.metrics.Distribution;
import dev.sluice.server.HttpTestServer;
import dev.sluice.server.TestServer;
import dev.sluice.server.http.AccessFilter;
import dev.sluice.server.http.Router;
import dev.sluice.server.http.head.Method;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// How often `/metrics` reads what it shows.
class MetricsRouteTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @Test
    void readsOnceForAllWhoAskWithinASecond() throws Exception {
        AtomicInteger readings = new AtomicInteger();
        AtomicLong nowNs = new AtomicLong();
        CountDownLatch slow = new CountDownLatch(1);
        try (TestServer hub = TestServer.start()) {
            MetricsRoute route = new MetricsRoute(() -> reading(hub.server().hub(), readings, slow), nowNs::get);
            try (HttpTestServer server =
                    HttpTestServer.of(new Router(AccessFilter.OPEN).on(Method.GET, "/metrics", route))) {
                List<CompletableFuture<Integer>> asked = new ArrayList<>();
                for (int i = 0; i < 20; i++) asked.add(status(server));
                slow.countDown();
                for (CompletableFuture<Integer> each : asked) {
                    assertThat(each.get(60, TimeUnit.SECONDS)).isEqualTo(200);
                }
                nowNs.addAndGet(TimeUnit.MILLISECONDS.toNanos(999));
                assertThat(status(server).get(60, TimeUnit.SECONDS)).isEqualTo(200);
                assertThat(readings).hasValue(1);
                nowNs.addAndGet(TimeUnit.MILLISECONDS.toNanos(1));
                assertThat(status(server).get(60, TimeUnit.SECONDS)).isEqualTo(200);
                assertThat(readings).hasValue(2);
            }
        }
    }

    private static CompletableFuture<Integer> status(HttpTestServer server) {
        HttpRequest request = HttpRequest.newBuilder(server.uri("/metrics"))
                .header("Accept", "text/plain")
                .header("Accept", "*/*;q=0.1")
                .build();
        return CLIENT.sendAsync(request, BodyHandlers.discarding()).thenApply(HttpResponse::statusCode);
    }

    private static MetricsSnapshot reading(Hub hub, AtomicInteger readings, CountDownLatch slow) {
        readings.incrementAndGet();
        try {
            assertThat(slow.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
        return new MetricsSnapshot(
                hub.metrics(), 0, 0, Map.of(), Distribution.EMPTY, List.of(), new SearchCounts(), false, null);
    }
}
