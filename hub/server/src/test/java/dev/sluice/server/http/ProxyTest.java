package dev.sluice.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.HttpTestServer;
import dev.sluice.server.http.head.Method;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.http.policy.OriginSettings;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests that a proxy on this machine passes on to a hub on loopback come from everybody who reaches the proxy.
final class ProxyTest {
    private static final Route OK = exchange -> exchange.answer(ServerResponse.text(Status.OK, "fine"));
    private static final Router ROUTES =
            new Router().on(Method.GET, "/", OK).on(Method.GET, "/livez", OK).on(Method.GET, "/readyz", OK);

    /// As nginx sends it by default.
    private static final String BARE = "GET %s HTTP/1.0|Host: 127.0.0.1:8420|Connection: close|Accept: */*||";

    private static String answer(OriginSettings security, String request, String end) {
        try (var server = HttpTestServer.of(ROUTES, security);
                var client = server.raw()) {
            return client.send(request.replace("|", "\r\n")).until(end);
        }
    }

    private static String status(OriginSettings security, String request) {
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
    void refusesRequestsOfAProxyUnlessConfigured(String header) {
        assertThat(status(OriginSettings.LOOPBACK, with(header))).isEqualTo("403");
        assertThat(status(OriginSettings.LOOPBACK.openToProxies(), with(header)))
                .isEqualTo("200");
        assertThat(status(new OriginSettings(true, false, Set.of(), Set.of()), with(header)))
                .isEqualTo("200");
        assertThat(status(OriginSettings.LOOPBACK, "GET /livez HTTP/1.1|Host: localhost|" + header + "||"))
                .isEqualTo("200");
    }

    @Test
    void detectsAProxyWithoutHeadersByHttp10() {
        assertThat(status(OriginSettings.LOOPBACK, BARE.formatted("/"))).isEqualTo("403");
        assertThat(status(OriginSettings.LOOPBACK, BARE.formatted("/nowhere"))).isEqualTo("403");
        assertThat(status(OriginSettings.LOOPBACK, BARE.formatted("/livez"))).isEqualTo("200");
        assertThat(status(OriginSettings.LOOPBACK, BARE.formatted("/readyz"))).isEqualTo("200");
        assertThat(status(OriginSettings.LOOPBACK.openToProxies(), BARE.formatted("/")))
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
        assertThat(status(OriginSettings.LOOPBACK, request)).isEqualTo("200");
    }

    @Test
    void namesTheTraceAndTheFlag() {
        assertThat(answer(OriginSettings.LOOPBACK, with("X-Forwarded-For: 192.0.2.1"), "}"))
                .contains("/problems/proxy-refused", "X-Forwarded-For", "--behind-proxy");
    }
}
