package dev.sluice.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.Sluice;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Unmodified clients of npm, run by Node: pusher-js, Laravel Echo, and Pusher's server library.
final class PusherClientsTest {
    private static final Path CLIENTS = Path.of("src/test/clients");
    private static final int MINUTES_MAX = 3;
    private static final int CASES = 13;

    @TempDir
    private Path folder;

    private Sluice hub;

    @Test
    void pusherJsAndLaravelEchoReceiveWhatTheServerLibraryTriggers() throws Exception {
        if (!Files.isDirectory(CLIENTS.resolve("node_modules")))
            throw new AssertionError("npm's packages are missing: run ./check once, or npm ci in " + CLIENTS);
        Path output = folder.resolve("output.txt");
        hub = started(0);
        HttpServer restarts = restarts();
        try {
            var builder = new ProcessBuilder("node", "--test", "--test-reporter=tap", "clients.test.js")
                    .directory(CLIENTS.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().put("PUSHER_HOST", "127.0.0.1");
            builder.environment().put("PUSHER_PORT", "" + hub.port());
            builder.environment()
                    .put("RESTART", "http://127.0.0.1:" + restarts.getAddress().getPort() + "/");
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
            restarts.stop(0);
            hub.close();
        }
        assertThat(Files.readString(output)).contains("# pass " + CASES + "\n");
    }

    private static Sluice started(int port) {
        Sluice hub = Sluice.inMemory().port(port).withoutShutdownHook().set("subscribe.presence_linger", "100ms");
        PusherApp small = PusherApp.of("small", "key-2", "secret-2").withConnectionsMax(1);
        Pusher pusher = Pusher.on(hub, "", List.of(PusherHub.SHOP, small));
        hub.start();
        pusher.start();
        return hub;
    }

    /// Each request restarts the hub at its port.
    private HttpServer restarts() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            int port = hub.port();
            hub.close();
            hub = started(port);
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        return server;
    }
}
