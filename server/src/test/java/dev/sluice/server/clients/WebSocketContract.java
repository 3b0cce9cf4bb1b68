package dev.sluice.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What WebSocket clients must be able to do besides.
interface WebSocketContract extends LossContract {
    String AGREED = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    @Test
    default void getsLargeEventsCompressedIfItTakesThem() {
        try (var scene = new Scene(client())) {
            String log = "a line of a log\n".repeat(10_000);
            scene.publish("before").expectAll();
            // Twice: without a window that is kept, the second is compressed as the first was.
            scene.publish(log, log, "small").expectAll();
            var line = scene.stream();
            if (client().compresses()) {
                assertThat(line.answered()).containsIgnoringCase("Sec-WebSocket-Extensions: " + AGREED);
                assertThat(line.bytesDown()).isLessThan(log.length() / 10);
            } else {
                assertThat(line.answered()).doesNotContainIgnoringCase("Sec-WebSocket-Extensions");
                assertThat(line.bytesDown()).isGreaterThan(2L * log.length());
            }
        }
    }

    /// Small and large, the large one compressed where that was agreed on.
    @Test
    default void publishesOverTheLineOnWhichItFollows() {
        try (var scene = new Scene(client())) {
            scene.publish("before").expectAll();
            scene.send("hello, 世界");
            scene.send("a line of a log, 世界. ".repeat(2_000));
            scene.publish("behind").expectAll();
        }
    }
}
