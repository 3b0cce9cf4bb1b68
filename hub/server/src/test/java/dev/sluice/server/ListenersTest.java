package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.Ports;
import dev.sluice.server.net.CannotListenException;
import dev.sluice.server.net.Listener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A hub that listens on several addresses.
class ListenersTest {
    private static final Listener PUBLIC = new Listener("127.0.0.1", 0, Listener.Role.PUBLIC);
    private static final Listener ADMIN = new Listener("127.0.0.1", 0, Listener.Role.ADMIN);

    private static TestServer start(int connectionsMax, Listener... listeners) {
        ServerSettings settings = TestServer.settings(2).toBuilder()
                .listeners(List.of(listeners))
                .connectionsMax(connectionsMax)
                .build();
        return TestServer.start(settings);
    }

    private static String answer(URI uri, String path) {
        try (RawClient client = new RawClient(uri.getPort())) {
            client.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            return client.rest();
        }
    }

    @Test
    void servesTheHubOnEachPublicAddressAndOnlyProbesOnAdminOnes() {
        try (TestServer server = start(100, PUBLIC, PUBLIC, ADMIN)) {
            server.publish("news", "hello");
            List<URI> hubs = server.server().uris(Listener.Role.PUBLIC);
            assertThat(hubs)
                    .hasSize(2)
                    .doesNotHaveDuplicates()
                    .startsWith(server.server().uri());
            for (URI each : hubs) {
                assertThat(answer(each, "/channels/news?as=json")).contains("hello");
                assertThat(answer(each, "/readyz")).startsWith("HTTP/1.1 200 ");
            }
            URI admin = server.server().uris(Listener.Role.ADMIN).getFirst();
            assertThat(answer(admin, "/livez")).startsWith("HTTP/1.1 200 ");
            assertThat(answer(admin, "/readyz")).startsWith("HTTP/1.1 200 ");
            for (String path : List.of("/", "/channels", "/channels/news?as=json", "/session", "/openapi.json")) {
                assertThat(answer(admin, path)).startsWith("HTTP/1.1 404 ");
            }
        }
    }

    @Test
    void namesTheAddressInUseAndClosesTheOthers() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        int port = Ports.free();
        try (ServerSocket taken = new ServerSocket(0, 1, loopback)) {
            Listener first = new Listener("127.0.0.1", port, Listener.Role.PUBLIC);
            Listener second = new Listener("127.0.0.1", taken.getLocalPort(), Listener.Role.ADMIN);
            assertThatThrownBy(() -> start(100, first, second))
                    .isInstanceOf(CannotListenException.class)
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort())
                    .hasMessageContaining("admin_port");
        }
        try (ServerSocket again = new ServerSocket(port, 1, loopback)) {
            assertThat(again.isBound()).isTrue();
        }
    }

    @Test
    void limitsTheConnectionsOfAllListenersTogether() {
        try (TestServer server = start(2, PUBLIC, ADMIN)) {
            RawClient first = new RawClient(server);
            RawClient second = new RawClient(server);
            for (RawClient each : List.of(first, second)) {
                each.get("/channels/news?as=sse");
                each.until("\n\n");
            }
            URI admin = server.server().uris(Listener.Role.ADMIN).getFirst();
            assertThat(answer(admin, "/livez")).startsWith("HTTP/1.1 503 ").contains("connections_max");
            first.close();
            server.awaitConnections(1);
            assertThat(answer(admin, "/livez")).startsWith("HTTP/1.1 200 ");
            second.close();
        }
    }

    @Test
    void needsAPublicListenerFirst() {
        assertThatThrownBy(() -> start(100, ADMIN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be public");
    }
}
