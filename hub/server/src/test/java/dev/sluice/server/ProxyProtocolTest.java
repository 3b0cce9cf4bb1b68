package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.http.AccessFilter;
import dev.sluice.server.http.HttpSettings;
import dev.sluice.server.http.policy.ForwardedHeader;
import dev.sluice.server.http.policy.OriginSettings;
import dev.sluice.server.limit.LimitSettings;
import dev.sluice.server.net.Listener;
import dev.sluice.server.net.address.AddressRange;
import dev.sluice.server.net.address.TrustedProxies;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A listener behind proxies that speak the PROXY protocol. Its clients are addresses of the loopback network.
final class ProxyProtocolTest {
    private static final String PROXY = "127.0.0.1";
    private static final String GET = "GET /openapi.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
    private static final byte[] SIGNATURE = {0xD, 0xA, 0xD, 0xA, 0, 0xD, 0xA, 'Q', 'U', 'I', 'T', 0xA};

    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

    private TestServer server(Duration headTime, int connectionsPerAddress) {
        OriginSettings security = OriginSettings.LOOPBACK
                .openToProxies()
                .trusting(
                        TrustedProxies.of(List.of(AddressRange.parse(PROXY).orElseThrow())),
                        ForwardedHeader.X_FORWARDED_FOR);
        LimitSettings limits = LimitSettings.DEFAULTS;
        var settings = TestServer.settings(2).toBuilder()
                .security(security)
                .listeners(List.of(new Listener("127.0.0.1", 0, Listener.Role.PUBLIC, null, true)))
                .http(HttpSettings.DEFAULTS.toBuilder().headTime(headTime).build())
                .limits(new LimitSettings(
                        100,
                        connectionsPerAddress,
                        limits.connections(),
                        limits.requests(),
                        limits.publishes(),
                        limits.publishBytes(),
                        limits.authFailures(),
                        limits.callerShare(),
                        Duration.ofMinutes(1)))
                .build();
        AccessFilter recording = (exchange, route) -> {
            var from = exchange.remoteAddress();
            seen.add(from.getAddress().getHostAddress() + " " + from.getPort());
            AccessFilter.OPEN.filter(exchange, route);
        };
        return TestServer.start(settings, recording);
    }

    private TestServer server() {
        return server(Duration.ofSeconds(10), 0);
    }

    private static RawClient client(TestServer server, String from) {
        return new RawClient(server.server().uri().getPort(), from);
    }

    private static final String LIST = "GET /channels HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";

