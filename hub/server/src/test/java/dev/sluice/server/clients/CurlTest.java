package dev.sluice.server.clients;

import org.junit.jupiter.api.Nested;

final class CurlTest {
    @Nested
    final class Sse implements LossContract {
        @Override
        public ForeignClient client() {
            return CurlClient.SSE;
        }
    }

    @Nested
    final class LongPoll implements LossContract {
        @Override
        public ForeignClient client() {
            return CurlClient.LONG_POLL;
        }
    }

    @Nested
    final class JsonLines implements LossContract {
        @Override
        public ForeignClient client() {
            return CurlClient.JSON_LINES;
        }
    }
}
