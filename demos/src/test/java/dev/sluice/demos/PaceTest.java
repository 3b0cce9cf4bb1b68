package dev.sluice.demos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The demos as they are started, against each other: a ticker ticks every second, so its events measure the others.
final class PaceTest {
    @Test
    @Tag("long") // Ten seconds, as a round of hello takes.
    void eachKeepsItsOwnPace() throws Exception {
        try (var ticker = Served.start(new Ticker());
                var clock = Served.start(new Clock());
                var hello = Served.start(new Hello());
                var live = Served.start(new Live());
                var seconds = ticker.events("/api/v1/sse");
                var times = clock.events("/api/v1/sse");
                var messages = live.events("/events");
                var round = hello.events("/events")) {
            for (int i = 0; i < 5; i++) assertThat(round.next()).contains("Hello World");
            assertThat(round.next()).startsWith("event: close\n");

            assertThat(seconds.waiting()).isBetween(9, 13);
            assertThat(times.waiting()).isBetween(4, 6);
            assertThat(messages.waiting()).as("the welcome included").isBetween(5, 7);
        }
    }
}
