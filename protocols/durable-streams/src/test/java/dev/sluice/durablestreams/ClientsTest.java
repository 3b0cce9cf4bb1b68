package dev.sluice.durablestreams;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.core.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Programs of npm that speak the protocol, run by Node: the authors' client, the transports for the AI SDK and
/// TanStack
/// AI, and the provider for Yjs. Each keeps all that it wrote and read while the hub is killed.
final class ClientsTest {
    private static final Path CLIENTS = Path.of("src/test/clients");
    private static final int MINUTES_MAX = 3;
    private static final int CASES = 4;

    @TempDir
    private Path folder;

    private int port;
    private Process hub;

    @Test
    void continueThroughAKilledHub() throws Exception {
        if (!Files.isDirectory(CLIENTS.resolve("node_modules")))
            throw new AssertionError("npm's packages are missing: run ./check once, or npm ci in " + CLIENTS);
        Path output = folder.resolve("output.txt");
        port = Ports.free();
        startHub();
        HttpServer control = control();
        try {
            var builder = new ProcessBuilder(
                            "node", "--test", "--test-force-exit", "--test-reporter=tap", "clients.test.js")
                    .directory(CLIENTS.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().put("HUB", "http://127.0.0.1:" + port);
            builder.environment()
                    .put("CONTROL", "http://127.0.0.1:" + control.getAddress().getPort());
            Process process = builder.start();
            try {
                assertThat(process.waitFor(MINUTES_MAX, TimeUnit.MINUTES))
                        .as(Files.readString(output))
                        .isTrue();
            } finally {
                process.destroyForcibly();
            }
            assertThat(process.exitValue()).as(Files.readString(output)).isZero();
        } finally {
            control.stop(0);
            hub.destroyForcibly().waitFor();
        }
        assertThat(Files.readString(output)).contains("# pass " + CASES + "\n");
    }

    private void startHub() throws IOException {
        hub = KillTest.start(folder.resolve("data"), port, "/v1/stream");
        URI ready = KillTest.uri(hub);
        assertThat(ready.getPort()).isEqualTo(port);
    }

    /// Kills the hub, and starts it again.
    private HttpServer control() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/kill", exchange -> {
            hub.destroyForcibly().onExit().join();
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
