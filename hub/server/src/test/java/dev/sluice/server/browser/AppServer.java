package dev.sluice.server.browser;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.sluice.server.Secure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/// The web server of an application: a blank page over HTTPS, and at `/token` a new token for its user.
final class AppServer implements AutoCloseable {
    private final HttpsServer server;
    private volatile Supplier<String> token = () -> "";

    AppServer() {
        try {
            server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
        server.setHttpsConfigurator(new HttpsConfigurator(Secure.ofAnotherServer()));
        server.createContext("/", exchange -> answer(exchange, "text/html", "<!doctype html><title>A page</title>"));
        server.createContext("/token", exchange -> answer(exchange, "text/plain", token.get()));
        server.start();
    }

    private static void answer(HttpExchange exchange, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    void issue(Supplier<String> tokens) {
        token = tokens;
    }

    String origin() {
        return origin("127.0.0.1");
    }

    /// @param host `127.0.0.1`, which is the hub's site, or `localhost`, which is another one
    String origin(String host) {
        return "https://" + host + ":" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
