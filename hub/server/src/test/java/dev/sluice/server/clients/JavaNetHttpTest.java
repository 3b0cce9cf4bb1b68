package dev.sluice.server.clients;

import org.junit.jupiter.api.Nested;

final class JavaNetHttpTest {
    @Nested
    final class StreamedBody implements LossContract {
        @Override
        public ForeignClient client() {
            return JavaNetHttpClient.STREAMED_BODY;
        }
    }

    @Nested
    final class WebSocket implements WebSocketContract, DeadConnectionContract {
        @Override
        public ForeignClient client() {
            return JavaNetHttpClient.WEBSOCKET;
        }
    }
}
