package dev.sluice.server.clients;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

@Tag("long")
final class NodeTest {
    @Nested
    final class EventSource implements LossContract {
        @Override
        public ForeignClient client() {
            return NodeClient.EVENTSOURCE;
        }
    }

    @Nested
    final class UndiciEventSource implements LossContract {
        @Override
        public ForeignClient client() {
            return NodeClient.UNDICI_EVENTSOURCE;
        }
    }

    @Nested
    final class UndiciFetch implements LossContract {
        @Override
        public ForeignClient client() {
            return NodeClient.UNDICI_FETCH;
        }
    }

    @Nested
    final class UndiciWebSocket implements WebSocketContract {
        @Override
        public ForeignClient client() {
            return NodeClient.UNDICI_WEBSOCKET;
        }
    }

    @Nested
    final class Ws implements WebSocketContract {
        @Override
        public ForeignClient client() {
            return NodeClient.WS;
        }
    }
}
