package dev.sluice.server.clients;

import org.junit.jupiter.api.Nested;

final class OkHttpTest {
    @Nested
    final class Sse implements LossContract {
        @Override
        public ForeignClient client() {
            return OkHttpClients.SSE;
        }
    }

    @Nested
    final class WebSocket implements WebSocketContract, DeadConnectionContract {
        @Override
        public ForeignClient client() {
            return OkHttpClients.WEBSOCKET;
        }
    }
}
