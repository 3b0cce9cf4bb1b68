package dev.sluice.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Draft;
import dev.sluice.server.Browser;
import dev.sluice.server.TestServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/// The page of a channel in a real browser, against the real server.
final class ChannelPageTest {
    private static TestServer server;
    private static Browser browser;
    private static int tests;

    /// Each test uses its own channel.
    private final String news = "t" + ++tests + "/news";

    @BeforeAll
    static void start() {
        server = TestServer.start();
        browser = Browser.english();
    }

    @AfterAll
    static void stop() {
        browser.close();
        server.close();
    }

    /// Fails on violations of the content security policy and on uncaught errors of scripts.
    @AfterEach
    void logsNoErrors() {
        assertThat(browser.complaints()).isEmpty();
    }

    private Browser open(String path) {
        return browser.open(server.uri(path)).awaitState("open");
    }

    private String publish(String text) {
        return server.publish(news, text).text();
    }

    private void type(String name, CharSequence... keys) {
        browser.find("#publish [name=" + name + "]").sendKeys(keys);
    }

    @Test
    void resumesOnEachTransportWhereThePreviousStopped() {
        var published = new ArrayList<>(List.of(publish("before the page")));
        open("/channels/" + news).awaitIds(published);
        for (String transport : List.of("websocket", "ndjson", "longpoll", "poll", "sse", "text", "websocket", "sse")) {
            // Published between or during connections: no event is lost or repeated.
            published.add(publish("while switching to " + transport));
            browser.choose("transport", transport);
            published.add(publish("on " + transport));
            if (transport.equals("text")) {
                // Raw text without ids; the next transport delivers the same events again, with ids.
                browser.await("document.querySelector('.raw .text')?.textContent.endsWith('on text')");
                continue;
            }
            browser.awaitIds(published).awaitState("open");
            assertThat(browser.texts(".raw")).isEmpty();
        }
        assertThat(browser.texts(".gap")).isEmpty();
    }

    @Test
    void showsEventsThatItPublishes() {
        open("/channels/" + news);
        type("type", "greeting");
        type("key", "k-1");
        type("data", "hello", Keys.chord(Keys.SHIFT, Keys.ENTER), "world", Keys.ENTER);
        browser.await("document.querySelector('[data-id] .text')?.textContent === 'hello\\nworld'");
        assertThat(browser.find("[data-id] .about").getText()).isEqualTo("greeting\nkey k-1");
        browser.await(
                "document.getElementById('publish-said').textContent === 'Published as ' + arguments[0]",
                browser.ids().getFirst());
        assertThat(browser.find("[name=data]").getAttribute("value")).isEmpty();
    }

    @Test
    void showsTheReasonOfARefusedPublishNextToTheForm() {
        open("/channels/" + news);
        type("type", "open");
        type("data", "x", Keys.ENTER);
        browser.await("document.getElementById('publish-said').textContent.includes(\"'open'\")");
        assertThat(browser.find("[name=type]").getAttribute("aria-invalid")).isEqualTo("true");
        assertThat(browser.find("[name=data]").getAttribute("value")).isEqualTo("x");
        browser.run("document.querySelector('[name=as]').value = 'application/json'");
        type("data", "{", Keys.ENTER);
        browser.await("document.getElementById('publish-said').textContent.startsWith('This is no JSON')");
        assertThat(browser.ids()).isEmpty();
    }

    @Test
    void doesNotScrollWhilePausedAndCountsWaitingEvents() {
        var published = new ArrayList<>(List.of(publish("a")));
        open("/channels/" + news).awaitIds(published);
        browser.find("#pause").click();
        published.add(publish("b"));
        published.add(publish("c"));
        browser.await("document.getElementById('pause').textContent === 'Go on (2 waiting)'");
        assertThat(browser.ids()).isEqualTo(published.subList(0, 1));
        browser.find("#pause").click();
        browser.awaitIds(published);
        assertThat(browser.find("#pause").getText()).isEqualTo("Pause");
    }

    @Test
    void keepsTheScrollPositionWhileReading() {
        for (int i = 0; i < 50; i++) publish("line " + i);
        open("/channels/" + news).await("document.querySelectorAll('[data-id]').length === 50");
        browser.run("document.getElementById('scroll').scrollTop = 10");
        browser.await("document.getElementById('to-newest') !== null");
        publish("new");
        browser.await("!document.getElementById('to-newest').hidden");
        assertThat(browser.run("return document.getElementById('scroll').scrollTop"))
                .isEqualTo(10L);
        assertThat(browser.find("#to-newest").getText()).isEqualTo("1 new ↓");
        browser.find("#to-newest").click();
        browser.await("document.querySelector('[data-id]:last-child .text').textContent === 'new'");
        assertThat(browser.find("#to-newest").isDisplayed()).isFalse();
    }

    @Test
    void filtersByAllPartsOfAnEvent() {
        publish("apples");
        server.publish(new Draft(new ChannelName(news), "fruit", "Pear", null, TestServer.text("green"), false, false));
        publish("more apples");
        open("/channels/" + news).await("document.querySelectorAll('[data-id]').length === 3");
        browser.find("#filter").sendKeys("APPLES");
        browser.await("document.querySelectorAll('[data-id]:not([hidden])').length === 2");
        assertThat(browser.find("#filter-shown").getText()).isEqualTo("2 of 3 shown");
        publish("apples again");
        publish("plums");
        browser.await("document.querySelectorAll('[data-id]').length === 5");
        assertThat(browser.texts("[data-id]:not([hidden]) .text"))
                .containsExactly("apples", "more apples", "apples again");
        browser.find("#filter").clear();
        browser.find("#filter").sendKeys("pear");
        browser.await("document.querySelectorAll('[data-id]:not([hidden])').length === 1");
        assertThat(browser.texts("[data-id]:not([hidden]) .text")).containsExactly("green");
    }