    private String addressOf(TestServer server, byte[] header, String... headerLines) throws Exception {
        try (RawClient proxy = client(server, PROXY)) {
            proxy.send(header);
            String answer =
                    proxy.send(LIST + String.join("", headerLines) + "\r\n").rest();
            assertThat(answer).startsWith("HTTP/1.1 200");
            return seen.poll(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static byte[] v1(String text) {
        return (text + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /// @param command 0x21: on behalf of a client, 0x20: by the proxy itself
    private static byte[] v2(int command, int family, byte[] addresses) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.write(SIGNATURE);
            out.write(command);
            out.write(family);
            out.writeShort(addresses.length);
            out.write(addresses);
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
        return bytes.toByteArray();
    }

    private static final byte[] IPV4 = {(byte) 203, 0, 113, 9, 127, 0, 0, 1, 0x12, 0x34, 0x20, (byte) 0xE4};

    @Test
    void readsTheClientsAddressFromBothVersions() throws Exception {
        try (TestServer server = server()) {
            assertThat(addressOf(server, v1("PROXY TCP4 203.0.113.9 127.0.0.1 4711 8420")))
                    .isEqualTo("203.0.113.9 4711");
            assertThat(addressOf(server, v1("PROXY TCP6 2001:db8::7 ::1 4711 8420")))
                    .isEqualTo("2001:db8:0:0:0:0:0:7 4711");
            assertThat(addressOf(server, v2(0x21, 0x11, IPV4))).isEqualTo("203.0.113.9 4660");
            byte[] ipv6 = new byte[36];
            ipv6[0] = 0x20;
            ipv6[1] = 0x01;
            ipv6[15] = 7;
            assertThat(addressOf(server, v2(0x21, 0x21, ipv6))).isEqualTo("2001:0:0:0:0:0:0:7 0");
        }
    }

    /// As a proxy does that looks whether the hub is there.
    @Test
    void usesTheProxysAddressForItsHealthChecks() throws Exception {
        try (TestServer server = server()) {
            assertThat(addressOf(server, v1("PROXY UNKNOWN"))).startsWith(PROXY + " ");
            assertThat(addressOf(server, v2(0x20, 0, new byte[0]))).startsWith(PROXY + " ");
        }
    }

    @Test
    void ignoresForwardedHeadersOfAClientBehindIt() throws Exception {
        try (TestServer server = server()) {
            byte[] header = v1("PROXY TCP4 203.0.113.9 127.0.0.1 4711 8420");
            assertThat(addressOf(server, header, "X-Forwarded-For: 198.51.100.1\r\n"))
                    .isEqualTo("203.0.113.9 4711");
            byte[] second = v1("PROXY TCP4 127.0.0.1 127.0.0.1 4711 8420");
            assertThat(addressOf(server, second, "X-Forwarded-For: 198.51.100.1\r\n"))
                    .as("a trusted proxy before the trusted proxy")
                    .isEqualTo("198.51.100.1 0");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "PROXY TCP4 203.0.113.9 127.0.0.1 4711\r\n",
                "PROXY TCP4 203.0.113.999 127.0.0.1 4711 8420\r\n",
                "PROXY TCP4 203.0.113.9 127.0.0.1 99999 8420\r\n",
                "PROXY TCP9 203.0.113.9 127.0.0.1 4711 8420\r\n",
                "PROXY UNIX_STREAM a b\r\n",
            })
    void closesAConnectionWithoutAValidHeader(String text) {
        try (TestServer server = server();
                RawClient proxy = client(server, PROXY)) {
            assertThat(closed(proxy.send(text))).isEmpty();
            server.awaitConnections(0);
        }
    }

    @Test
    void closesAnEndlessHeader() {
        try (TestServer server = server();
                RawClient proxy = client(server, PROXY)) {
            assertThat(closed(proxy.send("PROXY TCP4 " + "1".repeat(200)))).isEmpty();
        }
    }

    @Test
    void closesConnectionsThatAreNotFromATrustedProxy() {
        try (TestServer server = server();
                RawClient stranger = client(server, "127.0.0.2")) {
            assertThat(closed(stranger)).isEmpty();
            server.awaitConnections(0);
        }
    }

    @Test
    void closesAConnectionWhoseHeaderTimesOut() {
        try (TestServer server = server(Duration.ofMillis(200), 0);
                RawClient proxy = client(server, PROXY)) {
            assertThat(closed(proxy.send("PROXY TC"))).isEmpty();
            server.awaitConnections(0);
        }
    }

    @Test
    void limitsTheConnectionsOfTheClientAndNotThoseOfTheProxy() {
        byte[] one = v1("PROXY TCP4 203.0.113.9 127.0.0.1 4711 8420");
        byte[] other = v1("PROXY TCP4 203.0.113.10 127.0.0.1 4711 8420");
        try (TestServer server = server(Duration.ofSeconds(10), 1);
                RawClient first = client(server, PROXY).send(one)) {
            first.send(GET.replace("close", "keep-alive") + "\r\n").until("\r\n\r\n");
            try (RawClient second = client(server, PROXY).send(one);
                    RawClient third = client(server, PROXY).send(other)) {
                assertThat(closed(second)).isEmpty();
                assertThat(third.send(GET + "\r\n").until("\r\n")).startsWith("HTTP/1.1 200");
            }
        }
    }

    /// The bytes before the end; a reset is an end, too.
    private static String closed(RawClient client) {
        try {
            return new String(client.socket().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (java.net.SocketTimeoutException open) {
            throw new AssertionError("the connection stays open", open);
        } catch (IOException reset) {
            return "";
        }
    }
}
