package dev.sluice.server.clients;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.server.Browser;
import dev.sluice.server.clients.ChromiumClient.Way;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;

/// Pages of the hub's own origin, and pages of another that is configured.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ChromiumTest {
    private final Browser browser = Browser.english();
    private final HttpServer elsewhere = pages();

    /// A page server of somebody else: one blank page.
    private static HttpServer pages() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                exchange.getResponseHeaders().set("Content-Type", "text/html");
                exchange.sendResponseHeaders(200, -1);
                exchange.close();
            });
            server.start();
            return server;
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    @AfterAll
    void close() {
        browser.close();
        elsewhere.stop(0);
    }

    @Nested
    final class EventSource implements LossContract {
        @Override
        public ForeignClient client() {
            return new ChromiumClient(browser, Way.EVENTSOURCE, null);
        }
    }

    @Nested
    final class WebSocket implements WebSocketContract {
        @Override
        public ForeignClient client() {
            return new ChromiumClient(browser, Way.WEBSOCKET, null);
        }
    }

    @Nested
    final class Fetch implements LossContract {
        @Override
        public ForeignClient client() {
            return new ChromiumClient(browser, Way.FETCH, null);
        }
    }

    @Nested
    final class EventSourceFromElsewhere implements LossContract {
        @Override
        public ForeignClient client() {
            return new ChromiumClient(browser, Way.EVENTSOURCE, page());
        }
    }

    @Nested
    final class FetchFromElsewhere implements LossContract {
        @Override
        public ForeignClient client() {
            return new ChromiumClient(browser, Way.FETCH, page());
        }
    }

    private URI page() {
        return URI.create("http://127.0.0.1:" + elsewhere.getAddress().getPort());
    }
}