    @Test
    void pagesBackToTheOldestRetainedEvent() {
        var published = new ArrayList<String>();
        for (int i = 0; i < 160; i++) published.add(publish("line " + i));
        open("/channels/" + news).awaitIds(published.subList(110, 160));
        browser.run("document.getElementById('older').click()");
        browser.awaitIds(published.subList(10, 160));
        browser.run("document.getElementById('older').click()");
        browser.awaitIds(published);
        browser.await("document.getElementById('older-said').textContent === 'This is the oldest that is kept.'");
        assertThat(browser.find("#older").isDisplayed()).isFalse();
    }

    @Test
    void offersOlderEventsOnlyIfThereAreSome() {
        publish("all there is");
        open("/channels/" + news).choose("transport", "poll");
        browser.await("document.getElementById('older-said').textContent === 'This is the oldest that is kept.'");
        assertThat(browser.find("#older").isDisplayed()).isFalse();
        browser.choose("transport", "sse");
        for (int i = 0; i < 600; i++) publish("line " + i);
        browser.await("document.querySelectorAll('[data-id]').length === 500");
        browser.await("!document.getElementById('older').hidden");
        assertThat(browser.find("#older-said").getText()).isEmpty();
    }

    @Test
    void limitsTheNumberOfRows() {
        open("/channels/" + news);
        String last = "";
        for (int i = 0; i < 2500; i++) last = publish("line " + i);
        browser.await("document.getElementById('figure-received').textContent === '2,500'");
        browser.await("document.querySelector('[data-id]:last-child')?.dataset.id === arguments[0]", last);
        assertThat(browser.ids()).hasSize(500);
    }

    @Test
    void showsAGap() {
        publish("a");
        String second = publish("b");
        open("/channels/" + news).await("document.querySelectorAll('[data-id]').length === 2");
        server.log().delete(new ChannelName(news)).toCompletableFuture().join();
        browser.await("document.querySelector('.gap') !== null");
        assertThat(browser.find(".gap").getText()).contains(second, "the channel was deleted in between");
        String third = publish("c");
        browser.await("document.querySelector('.gap + [data-id]')?.dataset.id === arguments[0]", third);
    }

    @Test
    void endsAChannelInTwoSteps() {
        publish("a");
        open("/channels/" + news).await("document.querySelectorAll('[data-id]').length === 1");
        browser.find("#end").click();
        assertThat(browser.find("#end-step").getText())
                .contains("can’t be undone")
                .contains("End " + news);
        browser.find("#end-keep").click();
        assertThat(browser.find("#end-step").isDisplayed()).isFalse();
        publish("still open");
        browser.await("document.querySelectorAll('[data-id]').length === 2");
        browser.find("#end").click();
        browser.find("#end-confirm").click();
        browser.awaitState("ended");
        assertThat(browser.find("#state-word").getText()).isEqualTo("ended: the channel has ended");
        browser.await("document.querySelector('.closed')?.textContent === arguments[0]", news + " has ended here.");
    }

    @Test
    void reconnectsToAHubThatWasDown() {
        try (var other = TestServer.start()) {
            browser.open(other.uri("/channels/" + news)).awaitState("open");
        }
        // Both at once, because the next attempt follows soon.
        browser.await("/^waiting \\d+ s: .+/.test(document.getElementById('state-word').textContent)"
                + " && document.getElementById('again').checkVisibility()");
        type("data", "x", Keys.ENTER);
        browser.await("document.getElementById('publish-said').textContent.includes('Is it running?')");
    }

    @Test
    void publishesFromAPageOfManyChannelsToTheNamedOne() {
        open("/channels/chat/**");
        type("channel", "chat/7/水");
        type("data", "hello", Keys.ENTER);
        browser.await("document.querySelector('[data-id] .name')?.textContent === 'chat/7/水'");
        assertThat(browser.find("#end").isDisplayed()).isFalse();
    }

    @Test
    void followsTheParametersInTheAddress() {
        publish("a");
        String second = publish("b");
        server.publish(Draft.event(new ChannelName(news), "other", TestServer.text("c")));
        String elsewhere = server.publish("sport", "d").text();
        server.publish("weather", "e");
        open("/channels?name=" + news + "&name=sport&type=message&last=2").awaitIds(List.of(second, elsewhere));
        assertThat(browser.find("h1").getText()).isEqualTo(news + ", sport");
    }

    @Test
    void canBeUsedByKeyboardAndScreenReader() {
        open("/channels/chat/*");
        List<?> nameless = (List<?>) browser.run("""
                return [...document.querySelectorAll('button, select, input, textarea, [tabindex="0"]')]
                    .filter(each => each.checkVisibility())
                    .filter(each => !(each.labels?.[0]?.innerText || each.labels?.[0]?.textContent
                            || each.ariaLabel || each.textContent).trim())
                    .map(each => each.outerHTML);
                """);
        assertThat(nameless).isEmpty();
        assertThat(browser.find("#announcer").getAttribute("aria-live")).isEqualTo("polite");
        browser.run("document.body.focus()");
        var reached = new ArrayList<String>();
        for (int i = 0; i < 20; i++) {
            browser.find(":focus, body").sendKeys(Keys.TAB);
            reached.add((String) browser.run("return document.activeElement.id || document.activeElement.name"));
        }
        assertThat(reached)
                .containsSubsequence(
                        "language",
                        "theme",
                        "transport",
                        "filter",
                        "pause",
                        "scroll",
                        "channel",
                        "data",
                        "type",
                        "key");
    }
}
