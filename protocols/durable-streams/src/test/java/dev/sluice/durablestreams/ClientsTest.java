package dev.sluice.durablestreams;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.core.ChildHub;
import dev.sluice.core.NodeClients;
import dev.sluice.core.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Programs of npm that speak the protocol, run by Node: the authors' client, the transports for the AI SDK and
/// TanStack AI, and the provider for Yjs. Each keeps all that it wrote and read while the hub is killed.
final class ClientsTest {
    private static final int CASES = 4;

    @TempDir
    private Path folder;

    private int port;
    private ChildHub hub;

    @Test
    void continueThroughAKilledHub() throws Exception {
        port = Ports.free();
        startHub();
        HttpServer control = control();
        try {
            NodeClients.pass(
                    Path.of("src/test/clients"),
                    CASES,
                    Map.of(
                            "HUB", "http://127.0.0.1:" + port,
                            "CONTROL",
                                    "http://127.0.0.1:" + control.getAddress().getPort()));
        } finally {
            control.stop(0);
            hub.kill();
        }
    }

    private void startHub() throws IOException {
        hub = ChildHub.start(KillTest.Program.class, folder.resolve("data"), port, "/v1/stream");
        assertThat(hub.uri().getPort()).isEqualTo(port);
    }

    /// Kills the hub, and starts it again.
    private HttpServer control() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/kill", exchange -> {
            hub.kill();
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.createContext("/start", exchange -> {
            startHub();
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        return server;
    }
}
