package dev.sluice.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.TestServer;
import dev.sluice.server.proxy.HostileProxy;
import dev.sluice.server.proxy.Weather;
import org.junit.jupiter.api.Test;

/// A proxy that holds back the first bytes of an answer keeps an EventSource from opening until `padding=` fills it.
final class PaddingTest {
    private static final int HELD_BYTES = 2048;

    @Test
    void getsAStreamThroughAProxyThatHoldsBackItsBeginning() {
        try (var server = TestServer.start();
                var proxy = HostileProxy.before(server).weather(Weather.hold(HELD_BYTES))) {
            Seen held = new Seen();
            Seen padded = new Seen();
            try (var _ = OkHttpClients.SSE.follow(proxy.uri("/channels/x"), null, held)) {
                proxy.await("that was taken", line -> !line.asked().isEmpty());
                try (var _ = OkHttpClients.SSE.follow(proxy.uri("/channels/x?padding=" + HELD_BYTES), null, padded)) {
                    assertThat(padded.awaitPlace())
                            .isEqualTo(server.log().head().text());
                }
                assertThat(proxy.lines().getFirst().bytesDown()).isZero();
            }
        }
    }
}
