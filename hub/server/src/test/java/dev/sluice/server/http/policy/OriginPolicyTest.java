package dev.sluice.server.http.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.LoggedLines;
import dev.sluice.server.HttpTestServer;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.Router;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.Method;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.Status;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OriginPolicyTest {
    private static final Route ROUTES = new Router()
            .on(Method.GET, "/", exchange -> exchange.answer(ServerResponse.text(Status.OK, "fine")))
            .on(Method.GET, "/page/**", exchange -> exchange.answer(ServerResponse.text(Status.OK, "fine")))
            .on(Method.GET, "/busy", exchange -> exchange.refuse(Problems.FULL.of("Full.")));

    private static final OriginSettings INSECURE = new OriginSettings(true, false, Set.of("hub.example"), Set.of());

    private static String head(OriginSettings security, String... lines) {
        try (var server = HttpTestServer.of(ROUTES, security);
                var client = server.raw()) {
            return client.send(String.join("\r\n", lines) + "\r\n\r\n").until("\r\n\r\n");
        }
    }

    private static String get(OriginSettings security, String... lines) {
        String[] all = new String[lines.length + 1];
        all[0] = "GET / HTTP/1.1";
        System.arraycopy(lines, 0, all, 1, lines.length);
        return head(security, all);
    }

    private static OriginSettings allowing(String... origins) {
        return new OriginSettings(false, false, Set.of(), Set.of(origins));
    }

    @Test
    void checksAnAcceptedHeadAgainAfterAChangeOfItsSettings() {
        OriginSettings security =
                new OriginSettings(false, false, Set.of("hub.example"), Set.of("https://shop.example"));
        String request = "GET / HTTP/1.1\r\nHost: hub.example\r\nOrigin: https://shop.example\r\n\r\n";
        try (var server = HttpTestServer.of(ROUTES, security);
                var client = server.raw()) {
            for (int i = 0; i < 4; i++) {
                assertThat(client.send(request).until("fine")).startsWith("HTTP/1.1 200 ");
            }
            security.follow(OriginSettings.LOOPBACK);
            assertThat(client.send(request).until("\r\n\r\n")).startsWith("HTTP/1.1 403 ");
        }
    }

    @Test
    void servesFilesOfItsPagesThroughAProxyThatChangesTheHost() {
        String[] own = {"Host: localhost:8420", "Origin: http://hub.example", "Sec-Fetch-Site: same-origin"};
        String[] foreign = {"Host: localhost:8420", "Origin: http://evil.example", "Sec-Fetch-Site: cross-site"};
        assertThat(head(OriginSettings.LOOPBACK, line("GET /page/doctor.js", own)))
                .startsWith("HTTP/1.1 200 ")
                .doesNotContainIgnoringCase("Access-Control-Allow-Origin");
        assertThat(head(OriginSettings.LOOPBACK, line("GET /page/doctor.js", foreign)))
                .startsWith("HTTP/1.1 403 ");
        assertThat(head(OriginSettings.LOOPBACK, line("POST /page/doctor.js", own)))
                .startsWith("HTTP/1.1 403 ");
        assertThat(get(OriginSettings.LOOPBACK, own)).startsWith("HTTP/1.1 403 ");
    }

    private static String[] line(String request, String... lines) {
        return Stream.concat(Stream.of(request + " HTTP/1.1"), Stream.of(lines)).toArray(String[]::new);
    }

    @Test
    void answersUnderItsConfiguredNamesWhateverThePort() {
        var named = new OriginSettings(false, false, Set.of("Hub.Example"), Set.of());
        assertThat(get(named, "Host: hub.example:8420")).startsWith("HTTP/1.1 200 ");
        assertThat(get(named, "Host: localhost")).startsWith("HTTP/1.1 200 ");
        assertThat(get(named, "Host: other.example")).startsWith("HTTP/1.1 403 ");
    }

    /// As probes inside Kubernetes are configured, so that the resolver does not try its search list.
    @Test
    void answersUnderFullyQualifiedNames() {
        for (String name : List.of("hub.svc.cluster.local", "hub.svc.cluster.local.")) {
            var named = new OriginSettings(false, false, Set.of(name), Set.of());
            assertThat(get(named, "Host: hub.svc.cluster.local.:8420")).startsWith("HTTP/1.1 200 ");
            assertThat(get(named, "Host: hub.svc.cluster.local", "Origin: http://hub.svc.cluster.local."))
                    .startsWith("HTTP/1.1 200 ");
            assertThat(get(named, "Host: localhost.")).startsWith("HTTP/1.1 200 ");
            assertThat(get(named, "Host: cluster.local.")).startsWith("HTTP/1.1 403 ");
        }
    }

    /// An attacker can make a name resolve to any address (DNS rebinding), but can't do so with an IP address.
    @Test
    void checksHostNamesInAnOpenHubToo() {
        for (var host : List.of("10.1.2.3:8420", "[fe80::1]:8420", "localhost", "hub.example", machine())) {
            assertThat(get(INSECURE, "Host: " + host)).as(host).startsWith("HTTP/1.1 200 ");
        }
        for (var host : List.of("rebind.test", "10.1.2.3.rebind.test", "1.2.3", "256.1.1.1", machine() + ".test")) {
            assertThat(get(INSECURE, "Host: " + host, "Origin: http://" + host))
                    .as(host)
                    .startsWith("HTTP/1.1 403 ");
        }
        // Pages of other origins are refused.
        assertThat(get(INSECURE, "Host: 10.1.2.3", "Origin: http://evil.example"))
                .startsWith("HTTP/1.1 403 ");
    }

    @Test
    void answersUnderEveryNameIfConfigured() {
        for (boolean isInsecure : new boolean[] {true, false}) {
            var open = new OriginSettings(isInsecure, false, Set.of("*"), Set.of());
            assertThat(get(open, "Host: rebind.test")).startsWith("HTTP/1.1 200 ");
            assertThat(get(open, "Host: 10.1.2.3:8420")).startsWith("HTTP/1.1 200 ");
        }
    }

    private static String machine() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "localhost";
        }
    }

    @Test
    void acceptsHttp10WithoutHost() {
        assertThat(head(OriginSettings.LOOPBACK, "GET / HTTP/1.0")).startsWith("HTTP/1.1 200 ");
        assertThat(head(OriginSettings.LOOPBACK, "GET / HTTP/1.0", "Origin: http://localhost"))
                .startsWith("HTTP/1.1 403 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:8420", "https://localhost:8420", "HTTP://LOCALHOST:8420"})
    void allowsItsOwnPages(String origin) {
        assertThat(get(OriginSettings.LOOPBACK, "Host: localhost:8420", "Origin: " + origin))
                .startsWith("HTTP/1.1 200 ")
                .doesNotContainIgnoringCase("access-control");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost",
                "http://localhost:8421",
                "http://127.0.0.1:8420",
                "http://localhost:8420.evil.example",
                "http://localhost:8420/",
                "http://localhost:8420@evil.example",
                "ftp://localhost:8420",
                "null",
                "",
                "http://",
                "localhost:8420",
                "http://localhost:99999999999999"
            })
    void refusesAllOtherPages(String origin) {
        String answer = get(OriginSettings.LOOPBACK, "Host: localhost:8420", "Origin: " + origin);
        assertThat(answer).startsWith("HTTP/1.1 403 ").doesNotContainIgnoringCase("access-control");
    }

    @Test
    void knowsTheDefaultPortOfAScheme() {
        assertThat(get(OriginSettings.LOOPBACK, "Host: localhost", "Origin: http://localhost"))
                .startsWith("HTTP/1.1 200 ");
        assertThat(get(OriginSettings.LOOPBACK, "Host: localhost:80", "Origin: http://localhost"))
                .startsWith("HTTP/1.1 200 ");
        assertThat(get(OriginSettings.LOOPBACK, "Host: localhost", "Origin: https://localhost:443"))
                .startsWith("HTTP/1.1 200 ");
        assertThat(get(OriginSettings.LOOPBACK, "Host: localhost:443", "Origin: http://localhost"))
                .startsWith("HTTP/1.1 403 ");
    }

    @Test
    void refusesForeignPagesOnEveryMethodAndUpgrade() {
        for (String method : new String[] {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"}) {
            assertThat(head(
                            OriginSettings.LOOPBACK,
                            method + " /?errors=event HTTP/1.1",
                            "Host: localhost",
                            "Origin: http://evil.example"))
                    .startsWith("HTTP/1.1 403 ");
        }
        assertThat(get(
                        OriginSettings.LOOPBACK,
                        "Host: localhost",
                        "Origin: http://evil.example",
                        "Upgrade: websocket",
                        "Connection: Upgrade"))
                .startsWith("HTTP/1.1 403 ");
    }

    @Test
    void allowsAConfiguredOriginWithCredentials() {
        String answer = get(allowing("https://shop.example"), "Host: localhost", "Origin: https://shop.example");
        assertThat(answer)
                .startsWith("HTTP/1.1 200 ")
                .containsIgnoringCase("access-control-allow-origin: https://shop.example\r\n")
                .containsIgnoringCase("access-control-allow-credentials: true\r\n")
                .containsIgnoringCase(
                        "access-control-expose-headers: ETag, Retry-After, WWW-Authenticate, Idempotent-Replay, "
                                + "Sluice-Cursor, Sluice-Latest, Sluice-Earliest, Sluice-Closed\r\n");
        assertThat(get(allowing("https://shop.example"), "Host: localhost", "Origin: https://shop.example.evil"))
                .startsWith("HTTP/1.1 403 ");
        assertThat(get(allowing("https://shop.example"), "Host: localhost", "Origin: http://shop.example"))
                .startsWith("HTTP/1.1 403 ");
    }

    @Test
    void allowsAllOriginsWithoutCredentials() {
        assertThat(get(allowing("*"), "Host: localhost", "Origin: null"))
                .startsWith("HTTP/1.1 200 ")
                .containsIgnoringCase("access-control-allow-origin: *\r\n")
                .doesNotContainIgnoringCase("allow-credentials");
        assertThat(get(allowing("*", "https://shop.example"), "Host: localhost", "Origin: https://shop.example"))
                .containsIgnoringCase("access-control-allow-origin: https://shop.example\r\n");
    }

    @Test
    void letsPagesReadErrorsToo() {
        assertThat(head(
                        allowing("https://shop.example"),
                        "GET /busy HTTP/1.1",
                        "Host: localhost",
                        "Origin: https://shop.example"))
                .startsWith("HTTP/1.1 503 ")
                .containsIgnoringCase("access-control-allow-origin: https://shop.example\r\n")
                .containsIgnoringCase("access-control-expose-headers: ");
        assertThat(head(
                        allowing("https://shop.example"),
                        "GET /%zz HTTP/1.1",
                        "Host: localhost",
                        "Origin: https://shop.example"))
                .startsWith("HTTP/1.1 400 ")
                .containsIgnoringCase("access-control-allow-origin: https://shop.example\r\n");
    }

    @Test
    void answersAPreflight() {
        String answer = head(
                allowing("https://shop.example"),
                "OPTIONS /nowhere HTTP/1.1",
                "Host: localhost",
                "Origin: https://shop.example",
                "Access-Control-Request-Method: PUT",
                "Access-Control-Request-Headers: if-match");
        assertThat(answer)
                .startsWith("HTTP/1.1 204 ")
                .containsIgnoringCase("access-control-allow-origin: https://shop.example\r\n")
                .containsIgnoringCase("access-control-allow-methods: GET, HEAD, POST, PUT, DELETE\r\n")
                .containsIgnoringCase(
                        "access-control-allow-headers: Authorization, Content-Type, Last-Event-ID, Idempotency-Key, "
                                + "If-Match, If-None-Match, traceparent, if-match\r\n")
                .containsIgnoringCase("access-control-max-age: 7200\r\n");
    }

    /// Libraries for tracing add their headers to all requests of a page.
    @Test
    void allowsTheRequestedHeaders() {
        String asked = "baggage,sentry-trace,tracestate,x-datadog-trace-id";
        for (OriginSettings security : new OriginSettings[] {allowing("https://shop.example"), allowing("*")}) {
            assertThat(preflight(security, asked)).containsIgnoringCase(", traceparent, " + asked + "\r\n");
        }
        for (String broken : List.of("", "a b", "a,,b", "x".repeat(4_097), "a, b\t;c")) {
            assertThat(preflight(allowing("https://shop.example"), broken)).contains(", traceparent\r\n");
        }
        assertThat(head(
                        OriginSettings.LOOPBACK,
                        "OPTIONS / HTTP/1.1",
                        "Host: localhost",
                        "Origin: https://shop.example",
                        "Access-Control-Request-Method: GET",
                        "Access-Control-Request-Headers: baggage"))
                .startsWith("HTTP/1.1 403 ")
                .doesNotContain("baggage");
    }

    private static String preflight(OriginSettings security, String asked) {
        return head(
                security,
                "OPTIONS /channels/x HTTP/1.1",
                "Host: localhost",
                "Origin: https://shop.example",
                "Access-Control-Request-Method: GET",
                "Access-Control-Request-Headers: " + asked);
    }

    @Test
    void allowsThePagesOfSubdomains() {
        OriginSettings security = allowing("https://*.shop.example", "http://*.dev.example:8080");
        for (String origin :
                List.of("https://eu.shop.example", "https://A.B.shop.example:443", "http://x.dev.example:8080")) {
            assertThat(get(security, "Host: localhost", "Origin: " + origin))
                    .as(origin)
                    .startsWith("HTTP/1.1 200 ")
                    .containsIgnoringCase("access-control-allow-origin: " + origin + "\r\n")
                    .containsIgnoringCase("access-control-allow-credentials: true\r\n");
        }
        for (String origin : List.of(
                "https://shop.example",
                "https://.shop.example",
                "https://evilshop.example",
                "https://eu.shop.example.evil",
                "http://eu.shop.example",
                "https://eu.shop.example:8443",
                "http://x.dev.example",
                "null")) {
            assertThat(get(security, "Host: localhost", "Origin: " + origin))
                    .as(origin)
                    .startsWith("HTTP/1.1 403 ");
        }
    }

    @Test
    void refusesAnInvalidOriginInItsConfiguration() {
        for (String none : new String[] {
            "shop.example",
            "https://shop.example/",
            "https://*.example",
            "null",
            "https://*",
            "https://*.com",
            "https://*.co.",
            "https://*.*.shop.example",
            "https://a.*.shop.example",
            "https://*.10.0.0.1",
            "*.shop.example",
            "https://*.shop.example/",
            "https://*shop.example"
        }) {
            assertThatThrownBy(() -> allowing(none))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(none);
        }
    }

    @Test
    void namesTheFlagThatWouldAllowTheRequest() {
        assertThat(problem("Host: hub7.example:443")).contains("--allow-host hub7.example");
        assertThat(problem("Host: localhost", "Origin: https://shop7.example"))
                .contains("--origin https://shop7.example");
        assertThat(problem("Host: localhost", "Origin: null"))
                .contains("over HTTP")
                .doesNotContain("--origin");
        // A message must not make its reader paste shell commands.
        assertThat(problem("Host: a$(reboot).example")).contains("--allow-host NAME");
        assertThat(problem("Host: localhost", "Origin: https://a$(reboot).example"))
                .contains("--origin ORIGIN");
    }

    private static String problem(String... lines) {
        try (var server = HttpTestServer.of(ROUTES, OriginSettings.LOOPBACK);
                var client = server.raw()) {
            client.send("GET / HTTP/1.1\r\n" + String.join("\r\n", lines) + "\r\n\r\n")
                    .until("\r\n\r\n");
            return client.until("}");
        }
    }

    @Test
    void logsEachRefusedValueOnce() {
        var refusals = new LoggedLines(RefusalLog.class);
        try (var server = HttpTestServer.of(ROUTES, OriginSettings.LOOPBACK);
                refusals) {
            for (int i = 0; i < 3; i++) {
                assertThat(server.get("/", "Origin", "http://once.example:3000").statusCode())
                        .isEqualTo(403);
            }
            for (int i = 0; i < 2 * RefusalLog.VALUES_MAX; i++)
                server.get("/", "Origin", "http://page" + i + ".example");
            server.get("/", "X-Forwarded-Once", "192.0.2.1");
        }
        // Servers of other tests may log other headers.
        assertThat(refusals.lines("X-Forwarded-Once"))
                .as("made up origins silence no other kind")
                .hasSize(1);
        assertThat(refusals.lines("once.example"))
                .containsExactly("request refused origin=\"http://once.example:3000\""
                        + " advice=\"start the hub with --origin http://once.example:3000\"");
        assertThat(refusals.lines("//page")).hasSize(RefusalLog.VALUES_MAX - 1);
    }

    @Test
    void logsRefusedPagesOfAnotherSite() {
        var refusals = new LoggedLines(RefusalLog.class);
        try (var server = HttpTestServer.of(new Router().on(Method.GET, "/", ROUTES), OriginSettings.LOOPBACK);
                refusals) {
            for (String site : List.of("cross-site", "same-site")) {
                assertThat(server.get("/", "Sec-Fetch-Site", site).statusCode()).isEqualTo(403);
            }
        }
        // Servers of other tests may log the same.
        for (String site : List.of("cross-site", "same-site")) {
            assertThat(refusals.lines("request refused cross-site=\"" + site + "\""))
                    .isNotEmpty()
                    .allSatisfy(line -> assertThat(line).contains("--origin"));
        }
    }
}
