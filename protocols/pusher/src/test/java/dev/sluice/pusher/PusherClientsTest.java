package dev.sluice.pusher;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.Sluice;
import dev.sluice.core.NodeClients;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Unmodified clients of npm, run by Node: pusher-js, Laravel Echo, and Pusher's server library.
final class PusherClientsTest {
    private static final int CASES = 13;

    private Sluice hub;

    @Test
    void pusherJsAndLaravelEchoReceiveWhatTheServerLibraryTriggers() throws Exception {
        hub = started(0);
        HttpServer restarts = restarts();
        try {
            NodeClients.pass(
                    Path.of("src/test/clients"),
                    CASES,
                    Map.of(
                            "PUSHER_HOST", "127.0.0.1",
                            "PUSHER_PORT", "" + hub.port(),
                            "RESTART",
                                    "http://127.0.0.1:" + restarts.getAddress().getPort() + "/"));
        } finally {
            restarts.stop(0);
            hub.close();
        }
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
