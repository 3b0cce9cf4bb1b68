package dev.sluice.app.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Message;
import dev.sluice.Response;
import dev.sluice.Sluice;
import dev.sluice.core.NodeClients;
import dev.sluice.pusher.Pusher;
import dev.sluice.pusher.PusherApp;
import dev.sluice.server.Browser;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Unmodified clients of Pusher over TLS and through the documented nginx.
@Timeout(120)
final class PusherBehindProxyTest {
    private static final Path CLIENTS = Path.of("../protocols/pusher/src/test/clients");
    private static final int CASES = 12; // One is skipped, because nobody restarts this hub.

    private static final String PAGE = """
            <!doctype html>
            <title>Orders</title>
            <ul></ul>
            <script src="/lib/pusher.min.js"></script>
            <script>
                const pusher = new Pusher('key-1', {
                    wsHost: location.hostname, wssPort: location.port, forceTLS: true, cluster: '',
                    enabledTransports: ['ws', 'wss'],
                });
                let greetings = 0;
                pusher.connection.bind('connected', () => greetings++);
                const orders = pusher.subscribe('orders');
                orders.bind('pusher:subscription_succeeded', () => document.body.dataset.subscribed = greetings);
                orders.bind('created', ({ text }) => {
                    document.querySelector('ul').appendChild(document.createElement('li')).textContent = text;
                });
            </script>
            """;

    @TempDir
    Path folder;

    /// A hub with the apps of the tests, behind nginx.
    private final class Site implements AutoCloseable {
        final Sluice hub = Sluice.inMemory()
                .port(0)
                .behindProxy()
                .withoutShutdownHook()
                .set("subscribe.presence_linger", "100ms")
                .get("/orders", _ -> Response.html(PAGE))
                .files("/lib", CLIENTS.resolve("node_modules/pusher-js/dist/web"));
        final DocumentedProxy proxy;

        Site() throws Exception {
            var shop = PusherApp.of("shop", "key-1", "secret-1").withClientEvents();
            var small = PusherApp.of("small", "key-2", "secret-2").withConnectionsMax(1);
            var pusher = Pusher.on(hub, "", List.of(shop, small));
            hub.start();
            pusher.start();
            Certificate.in(folder);
            proxy = new DocumentedProxy(ProxyProgram.NGINX, hub.uri(), folder);
        }

        @Override
        public void close() {
            proxy.close();
            hub.close();
        }
    }

    @Test
    void pusherJsInABrowserReceivesEventsAndReturnsAfterAReload() throws Exception {
        try (var site = new Site();
                var browser = Browser.english().open(site.proxy.uri("/orders"))) {
            var orders = site.hub.channel("pusher/shop/orders");
            browser.await("document.body.dataset.subscribed === '1'");
            orders.publish(Message.json(Map.of("text", "Order 42")).type("created"));
            browser.await("document.querySelectorAll('li').length === 1");
            site.proxy.reload();
            browser.await("document.body.dataset.subscribed === '2'");
            orders.publish(Message.json(Map.of("text", "Order 43")).type("created"));
            browser.await("document.querySelectorAll('li').length === 2");
            assertThat(browser.texts("li")).containsExactly("Order 42", "Order 43");
        }
    }

    @Test
    void clientsInNodeAndTheServerLibraryWorkAsWithoutAProxy() throws Exception {
        try (var site = new Site()) {
            var uri = site.proxy.uri("/");
            NodeClients.pass(
                    CLIENTS,
                    CASES,
                    Map.of(
                            "PUSHER_HOST",
                            uri.getHost(),
                            "PUSHER_PORT",
                            "" + uri.getPort(),
                            "PUSHER_TLS",
                            "true",
                            "NODE_TLS_REJECT_UNAUTHORIZED",
                            "0"));
        }
    }
}
