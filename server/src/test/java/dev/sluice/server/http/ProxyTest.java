package dev.sluice.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Response;
import dev.sluice.Sluice;
import dev.sluice.server.HttpTestServer;
import dev.sluice.server.RawClient;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a proxy on this machine passes on to a hub on loopback comes from everybody who reaches the proxy.
final class ProxyTest {
    private static final Route OK = exchange -> exchange.answer(Answer.text(HttpResponseStatus.OK, "fine"));
    private static final Routes ROUTES = new Routes()
            .on(HttpMethod.GET, "/", OK)
            .on(HttpMethod.GET, "/livez", OK)
            .on(HttpMethod.GET, "/readyz", OK);

    /// As nginx sends it unless told otherwise.
    private static final String BARE = "GET %s HTTP/1.0|Host: 127.0.0.1:8420|Connection: close|Accept: */*||";

    private static String answer(Security security, String request, String end) {
        try (var server = HttpTestServer.of(ROUTES, security);
                var client = server.raw()) {
            return client.send(request.replace("|", "\r\n")).until(end);
        }
    }

    private static String status(Security security, String request) {
        return answer(security, request, "\r\n").substring(9, 12);
    }

    private static String with(String header) {
        return "GET / HTTP/1.1|Host: localhost|" + header + "||";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Forwarded: for=192.0.2.1",
                "X-Forwarded-For: 192.0.2.1",
                "x-forwarded-proto: https",
                "X-Forwarded-Host: hub.example",
                "X-Real-IP: 192.0.2.1",
                "Via: 1.1 proxy"
            })
    void refusesWhatAProxyPassedOnUnlessToldOtherwise(String header) {
        assertThat(status(Security.LOOPBACK, with(header))).isEqualTo("403");
        assertThat(status(Security.LOOPBACK.openToProxies(), with(header))).isEqualTo("200");
        assertThat(status(Security.LOOPBACK.openToAll(), with(header))).isEqualTo("200");
        assertThat(status(Security.LOOPBACK, "GET /livez HTTP/1.1|Host: localhost|" + header + "||"))
                .isEqualTo("200");
    }

    @Test
    void knowsABareProxyByItsOldHttp() {
        assertThat(status(Security.LOOPBACK, BARE.formatted("/"))).isEqualTo("403");
        assertThat(status(Security.LOOPBACK, BARE.formatted("/nowhere"))).isEqualTo("403");
        assertThat(status(Security.LOOPBACK, BARE.formatted("/livez"))).isEqualTo("200");
        assertThat(status(Security.LOOPBACK, BARE.formatted("/readyz"))).isEqualTo("200");
        assertThat(status(Security.LOOPBACK.openToProxies(), BARE.formatted("/")))
                .isEqualTo("200");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.0||",
                "GET / HTTP/1.0|Host: localhost||",
                "GET / HTTP/1.0|Connection: close||",
                "GET / HTTP/1.1|Host: localhost|Connection: close||",
                "GET / HTTP/1.1|Host: localhost|X-Forward: me||"
            })
    void takesNoOtherClientForAProxy(String request) {
        assertThat(status(Security.LOOPBACK, request)).isEqualTo("200");
    }

    @Test
    void namesWhatItSawAndTheFlag() {
        assertThat(answer(Security.LOOPBACK, with("X-Forwarded-For: 192.0.2.1"), "}"))
                .contains("/problems/proxy-refused", "X-Forwarded-For", "--behind-proxy");
    }

    @Test
    void aProgramWithoutAHubIsBehindAnyProxy() {
        try (var program = Sluice.inMemory()
                        .port(0)
                        .get("/", _ -> Response.text("mine"))
                        .withoutHubPaths();
                var started = program.start();
                var client = new RawClient(started.port())) {
            assertThat(client.send(BARE.formatted("/").replace("|", "\r\n")).until("\r\n"))
                    .startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void aProgramWithAHubSaysSo() {
        try (var program = Sluice.inMemory()
                        .port(0)
                        .get("/", _ -> Response.text("mine"))
                        .behindProxy()
                        .origins("https://shop.example");
                var started = program.start();
                var client = new RawClient(started.port())) {
            assertThat(client.send(BARE.formatted("/channels").replace("|", "\r\n"))
                            .until("\r\n"))
                    .startsWith("HTTP/1.1 200 ");
        }
    }
}
