package dev.sluice.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.Draft;
import dev.sluice.server.Browser;
import dev.sluice.server.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Takes the pictures of `docs/screens/`, when `-Dsluice.screens=` names that folder; else it puts them into
/// `target/`, where somebody should look at them now and then.
final class ScreensTest {
    @ParameterizedTest
    @CsvSource({
        "wide,   1280, 800, light, en",
        "wide,   1280, 800, dark,  zh",
        "narrow, 360,  740, light, zh",
        "narrow, 360,  740, dark,  en"
    })
    void pagesFitTheirScreens(String name, int width, int height, String scheme, String language) throws IOException {
        try (var server = TestServer.start();
                var browser = language.equals("zh") ? Browser.chinese() : Browser.english()) {
            Process vmstat = new ProcessBuilder("vmstat", "-n", "1", "3").start();
            try (var lines = vmstat.inputReader()) {
                lines.lines().forEach(line -> server.publish("ops/vmstat", line));
            }
            for (int i = 1; i <= 12; i++) order(server, i);
            server.publish("chat/7", "Kick-off in five minutes");
            server.publish("聊天/7", "今天的比赛 3:1 结束");
            server.publish(Draft.end(new ChannelName("chat/7")));

            browser.on(width, height, scheme);
            String rest = "-" + name + "-" + scheme + "-" + language + ".png";
            browser.open(server.uri("/")).await("document.querySelectorAll('#rows tr').length === 4");
            check(browser, language, "index" + rest);
            browser.open(server.uri("/channels/ops/vmstat"))
                    .await("document.querySelectorAll('[data-id]').length === 5");
            check(browser, language, "channel" + rest);
            browser.open(server.uri("/channels/**")).await("document.querySelectorAll('[data-id]').length === 19");
            check(browser, language, "all" + rest);
        }
    }

    private static void order(TestServer server, int number) {
        String json = "{\"order\":%d,\"customer\":\"c-%d\",\"items\":[{\"sku\":\"A-%d\",\"n\":2}],\"total\":%d.50}"
                .formatted(4700 + number, number % 5, number, 13 * number);
        var content = new Content(Content.Kind.JSON, "application/json", json.getBytes(StandardCharsets.UTF_8));
        server.publish(new Draft(
                new ChannelName("orders/eu"), "order.placed", "c-" + number % 5, null, content, false, false));
    }

    private static void check(Browser browser, String language, String picture) throws IOException {
        browser.awaitState("open");
        assertThat(browser.run("return document.documentElement.lang")).isEqualTo(language);
        assertThat(browser.run("return document.documentElement.scrollWidth - innerWidth"))
                .as("beyond the edge")
                .isEqualTo(0L);
        assertThat((Long) browser.run("return document.documentElement.scrollHeight - innerHeight"))
                .as("a channel's page scrolls its list, not itself")
                .isEqualTo(0L);
        assertThat(browser.complaints()).isEmpty();
        Path folder = Path.of(System.getProperty("sluice.screens", "target/screens"));
        Files.createDirectories(folder);
        Files.write(folder.resolve(picture), browser.picture());
    }
}
