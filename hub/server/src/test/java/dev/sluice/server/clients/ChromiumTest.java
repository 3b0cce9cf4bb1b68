package dev.sluice.server.clients;

import dev.sluice.server.Browser;
import dev.sluice.server.clients.ChromiumClient.Api;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestInstance;

/// Tests pages of the hub's own origin, and of another one that is allowed.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Order(1)
final class ChromiumTest {
    private final Browser browser = Browser.english();
    private final PageServer elsewhere = new PageServer();

    @AfterAll
    void close() {
        browser.close();
        elsewhere.close();
    }

    @Nested
    final class EventSource implements LossContract {
        @Override
        public ForeignClient client() {
            return new ChromiumClient(browser, Api.EVENTSOURCE, null);
        }
    }

    @Nested
    final class WebSocket implements WebSocketContract {
        @Override
        public ForeignClient client() {
            return new ChromiumClient(browser, Api.WEBSOCKET, null);
        }
    }

    @Nested
    final class Fetch implements LossContract {
        @Override
        public ForeignClient client() {
            return new ChromiumClient(browser, Api.FETCH, null);
        }
    }

    @Nested
    final class EventSourceFromElsewhere implements LossContract {
        @Override
        public ForeignClient client() {
            return new ChromiumClient(browser, Api.EVENTSOURCE, elsewhere.uri());
        }
    }

    @Nested
    final class FetchFromElsewhere implements LossContract {
        @Override
        public ForeignClient client() {
            return new ChromiumClient(browser, Api.FETCH, elsewhere.uri());
        }
    }
}
