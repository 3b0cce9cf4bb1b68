package dev.sluice.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventFields;
import dev.sluice.server.Browser;
import dev.sluice.server.Screen;
import dev.sluice.server.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The hub's pages on wide and narrow screens, in both languages, and their pictures ([Screen]).
@Execution(ExecutionMode.CONCURRENT)
final class ScreensTest {
    @ParameterizedTest
    @MethodSource("dev.sluice.server.Screen#some")
    void pagesFitTheirScreens(Screen screen) throws IOException {
        try (var server = TestServer.start();
                var browser = screen.open()) {
            Process vmstat = new ProcessBuilder("vmstat", "-n", "1", "3").start();
            try (var lines = vmstat.inputReader()) {
                lines.lines().forEach(line -> server.publish("ops/vmstat", line));
            }
            for (int i = 1; i <= 12; i++) order(server, i);
            server.publish("chat/7", "Kick-off in five minutes");
            server.publish("聊天/7", "今天的比赛 3:1 结束");
            server.publish(Draft.end(new ChannelName("chat/7")));

            browser.open(server.uri("/")).await("document.querySelectorAll('#rows tr').length >= 4");
            check(browser, screen, "index");
            browser.open(server.uri("/channels/ops/vmstat"))
                    .await("document.getElementById('events').ids?.().length === 5");
            check(browser, screen, "channel");
            assertThat(browser.run(CONTENT))
                    .as("the share of the screen that the frame and the filter leave")
                    .isEqualTo(true);
            browser.open(server.uri("/channels/**")).await("document.getElementById('events').ids?.().length === 19");
            check(browser, screen, "all");
        }
    }

    private static final String CONTENT = """
            const height = (selector) => document.querySelector(selector).getBoundingClientRect().height;
            return height('#scroll') + height('.histogram') >= 0.75 * innerHeight;
            """;

    private static void order(TestServer server, int number) {
        String json = "{\"order\":%d,\"customer\":\"c-%d\",\"items\":[{\"sku\":\"A-%d\",\"n\":2}],\"total\":%d.50}"
                .formatted(4700 + number, number % 5, number, 13 * number);
        var content = new Content(ContentKind.JSON, "application/json", json.getBytes(StandardCharsets.UTF_8));
        server.publish(Draft.event(
                new ChannelName("orders/eu"), "order.placed", EventFields.ofKey("c-" + number % 5), content));
    }

    private static void check(Browser browser, Screen screen, String page) throws IOException {
        browser.awaitState("open");
        assertThat(browser.run("return document.documentElement.lang")).isEqualTo(screen.language());
        assertThat((Long) browser.run("return document.documentElement.scrollHeight - innerHeight"))
                .as("a channel's page scrolls its list, not itself")
                .isEqualTo(0L);
        assertThat(browser.complaints()).isEmpty();
        screen.save(browser, page);
    }
}
