package dev.sluice.app.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Sluice;
import dev.sluice.client.SluiceClient;
import dev.sluice.client.Transport;
import dev.sluice.server.Await;
import dev.sluice.server.HttpTestServer;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.Router;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.Method;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.http.policy.ForwardedHeader;
import dev.sluice.server.http.policy.OriginSettings;
import dev.sluice.server.net.address.AddressRange;
import dev.sluice.server.net.address.TrustedProxies;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

/// Every transport and every way to publish, through each proxy as it is documented, over TLS, while the proxy is
/// reloaded: no event is lost, and none comes twice.
@Order(1)
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
final class BehindProxyTest {
    private static final String CHANNEL = "count";
    private static final List<Transport> RESUMING = Arrays.stream(Transport.values())
            .filter(each -> each != Transport.TEXT)
            .toList();

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(ProxyProgram.class)
    void deliversEachEventOnceWhileTheProxyReloads(ProxyProgram program) throws Exception {
        try (var http = Certificate.in(folder).client();
                var hub = Sluice.inMemory().port(0).behindProxy().start();
                var proxy = new DocumentedProxy(program, hub.uri(), folder);
                var site = client(proxy.uri("/"), http);
                var below = client(proxy.uri("/push"), http)) {
            var sent = new ConcurrentLinkedQueue<String>();
            var publishers = new Publishers(http, site, proxy.uri("/push/"), CHANNEL, sent);
            var readers = new ArrayList<Reader>();
            try (var text = new TextReader(http, proxy.uri("/channels/" + CHANNEL))) {
                publishers.one(-1);
                for (Transport each : RESUMING)
                    readers.add(new Reader(readers.size() % 2 == 0 ? site : below, CHANNEL, each));
                readers.forEach(each -> each.await(1));

                publishers.upload(200, count -> readers.forEach(each -> each.await(1 + count)));
                publishers.webSocket(200);
                publishers.session(200);
                publishers.batch("batch", 200);
                readers.forEach(each -> each.await(sent.size()));
                assertThat(text.await(String.join("", sent).length()))
                        .isEqualTo(String.join("", hubsOwn(hub.uri()).values()));

                publishWhileReloading(proxy, publishers, http);
                publishers.batch("last", 200);
                var all = hubsOwn(hub.uri());
                assertThat(all.values()).hasSizeGreaterThan(1_000).containsExactlyInAnyOrderElementsOf(sent);
                for (Reader each : readers) {
                    assertThat(each.await(all.size()))
                            .as(each + " through " + program)
                            .containsExactlyElementsOf(all.keySet());
                }
            } finally {
                readers.forEach(Reader::close);
                http.shutdownNow(); // Else its end waits for streams that the proxy's end cuts.
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ProxyProgram.class)
    void sendsTheHubTheClientsAddressAndNoForgedOne(ProxyProgram program) throws Exception {
        var certificate = Certificate.in(folder);
        var client = InetAddress.getByName("127.0.0.9");
        var proxies = TrustedProxies.of(List.of(AddressRange.parse("127.0.0.1").orElseThrow()));
        var trusting = OriginSettings.LOOPBACK.openToProxies().trusting(proxies, ForwardedHeader.X_FORWARDED_FOR);
        Route address = exchange -> exchange.answer(ServerResponse.text(
                Status.OK, exchange.remoteAddress().getAddress().getHostAddress() + " " + exchange.isSecure()));
        try (var http = HttpClient.newBuilder()
                        .sslContext(certificate.trusting())
                        .localAddress(client)
                        .build();
                var hub = HttpTestServer.of(
                        new Router().on(Method.GET, "/", address).on(Method.GET, "/readyz", address), trusting);
                var proxy = new DocumentedProxy(program, URI.create("http://127.0.0.1:" + hub.port()), folder)) {
            var ready = HttpRequest.newBuilder(proxy.uri("/")).build();
            Await.that(() ->
                    http.sendAsync(ready, BodyHandlers.discarding()).join().statusCode() == 200);
            for (String forged : List.of("127.0.0.1", "203.0.113.9, 127.0.0.1", "\"")) {
                var request = HttpRequest.newBuilder(proxy.uri("/"))
                        .header("X-Forwarded-For", forged)
                        .header("X-Forwarded-Proto", "http")
                        .header("Forwarded", "for=203.0.113.9")
                        .build();
                assertThat(http.send(request, BodyHandlers.ofString()).body())
                        .as(forged)
                        .isEqualTo("127.0.0.9 true");
            }
        }
    }

    /// Publishes from the reload until the old workers have ended, which cuts all streams.
    private static void publishWhileReloading(DocumentedProxy proxy, Publishers publishers, HttpClient http)
            throws Exception {
        var number = new AtomicInteger();
        var rate = Executors.newSingleThreadScheduledExecutor();
        try (var stream = http.send(request(proxy.uri("/channels/none?as=ndjson")), BodyHandlers.ofInputStream())
                .body()) {
            var publishing = rate.scheduleAtFixedRate(
                    () -> publishers.one(number.getAndIncrement()), 0, 20, TimeUnit.MILLISECONDS);
            proxy.reload();
            awaitEnd(stream);
            publishing.cancel(false);
        } finally {
            rate.close();
        }
    }

    private static void awaitEnd(InputStream stream) {
        try {
            while (stream.read() >= 0) {} // Heartbeats.
        } catch (IOException cut) {
            // A proxy may cut a stream rather than end it.
        }
    }

    private static SluiceClient client(URI hub, HttpClient http) {
        return SluiceClient.builder(hub)
                .httpClient(http)
                .backoff(Duration.ofMillis(50), Duration.ofSeconds(1))
                .build();
    }

    private static HttpRequest request(URI uri) {
        return HttpRequest.newBuilder(uri).build();
    }

    /// All events, as the hub itself has them: texts by id.
    private static Map<String, String> hubsOwn(URI hub) throws Exception {
        var all = new LinkedHashMap<String, String>();
        try (var http = HttpClient.newHttpClient()) {
            for (String after = "earliest"; ; ) {
                var uri = hub.resolve("/channels/" + CHANNEL + "?as=json&limit=1000&after=" + after);
                var page = JsonMapper.shared()
                        .readTree(
                                http.send(request(uri), BodyHandlers.ofString()).body());
                for (var event : page.path("events")) {
                    all.put(event.path("id").asString(), event.path("data").asString());
                }
                if (!page.path("more").asBoolean()) return all;
                after = page.path("cursor").asString();
            }
        }
    }
}
