package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.memory.MemoryLog;
import dev.sluice.server.http.policy.ForwardedHeader;
import dev.sluice.server.http.policy.OriginSettings;
import dev.sluice.server.limit.LimitSettings;
import dev.sluice.server.limit.RateLimit;
import dev.sluice.server.net.Listener;
import dev.sluice.server.net.address.AddressRange;
import dev.sluice.server.net.address.TrustedProxies;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Limits count the client that trusted proxies tell of, whatever it forges: neither does it get a limit of its own
/// for each request, nor does it use up that of somebody else.
final class LimitsBehindProxiesTest {
    private static final String PROXY = "127.0.0.1";
    private static final String ATTACKER = "203.0.113.9";
    private static final String HONEST = "203.0.113.10";

    private static TestServer server(ForwardedHeader header, boolean readsProxyProtocol) {
        LimitSettings defaults = LimitSettings.DEFAULTS;
        LimitSettings limits = new LimitSettings(
                1_000,
                0,
                defaults.connections(),
                defaults.requests(),
                RateLimit.perSecond("limits.publishes_per_second", 1),
                defaults.publishBytes(),
                defaults.authFailures(),
                defaults.callerShare(),
                Duration.ofMinutes(1));
        List<AddressRange> trusted = Stream.of(PROXY, "10.0.0.0/8", "2001:db8:aaaa::/48")
                .map(each -> AddressRange.parse(each).orElseThrow())
                .toList();
        OriginSettings security = OriginSettings.LOOPBACK.openToProxies().trusting(TrustedProxies.of(trusted), header);
        ServerSettings plain = TestServer.settings(2);
        ServerSettings settings = plain.toBuilder()
                .listeners(List.of(new Listener("127.0.0.1", 0, Listener.Role.PUBLIC, null, readsProxyProtocol)))
                .security(security)
                .limits(limits)
                .build();
        return TestServer.start(MemoryLog.builder(InstantSource.system()).open(), settings);
    }

    /// The status of a publish.
    private static int publishFrom(TestServer server, String from, String before, String... lines) {
        try (RawClient client = new RawClient(server.server().uri().getPort(), from)) {
            String head = "POST /channels/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nConnection: close\r\n";
            for (String each : lines) head += each + "\r\n";
            String answer = client.send(before + head + "\r\nx").rest();
            return Integer.parseInt(answer.substring(9, 12));
        }
    }

    private static int publish(TestServer server, String... lines) {
        return publishFrom(server, PROXY, "", lines);
    }

    /// The elements to which the client's own connection adds its address, and two proxies theirs.
    private static final List<String> FORGED = List.of(
            "198.51.100.1",
            HONEST,
            "10.9.9.9",
            PROXY,
            "unknown",
            "::1",
            "2001:db8:aaaa::1",
            "1.2.3.4, " + HONEST,
            "\"" + HONEST,
            " , ,",
            "a".repeat(4_000),
            "1.1.1.1,".repeat(500));

    private static String line(ForwardedHeader header, String forged, String client) {
        return switch (header) {
            case X_FORWARDED_FOR -> "X-Forwarded-For: " + forged + ", " + client + ", 10.1.1.1, 10.2.2.2";
            case FORWARDED ->
                "Forwarded: for=" + forged + ", for=" + client + ";proto=https, for=10.1.1.1, for=10.2.2.2";
        };
    }

    @ParameterizedTest
    @EnumSource
    void countTheClientThreeHopsAwayDespiteForgedHeaders(ForwardedHeader header) {
        try (TestServer server = server(header, false)) {
            for (int i = 0; i < 5; i++)
                assertThat(publish(server, line(header, FORGED.get(i), ATTACKER)))
                        .isEqualTo(201);
            for (String each : FORGED) {
                assertThat(publish(server, line(header, each, ATTACKER)))
                        .as(each)
                        .isEqualTo(429);
            }
            for (int i = 0; i < 5; i++) {
                assertThat(publish(server, line(header, "x", HONEST)))
                        .as("nothing of its limit was used up")
                        .isEqualTo(201);
            }
        }
    }

    @Test
    void countTheClientDespiteForgedHeadersOnSeparateLines() {
        try (TestServer server = server(ForwardedHeader.X_FORWARDED_FOR, false)) {
            String honest = "X-Forwarded-For: " + ATTACKER + ", 10.1.1.1";
            for (int i = 0; i < 8; i++) {
                assertThat(publish(server, "X-Forwarded-For: 198.51.100." + i, "x-forwarded-for: 10.0.0.1", honest))
                        .isEqualTo(i < 5 ? 201 : 429);
            }
        }
    }

    @Test
    void countTheAddressOfAClientThatIsNoProxy() {
        try (TestServer server = server(ForwardedHeader.X_FORWARDED_FOR, false)) {
            for (int i = 0; i < 8; i++) {
                assertThat(publishFrom(server, "127.0.0.2", "", "X-Forwarded-For: 198.51.100." + i))
                        .isEqualTo(i < 5 ? 201 : 429);
            }
        }
    }

    @Test
    void countANetworkOfIpv6AsOneClientAndAMappedAddressAsItsIpv4Address() {
        try (TestServer server = server(ForwardedHeader.X_FORWARDED_FOR, false)) {
            for (int i = 0; i < 8; i++) {
                assertThat(publish(server, "X-Forwarded-For: [2001:db8:0:1:" + i + "::" + i + "]:4711"))
                        .isEqualTo(i < 5 ? 201 : 429);
                assertThat(publish(server, "X-Forwarded-For: " + (i % 2 == 0 ? "::ffff:" : "") + ATTACKER))
                        .isEqualTo(i < 5 ? 201 : 429);
            }
            assertThat(publish(server, "X-Forwarded-For: 2001:db8:0:2::1")).isEqualTo(201);
        }
    }

    /// The address of the header, in both families: an IPv4 address may come as either.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 203.0.113.9 127.0.0.1 4711 8420\r\n",
                "PROXY TCP6 ::ffff:203.0.113.9 ::1 4711 8420\r\n",
                "PROXY TCP6 2001:db8:0:1::9 ::1 4711 8420\r\n"
            })
    void countTheClientOfTheProxyProtocol(String header) {
        try (TestServer server = server(ForwardedHeader.X_FORWARDED_FOR, true)) {
            for (int i = 0; i < 8; i++) {
                // A header of the request is the client's own.
                assertThat(publishFrom(server, PROXY, header, "X-Forwarded-For: 198.51.100." + i))
                        .isEqualTo(i < 5 ? 201 : 429);
            }
            String other = "PROXY TCP4 " + HONEST + " 127.0.0.1 4711 8420\r\n";
            assertThat(publishFrom(server, PROXY, other)).isEqualTo(201);
        }
    }
}
