package dev.sluice.demos;

import static dev.sluice.demos.RunningDemo.NEVER;
import static dev.sluice.demos.RunningDemo.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LiveTest {
    @Test
    void sendsTheWelcomeImmediatelyAsASeparateEvent() throws Exception {
        var served = RunningDemo.start(new Live(NEVER));
        try (var events = served.events("/events")) {
            assertThat(events.next()).isEqualTo("data: {\"message\":\"连接已建立\"}\n\n");
            served.close();
            events.expectEnd();
        } finally {
            served.close();
        }
    }

    @Test
    void sendsTheTimePeriodically() throws Exception {
        try (var served = RunningDemo.start(new Live(SOON));
                var events = served.events("/events")) {
            events.next();
            for (int i = 0; i < 5; i++) {
                assertThat(events.next())
                        .matches("data: \\{\"timestamp\":\\d{13},"
                                + "\"message\":\"服务器时间: \\d{4}/\\d{1,2}/\\d{1,2} \\d{2}:\\d{2}:\\d{2}\"}\n\n");
            }
        }
    }

    @Test
    void allowsPagesOfAnyOrigin() throws Exception {
        try (var served = RunningDemo.start(new Live(NEVER));
                var events = served.events("/events")) {
            assertThat(events.headers().firstValue("access-control-allow-origin"))
                    .hasValue("*");
            assertThat(events.headers().firstValue("access-control-allow-headers"))
                    .hasValue("Content-Type");
            var preflight = served.send(
                    "OPTIONS", "/events", "Origin", "https://a.example", "Access-Control-Request-Method", "GET");
            assertThat(preflight.headers().firstValue("access-control-allow-headers"))
                    .hasValue("Content-Type");
        }
    }

    @Test
    void answersOtherPathsWith404WithoutABody() throws Exception {
        try (var served = RunningDemo.start(new Live(NEVER))) {
            for (var path : new String[] {"/", "/event", "/events/", "/channels", "/page/x.html"}) {
                var answer = served.get(path);
                assertThat(answer.statusCode()).as(path).isEqualTo(404);
                assertThat(answer.body()).as(path).isEmpty();
            }
            var posted = served.send("POST", "/events");
            assertThat(posted.statusCode()).isEqualTo(404);
            assertThat(posted.body()).isEmpty();
        }
    }

    @Test
    void noticesADisconnectedClient() throws Exception {
        try (var served = RunningDemo.start(new Live(NEVER))) {
            try (var events = served.events("/events")) {
                events.next();
                assertThat(served.server().running()).isEqualTo(1);
            }
            served.awaitNobody();
        }
    }
}
