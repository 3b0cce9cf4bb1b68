package dev.sluice.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.TestServer;
import dev.sluice.server.proxy.HostileProxy;
import dev.sluice.server.proxy.NetworkFault;
import org.junit.jupiter.api.Test;

/// Tests `padding=`: a proxy that buffers the first bytes of an answer keeps an EventSource from opening until
/// padding fills its buffer.
final class PaddingTest {
    private static final int HELD_BYTES = 2048;

    @Test
    void opensAStreamThroughABufferingProxy() {
        try (var server = TestServer.start();
                var proxy = HostileProxy.before(server).fault(NetworkFault.hold(HELD_BYTES))) {
            ReceivedEvents held = new ReceivedEvents();
            ReceivedEvents padded = new ReceivedEvents();
            try (var _ = OkHttpClients.SSE.follow(proxy.uri("/channels/x"), null, held)) {
                proxy.await(
                        "with a request",
                        connection -> !connection.sentByClient().isEmpty());
                try (var _ = OkHttpClients.SSE.follow(proxy.uri("/channels/x?padding=" + HELD_BYTES), null, padded)) {
                    assertThat(padded.awaitCursor())
                            .isEqualTo(server.log().head().text());
                }
                assertThat(proxy.connections().getFirst().bytesDown()).isZero();
            }
        }
    }
}
