package dev.sluice.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Draft;
import dev.sluice.server.Browser;
import dev.sluice.server.TestServer;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The page of the hub in a real browser, against the real server.
final class IndexPageTest {
    private static Browser browser;

    private TestServer server;

    @BeforeAll
    static void startBrowser() {
        browser = Browser.english();
    }

    @AfterAll
    static void stopBrowser() {
        browser.close();
    }

    @BeforeEach
    void startServer() {
        server = TestServer.start();
    }

    @AfterEach
    void stopServer() {
        List<String> complaints = browser.complaints();
        browser.open("about:blank");
        server.close();
        assertThat(complaints).isEmpty();
    }

    private Browser open() {
        return browser.open(server.uri("/")).awaitState("open");
    }

    @Test
    void showsNewChannelsWithoutReload() {
        open();
        assertThat(browser.find("#command").getText()).isEqualTo("curl -d hello " + server.uri("/channels/news"));
        server.publish("news", "a");
        browser.await("document.querySelectorAll('#rows tr').length === 1");
        assertThat(browser.find("#empty").isDisplayed()).isFalse();
        server.publish("news", "b");
        server.publish("chat/7 水?", "c");
        browser.await("document.querySelectorAll('#rows tr').length === 2");
        browser.await("document.querySelector('#rows tr:last-child td').textContent === '2'");
        server.publish(Draft.end(new ChannelName("news")));
        // An end is not an event; the page shows it with the next event, or a little later.
        server.publish("chat/7 水?", "d");
        browser.await("document.querySelector('#rows tr:last-child .status').textContent === 'ended'");
        assertThat(browser.texts("#rows .name")).containsExactly("chat/7 水?", "news");
        browser.find("#rows .name").click();
        browser.await("document.querySelector('[data-id] .text')?.textContent === 'c'");
    }

    @Test
    void listsManyChannelsPageByPage() {
        for (int i = 0; i < 1250; i++) server.publish("sensors/" + i, "x");
        server.publish("<i>odd", "x");
        open().await("document.getElementById('count').textContent === '1,251 channels'");
        assertThat(browser.texts("#rows tr")).hasSize(200);
        assertThat(browser.texts("#rows i")).isEmpty();
        browser.find("#more").click();
        assertThat(browser.texts("#rows tr")).hasSize(400);
        browser.find("#filter").sendKeys("/124");
        browser.await("document.getElementById('count').textContent === '11 of 1,251 channels'");
        browser.choose("order", "newest");
        assertThat(browser.texts("#rows .name"))
                .startsWith("sensors/1249", "sensors/1248")
                .endsWith("sensors/124");
        browser.choose("order", "name");
    }

    @Test
    void opensAChannelThatDoesNotExistYet() {
        open();
        browser.find("#filter").sendKeys("new/one");
        assertThat(browser.find("#open").getText()).isEqualTo("Open channel “new/one”");
        browser.find("#open").click();
        browser.await("document.getElementById('empty')?.hidden === false");
        assertThat(browser.find("#command-empty").getText())
                .contains(server.uri("/channels/new/one").toString());
    }

    @Test
    void remembersLanguageAndTheme() {
        open().choose("language", "zh").choose("theme", "dark");
        assertThat(browser.find("h1").getText()).isEqualTo("频道");
        browser.open(server.uri("/channels/news")).awaitState("open");
        assertThat(browser.find("#state-word").getText()).isEqualTo("已连接");
        assertThat(browser.find("#pause").getText()).isEqualTo("暂停");
        assertThat(browser.run("return getComputedStyle(document.documentElement).colorScheme"))
                .isEqualTo("dark");
        open().choose("language", "en").choose("theme", "system");
        assertThat(browser.find("h1").getText()).isEqualTo("Channels");
    }
}
