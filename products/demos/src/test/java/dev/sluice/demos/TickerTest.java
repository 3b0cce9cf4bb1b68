package dev.sluice.demos;

import static dev.sluice.demos.RunningDemo.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.LoggedLines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TickerTest {
    /// A separate logger, because other tests run demos at the same time.
    private static final System.Logger LOG = System.getLogger("TickerTest");

    @Test
    void answersTheApiRootWithAWelcome() throws Exception {
        try (var served = RunningDemo.start(new Ticker(SOON, LOG))) {
            var welcome = served.get("/api/v1/");

            assertThat(welcome.statusCode()).isEqualTo(200);
            assertThat(welcome.headers().firstValue("content-type")).hasValue("text/plain; charset=utf-8");
            assertThat(welcome.body()).startsWith("欢迎使用").endsWith("666 端口启动成功！");
        }
    }

    @Test
    void sendsNamedEventsWithTheHeadersThatProxiesNeed() throws Exception {
        try (var served = RunningDemo.start(new Ticker(SOON, LOG));
                var events = served.events("/api/v1/sse")) {
            var headers = events.headers();
            assertThat(headers.firstValue("content-type")).hasValue("text/event-stream");
            assertThat(headers.firstValue("cache-control")).hasValue("no-cache");
            assertThat(headers.firstValue("connection")).hasValue("keep-alive");
            assertThat(headers.firstValue("x-accel-buffering")).hasValue("no");
            assertThat(headers.firstValue("access-control-allow-origin")).hasValue("*");
            for (int i = 0; i < 3; i++) {
                assertThat(events.next()).matches("""
                        event: update
                        data: \\{"time":"\\d{2}:\\d{2}:\\d{2}","message":"服务端推送数据0\\.\\d{5,}"}

                        """);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0,                      0",
        "0.5,                    0.5",
        "0.8329014,              0.8329014",
        "0.12345678901234568,    0.12345678901234568",
        "1.0E-3,                 0.001",
        "1.25E-5,                0.0000125",
        "1.0E-6,                 0.000001",
        "9.5367431640625E-7,     9.5367431640625e-7",
        "5.0E-7,                 5e-7",
        "1.1102230246251565E-16, 1.1102230246251565e-16",
        "0.9999999999999999,     0.9999999999999999",
    })
    void formatsNumbersAsJavaScriptDoes(double number, String printed) {
        assertThat(Ticker.javaScript(number)).isEqualTo(printed);
    }

    @Test
    void allowsPreflightCachingForFiveSeconds() throws Exception {
        try (var served = RunningDemo.start(new Ticker(SOON, LOG))) {
            var preflight = served.send(
                    "OPTIONS",
                    "/api/v1/sse",
                    "Origin",
                    "https://wall.example",
                    "Access-Control-Request-Method",
                    "DELETE");

            assertThat(preflight.statusCode()).isBetween(200, 204);
            assertThat(preflight.headers().firstValue("access-control-allow-origin"))
                    .hasValue("*");
            assertThat(preflight.headers().firstValue("access-control-max-age")).hasValue("5");
            assertThat(preflight
                            .headers()
                            .firstValue("access-control-allow-methods")
                            .orElseThrow()
                            .split(", "))
                    .contains("GET", "POST", "PUT", "DELETE", "OPTIONS");
        }
    }

    @Test
    void answersOtherPathsWith404() throws Exception {
        try (var served = RunningDemo.start(new Ticker(SOON, LOG))) {
            for (var path : new String[] {"/", "/api/v1", "/api/v2/sse", "/channels/news", "/livez", "/page/x.html"}) {
                var answer = served.get(path, "Origin", "https://wall.example");
                assertThat(answer.statusCode()).as(path).isEqualTo(404);
                assertThat(answer.body()).as(path).isEqualTo("404");
                assertThat(answer.headers().firstValue("access-control-allow-origin"))
                        .hasValue("*");
            }
            assertThat(served.send("POST", "/api/v1/sse").body()).isEqualTo("404");
        }
    }

    @Test
    void logsADisconnectOnce() throws Exception {
        try (var logged = new LoggedLines(LOG.getName());
                var served = RunningDemo.start(new Ticker(SOON, LOG))) {
            try (var events = served.events("/api/v1/sse")) {
                events.next();
                assertThat(logged.lines()).isEmpty();
            }
            assertThat(logged.next()).isEqualTo("客户端已断开连接！");
            served.awaitNobody();
            assertThat(logged.lines()).hasSize(1);
        }
    }
}
