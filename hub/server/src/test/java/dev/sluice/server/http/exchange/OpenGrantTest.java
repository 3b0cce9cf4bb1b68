package dev.sluice.server.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.access.Grant;
import dev.sluice.server.Http2Client;
import dev.sluice.server.HttpTestServer;
import dev.sluice.server.RawClient;
import dev.sluice.server.http.Router;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.Method;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.http.policy.ForwardedHeader;
import dev.sluice.server.http.policy.OriginSettings;
import dev.sluice.server.net.address.AddressRange;
import dev.sluice.server.net.address.TrustedProxies;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The grants of a hub where everybody may do everything: a request that gets the same object as the one before it has
/// made neither a grant, nor a principal, nor the text of an address.
final class OpenGrantTest {
    private static final String BODY = "hello";

    private final List<Grant> grants = Collections.synchronizedList(new ArrayList<>());
    private final Router routes = new Router().on(Method.GET, "/", exchange -> {
        grants.add(exchange.grant());
        exchange.answer(ServerResponse.text(Status.OK, BODY));
    });

    private static void get(RawClient client, String... headers) {
        client.get("/", headers).until("\r\n\r\n" + BODY);
    }

    @Test
    void isTheSameForEachRequestOfAConnectionAndOfNoOther() {
        try (HttpTestServer server = HttpTestServer.of(routes);
                RawClient one = server.raw();
                RawClient other = server.raw()) {
            for (int i = 0; i < 3; i++) get(one);
            get(other);
        }
        assertThat(grants).hasSize(4);
        assertThat(grants.subList(0, 3)).allSatisfy(grant -> assertThat(grant).isSameAs(grants.getFirst()));
        assertThat(grants.getLast()).isNotSameAs(grants.getFirst());
        assertThat(grants.getFirst().principal().address()).isEqualTo("127.0.0.1");
    }

    @Test
    void isTheSameForEachStreamOfAConnection() {
        try (HttpTestServer server = HttpTestServer.http2(routes);
                Http2Client client = new Http2Client(server)) {
            for (int stream = 1; stream <= 5; stream += 2) {
                client.get(stream, "/");
                assertThat(client.response(stream).status()).isEqualTo(200);
            }
        }
        assertThat(grants).hasSize(3).allSatisfy(grant -> assertThat(grant).isSameAs(grants.getFirst()));
    }

    @Test
    void hasTheAddressOfEachClientBehindAProxy() {
        TrustedProxies proxies =
                TrustedProxies.of(List.of(AddressRange.parse("127.0.0.1").orElseThrow()));
        OriginSettings security =
                OriginSettings.LOOPBACK.openToProxies().trusting(proxies, ForwardedHeader.X_FORWARDED_FOR);
        try (HttpTestServer server = HttpTestServer.of(routes, security);
                RawClient proxy = server.raw()) {
            for (String client : List.of("192.0.2.1", "192.0.2.1", "192.0.2.2")) {
                get(proxy, "X-Forwarded-For: " + client);
            }
        }
        assertThat(grants)
                .extracting(grant -> grant.principal().address())
                .containsExactly("192.0.2.1", "192.0.2.1", "192.0.2.2");
        assertThat(grants.get(1)).isSameAs(grants.getFirst());
    }
}
