package dev.sluice.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// The additional contract of WebSocket clients.
interface WebSocketContract extends LossContract {
    String NEGOTIATED = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    @Test
    default void receivesLargeEventsCompressedIfNegotiated() {
        try (var scene = new ProxyFixture(client())) {
            String log = "a line of a log\n".repeat(10_000);
            scene.publish("before").expectAll();
            // Twice: without context takeover the second is compressed like the first.
            scene.publish(log, log, "small").expectAll();
            var connection = scene.stream();
            if (client().compresses()) {
                assertThat(connection.sentToClient()).containsIgnoringCase("Sec-WebSocket-Extensions: " + NEGOTIATED);
                assertThat(connection.bytesDown()).isLessThan(log.length() / 10);
            } else {
                assertThat(connection.sentToClient()).doesNotContainIgnoringCase("Sec-WebSocket-Extensions");
                assertThat(connection.bytesDown()).isGreaterThan(2L * log.length());
            }
        }
    }

    /// Small and large messages; the large one is compressed if negotiated.
    @Test
    default void publishesOverTheConnectionItFollows() {
        try (var scene = new ProxyFixture(client())) {
            scene.publish("before").expectAll();
            scene.send("hello, 世界");
            scene.send("a line of a log, 世界. ".repeat(2_000));
            scene.publish("after").expectAll();
        }
    }
}
