package dev.sluice.server.http.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.HttpTestServer;
import dev.sluice.server.http.Router;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.Method;
import dev.sluice.server.http.head.Requests;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.net.address.AddressLiteral;
import dev.sluice.server.net.address.AddressRange;
import dev.sluice.server.net.address.TrustedProxies;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ForwardedClientTest {
    private static final TrustedProxies TRUSTED =
            TrustedProxies.of(Stream.of("10.0.0.0/8", "127.0.0.1", "2001:db8:aaaa::/48")
                    .map(text -> AddressRange.parse(text).orElseThrow())
                    .toList());
    private static final InetSocketAddress PROXY = at("10.0.0.1", 40_000);

    private static InetSocketAddress at(String address, int port) {
        return new InetSocketAddress(AddressLiteral.parse(address).orElseThrow(), port);
    }

    private static ForwardedClient client(ForwardedHeader header, InetSocketAddress peer, String... headers) {
        return ForwardedClient.of(Requests.get("/", headers), peer, false, TRUSTED, header);
    }

    private static String address(ForwardedHeader header, String... lines) {
        String name = header == ForwardedHeader.FORWARDED ? "Forwarded" : "X-Forwarded-For";
        String[] headers =
                Stream.of(lines).flatMap(line -> Stream.of(name, line.strip())).toArray(String[]::new);
        InetAddress found = client(header, PROXY, headers).address().getAddress();
        return found.getHostAddress();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            203.0.113.9                                   | 203.0.113.9
            203.0.113.9:4711                              | 203.0.113.9
            1.2.3.4, 203.0.113.9                          | 203.0.113.9
            1.2.3.4, 203.0.113.9, 10.2.2.2                | 203.0.113.9
            203.0.113.9, 10.2.2.2,10.3.3.3                | 203.0.113.9
            10.9.9.9, 10.2.2.2                            | 10.9.9.9
            ' , 203.0.113.9 , ,'                          | 203.0.113.9
            1.2.3.4, unknown, 10.2.2.2                    | 10.2.2.2
            1.2.3.4, 203.0.113.999                        | 10.0.0.1
            1.2.3.4, 010.0.0.9                            | 10.0.0.1
            1.2.3.4, 203.0.113.9:99999                    | 10.0.0.1
            1.2.3.4, 203.0.113.9 10.2.2.2                 | 10.0.0.1
            1.2.3.4, fe80::1%eth0                         | 10.0.0.1
            2001:db8::1                                   | 2001:db8:0:0:0:0:0:1
            [2001:db8::1]:443, 2001:db8:aaaa::5           | 2001:db8:0:0:0:0:0:1
            ::ffff:203.0.113.9                            | 203.0.113.9
            ::ffff:10.4.4.4                               | 10.4.4.4
            [10.4.4.4]                                    | 10.0.0.1
            ''                                            | 10.0.0.1
            """)
    void countsXForwardedForFromTheRightThroughTrustedProxies(String line, String client) {
        assertThat(address(ForwardedHeader.X_FORWARDED_FOR, line)).isEqualTo(client);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            for=203.0.113.9                                               | 203.0.113.9
            For="203.0.113.9:4711";proto=https;by=10.0.0.1                | 203.0.113.9
            for=1.2.3.4, for=203.0.113.9;host="hub.example", for=10.2.2.2 | 203.0.113.9
            for="[2001:db8::1]:_port"                                     | 2001:db8:0:0:0:0:0:1
            for=1.2.3.4, for=unknown, for=10.2.2.2                        | 10.2.2.2
            for=1.2.3.4, for=_hidden                                      | 10.0.0.1
            for=1.2.3.4, proto=https                                      | 10.0.0.1
            for=1.2.3.4, for=5.6.7.8;for=203.0.113.9                      | 10.0.0.1
            for=1.2.3.4, for=203.0.113.9;                                 | 10.0.0.1
            for=1.2.3.4, for = 203.0.113.9                                | 10.0.0.1
            for=1.2.3.4, 203.0.113.9                                      | 10.0.0.1
            for="1.2.3.4, for=203.0.113.9                                 | 203.0.113.9
            for=1.2.3.4;by=", for=203.0.113.9;by="x"                      | 203.0.113.9
            """)
    void countsForwardedFromTheRightThroughTrustedProxies(String line, String client) {
        assertThat(address(ForwardedHeader.FORWARDED, line)).isEqualTo(client);
    }

    @Test
    void readsSeveralLinesAsOneList() {
        assertThat(address(ForwardedHeader.X_FORWARDED_FOR, "1.2.3.4", "203.0.113.9, 10.2.2.2", "10.3.3.3"))
                .isEqualTo("203.0.113.9");
    }

    @Test
    void ignoresHeadersOfUntrustedPeers() {
        var stranger = at("198.51.100.7", 5_000);
        var client = client(
                ForwardedHeader.X_FORWARDED_FOR, stranger, "X-Forwarded-For", "1.2.3.4", "X-Forwarded-Proto", "https");
        assertThat(client).isEqualTo(new ForwardedClient(stranger, false));
    }

    /// A proxy that writes one header passes on the other as the client sent it.
    @Test
    void ignoresTheHeaderThatIsNotConfigured() {
        String[] both = {"X-Forwarded-For", "203.0.113.9", "Forwarded", "for=198.51.100.7;proto=https"};
        assertThat(client(ForwardedHeader.X_FORWARDED_FOR, PROXY, both))
                .isEqualTo(new ForwardedClient(at("203.0.113.9", 0), false));
        assertThat(client(ForwardedHeader.FORWARDED, PROXY, both))
                .isEqualTo(new ForwardedClient(at("198.51.100.7", 0), true));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            https       | true
            http        | false
            HTTPS       | true
            wss         | true
            https, http | false
            http, https | true
            httpsx      | false
            """)
    void takesTheLastXForwardedProto(String proto, boolean isSecure) {
        var client = client(
                ForwardedHeader.X_FORWARDED_FOR, PROXY, "X-Forwarded-For", "203.0.113.9", "X-Forwarded-Proto", proto);
        assertThat(client.isSecure()).isEqualTo(isSecure);
    }

    @Test
    void takesTheProtocolOfTheHopFromTheClient() {
        var client = client(
                ForwardedHeader.FORWARDED, PROXY, "Forwarded", "for=203.0.113.9;proto=https, for=10.2.2.2;proto=http");
        assertThat(client.isSecure()).isTrue();
    }

    /// The element of an honest proxy at the end decides, whatever a client sends before it.
    @Property
    void noPrefixMovesTheAddress(
            @ForAll @StringLength(max = 60) @CharRange(from = ' ', to = '~') String line,
            @ForAll @StringLength(max = 30) @Chars({'"', ',', ';', '=', '\\', 'f', 'o', 'r', '1', '.', ':', '['})
                    String hostile) {
        String before = line + hostile;
        assertThat(address(ForwardedHeader.FORWARDED, before + ", for=203.0.113.9;by=\"[::1]:80\""))
                .isEqualTo("203.0.113.9");
        assertThat(address(ForwardedHeader.FORWARDED, before, "for=203.0.113.9"))
                .isEqualTo("203.0.113.9");
        assertThat(address(ForwardedHeader.X_FORWARDED_FOR, before + ", 203.0.113.9"))
                .isEqualTo("203.0.113.9");
    }

    /// The address is the peer's or one that is in the text: nothing is looked up, nothing is thrown.
    @Property
    void parsesAnyText(@ForAll @StringLength(max = 80) @CharRange(from = ' ', to = '~') String line) {
        for (ForwardedHeader header : ForwardedHeader.values())
            assertThat(address(header, line)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void isTheAddressThatRoutesSee(boolean isTrusted) {
        Router routes = new Router()
                .on(
                        Method.GET,
                        "/",
                        exchange -> exchange.answer(ServerResponse.text(
                                Status.OK, exchange.remoteAddress().getAddress() + " " + exchange.isSecure())));
        var proxies = TrustedProxies.of(
                isTrusted ? List.of(AddressRange.parse("127.0.0.1").orElseThrow()) : List.of());
        var security = OriginSettings.LOOPBACK.openToProxies().trusting(proxies, ForwardedHeader.X_FORWARDED_FOR);
        try (var server = HttpTestServer.of(routes, security);
                var client = server.raw()) {
            String answer = client.send("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                            + "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n\r\n")
                    .rest();
            assertThat(answer).endsWith(isTrusted ? "/203.0.113.9 true" : "/127.0.0.1 false");
        }
    }
}
