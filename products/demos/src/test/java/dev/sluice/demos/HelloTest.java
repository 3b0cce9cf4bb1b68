package dev.sluice.demos;

import static dev.sluice.demos.RunningDemo.NEVER;
import static dev.sluice.demos.RunningDemo.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class HelloTest {
    private static final Pattern GREETING =
            Pattern.compile("data: \\{\"message\":\"Hello World\",\"timestamp\":\"([^\".]+(?:\\.\\d{3})?Z)\"}\n\n");

    @Test
    void sendsOnlyTheFirstGreetingImmediately() throws Exception {
        var served = RunningDemo.start(new Hello(NEVER));
        try (var events = served.events("/events")) {
            assertThat(events.next()).matches(GREETING);
            served.close();
            events.expectEnd();
        } finally {
            served.close();
        }
    }

    @Test
    void endsEachRoundAfterFiveGreetingsAndACloseEvent() throws Exception {
        try (var served = RunningDemo.start(new Hello(SOON))) {
            for (int round = 0; round < 2; round++) {
                try (var events = served.events("/events")) {
                    for (int i = 0; i < 5; i++) {
                        var greeting = GREETING.matcher(events.next());
                        assertThat(greeting.matches()).isTrue();
                        assertThat(Instant.parse(greeting.group(1)))
                                .isBetween(Instant.now().minusSeconds(60), Instant.now());
                    }
                    assertThat(events.next()).isEqualTo("event: close\ndata: {}\n\n");
                    events.expectEnd();
                }
            }
            served.awaitNobody();
        }
    }

    @Test
    void cleansUpWhenAClientLeavesMidRound() throws Exception {
        try (var served = RunningDemo.start(new Hello(NEVER))) {
            try (var events = served.events("/events")) {
                events.next();
                assertThat(served.server().running()).isEqualTo(1);
            }
            served.awaitNobody();
        }
    }

    @Test
    void servesThePageAtTheRoot() throws Exception {
        try (var served = RunningDemo.start(new Hello(NEVER))) {
            assertThat(served.get("/").body()).contains("new EventSource('events')");
        }
    }
}
