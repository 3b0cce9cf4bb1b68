package dev.sluice.demos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The demos with their real periods. The ticker ticks every second, so its events measure the time.
final class DemoPeriodsTest {
    @Test
    @Tag("long") // Ten seconds: one round of hello.
    void keepsTheDocumentedPeriods() throws Exception {
        try (var ticker = RunningDemo.start(new Ticker());
                var clock = RunningDemo.start(new Clock());
                var hello = RunningDemo.start(new Hello());
                var live = RunningDemo.start(new Live());
                var seconds = ticker.events("/api/v1/sse");
                var times = clock.events("/api/v1/sse");
                var messages = live.events("/events");
                var round = hello.events("/events")) {
            for (int i = 0; i < 5; i++) assertThat(round.next()).contains("Hello World");
            assertThat(round.next()).startsWith("event: close\n");

            assertThat(seconds.waiting()).isBetween(9, 13);
            assertThat(times.waiting()).isBetween(4, 6);
            assertThat(messages.waiting()).as("including the welcome").isBetween(5, 7);
        }
    }
}
