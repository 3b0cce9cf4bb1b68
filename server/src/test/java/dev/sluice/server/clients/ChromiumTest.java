package dev.sluice.server.clients;

import dev.sluice.server.Browser;
import dev.sluice.server.clients.ChromiumClient.Way;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;

/// Pages of the hub's own origin, and pages of another that is configured.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
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
            return new ChromiumClient(browser, Way.EVENTSOURCE, elsewhere.uri());
        }
    }

    @Nested
    final class FetchFromElsewhere implements LossContract {
        @Override
        public ForeignClient client() {
            return new ChromiumClient(browser, Way.FETCH, elsewhere.uri());
        }
    }
}
