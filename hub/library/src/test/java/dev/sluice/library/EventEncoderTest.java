package dev.sluice.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Event;
import dev.sluice.EventEncoder;
import dev.sluice.Message;
import dev.sluice.Sluice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Events that are encoded once for all clients of a protocol.
final class EventEncoderTest {
    private final List<String> encoded = new ArrayList<>();

    private EventEncoder<String> encoder(long bytesMax) {
        return new EventEncoder<>(
                event -> {
                    encoded.add(event.text());
                    return event.text() + "!";
                },
                String::length,
                () -> bytesMax);
    }

    /// What a client reads: objects of its own.
    private static Event read(Sluice app, String channel) throws InterruptedException {
        return app.channels(channel).earliest().read(1, Duration.ZERO).events().getFirst();
    }

    @Test
    void encodesAnEventOnceForAllClients() throws Exception {
        try (var app = Sluice.inMemory().port(0).withoutShutdownHook().start()) {
            app.channel("a").publish("one");
            app.channel("b").publish("two");
            EventEncoder<String> encoder = encoder(1 << 20);
            for (int client = 0; client < 3; client++) {
                assertThat(encoder.encoded(read(app, "a"))).isEqualTo("one!");
                assertThat(encoder.encoded(read(app, "b"))).isEqualTo("two!");
            }
            assertThat(encoded).containsExactly("one", "two");
        }
    }

    @Test
    void keepsNoEventWhoseShareOfTheMemoryIsTooSmall() throws Exception {
        try (var app = Sluice.inMemory().port(0).withoutShutdownHook().start()) {
            app.channel("a").publish("x".repeat(9_000));
            EventEncoder<String> encoder = encoder(1 << 20);
            encoder.encoded(read(app, "a"));
            encoder.encoded(read(app, "a"));
            assertThat(encoded).hasSize(2);
        }
    }

    static List<Message> secrets() {
        return List.of(Message.text("secret"), Message.text("secret").key("k").removingKey());
    }

    @ParameterizedTest
    @MethodSource("secrets")
    void encodesAnEventAgainWhenItsDataIsRemoved(Message message) throws Exception {
        try (var app = Sluice.inMemory().port(0).withoutShutdownHook().start();
                var client = new HubClient(app.uri())) {
            app.channel("a").publish(message);
            EventEncoder<String> encoder = encoder(1 << 20);
            Event event = read(app, "a");
            assertThat(encoder.encoded(event)).isEqualTo("secret!");
            String place = "/channels/a?id=" + event.id();
            assertThat(client.send("DELETE", place, "text/plain", "").statusCode())
                    .isEqualTo(204);
            assertThat(encoder.encoded(read(app, "a"))).isEqualTo("!");
        }
    }
}
