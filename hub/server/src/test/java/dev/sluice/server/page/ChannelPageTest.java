package dev.sluice.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventFields;
import dev.sluice.server.Await;
import dev.sluice.server.Browser;
import dev.sluice.server.TestServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/// The page of a channel in a real browser, against the real server.
@Order(1)
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

    private void openDrawer() {
        browser.run(
                "if (document.getElementById('publish-drawer').hidden) document.getElementById('publish-open').click()");
        browser.await("document.querySelector('#publish [name=data]').checkVisibility()");
    }

    /// Types into a field of the drawer that publishes.
    private void type(String name, CharSequence... keys) {
        openDrawer();
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
                browser.await("[...document.querySelectorAll('.line')].some(each => each.textContent === 'on text')"
                        + " || document.querySelector('.line:last-child')?.textContent.endsWith('on text')");
                continue;
            }
            browser.awaitIds(published).awaitState("open");
            browser.await("document.querySelector('.line') === null");
        }
        assertThat(browser.texts(".gap")).isEmpty();
    }

    @Test
    void showsEventsThatItPublishesAndWhyOneIsRefused() {
        open("/channels/" + news);
        type("type", "greeting");
        type("key", "k-1");
        type("data", "hello", Keys.chord(Keys.SHIFT, Keys.ENTER), "world", Keys.ENTER);
        browser.await("document.querySelector('[data-id] .text')?.textContent === 'hello ⏎ world'");
        assertThat(browser.texts("[data-id] :is(.type, .k)")).containsExactly("greeting", "k-1");
        browser.await(
                "document.getElementById('publish-said').textContent === 'Published as ' + arguments[0]",
                browser.ids().getFirst());
        assertThat(browser.find("[name=data]").getAttribute("value")).isEmpty();
        browser.find("[name=type]").clear();
        type("type", "open");
        type("data", "x", Keys.ENTER);
        browser.await("document.getElementById('publish-said').textContent.includes(\"'open'\")");
        assertThat(browser.find("[name=type]").getAttribute("aria-invalid")).isEqualTo("true");
        assertThat(browser.find("[name=data]").getAttribute("value")).isEqualTo("x");
        browser.run("document.querySelector('[name=as]').value = 'application/json'");
        type("data", "{", Keys.ENTER);
        browser.await("document.getElementById('publish-said').textContent.startsWith('Not valid JSON')");
        assertThat(browser.ids()).hasSize(1);
        assertThat(Axe.violations(browser)).isEmpty();
        // What is sent again and again is counted, and ends with the drawer.
        browser.find("[name=type]").clear();
        browser.choose("publish-template", "json");
        browser.find("#publish-repeat").click();
        browser.await("[...document.querySelectorAll('[data-id] .k')].some(each => each.textContent === 'A-3')");
        browser.find("#publish-repeat").click();
        browser.await("document.getElementById('publish-repeat').textContent === 'Send 10 a second'");
        assertThat(browser.texts("[data-id] .k")).contains("A-1", "A-2", "A-3");
    }

    /// Counts requests to publish, and keeps their answers back.
    private static final String HOLDS_ANSWERS = """
            const send = window.fetch;
            window.posts = 0;
            window.fetch = async (at, request = {}) => {
                if (request.method !== 'POST') return send(at, request);
                posts++;
                const answer = await send(at, request);
                await new Promise((go) => (window.release = go));
                return answer;
            };""";

    @Test
    void publishesOnceForADoubleClickAndForAKeyHeldDown() {
        open("/channels/" + news);
        type("data", "pay 7");
        browser.run(HOLDS_ANSWERS);
        assertThat(browser.run("""
                        const { data } = document.getElementById('publish').elements;
                        const press = (repeat) => data.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', repeat, cancelable: true }));
                        press(true);
                        const held = posts;
                        document.querySelector('#publish .main').click();
                        document.querySelector('#publish .main').click();
                        press(false);
                        return [held, posts];""")).isEqualTo(List.of(0L, 1L));
        browser.await("window.release");
        browser.run("release()");
        browser.await("document.querySelector('[name=data]').value === ''");
        type("data", "pay 8", Keys.ENTER);
        browser.await("posts === 2");
    }

    @Test
    void countsEventsThatWaitWhilePausedShowsAGapAndEndsAChannelInTwoSteps() {
        var published = new ArrayList<>(List.of(publish("a")));
        open("/channels/" + news).awaitIds(published);
        browser.await("document.getElementById('older-said').textContent === 'This is the oldest event kept.'");
        assertThat(browser.find("#older").isDisplayed()).isFalse();
        browser.find("#pause").click();
        published.add(publish("b"));
        published.add(publish("c"));
        browser.await("document.getElementById('pause-word').textContent === 'Resume (2 new)'");
        assertThat(browser.ids()).isEqualTo(published.subList(0, 1));
        browser.find("#pause").click();
        browser.awaitIds(published);
        browser.await("document.getElementById('pause-word').textContent === 'Pause'");

        server.log().delete(new ChannelName(news)).toCompletableFuture().join();
        browser.await("document.querySelector('.gap') !== null");
        assertThat(browser.find(".gap").getText()).contains(published.getLast(), "the channel was deleted in between");
        String last = publish("d");
        browser.await("document.querySelector('.gap + [data-id]')?.dataset.id === arguments[0]", last);

        browser.find("#publish-open").click();
        browser.await("document.getElementById('end').checkVisibility()");
        browser.find("#end").click();
        assertThat(browser.find("#end-step").getText())
                .contains("can’t be undone")
                .contains("End " + news);
        assertThat(Axe.violations(browser)).isEmpty();
        browser.find("#end-keep").click();
        assertThat(browser.find("#end-step").isDisplayed()).isFalse();
        browser.find("#end").click();
        browser.find("#end-confirm").click();
        browser.awaitState("ended");
        assertThat(browser.find("#closed").getText())
                .startsWith("This channel ended at ")
                .contains(last);
        // Nothing is offered that cannot work any more.
        browser.await("document.getElementById('pause').hidden");
        assertThat(browser.texts("#publish-open, #publish-drawer, #pause, #band"))
                .containsOnly("");
        browser.await("document.querySelector('.closed')?.textContent === arguments[0]", news + " has ended here.");
    }

    @Test
    void canBeResumedAfterTheEndOfItsChannel() {
        publish("a");
        open("/channels/" + news + "#pause=1").await("document.getElementById('pause').ariaPressed === 'true'");
        String last = publish("b");
        server.publish(Draft.end(new ChannelName(news)));
        browser.awaitState("ended");
        assertThat(browser.texts(".closed")).isEmpty();
        browser.find("body").sendKeys(Keys.SPACE);
        browser.await("document.querySelector('.closed')?.previousSibling.dataset.id === arguments[0]", last);
        browser.await("document.getElementById('pause').hidden");
    }

    @Test
    void limitsItsEventsRendersOnlyVisibleRowsAndKeepsThoseWhileTheyAreRead() {
        var published = new ArrayList<String>();
        for (int i = 0; i < 190; i++) published.add(publish("line " + i));
        open("/channels/" + news).awaitIds(published);
        browser.await("document.querySelectorAll('[data-id]').length > 5");
        assertThat(browser.texts("[data-id]")).hasSizeLessThan(70);
        browser.await("document.getElementById('scroll').scrollTop > 1000");
        browser.run("document.getElementById('scroll').scrollTop = 500");
        browser.await("[...document.querySelectorAll('.text')].some(each => each.textContent === 'line 20')");
        publish("new");
        browser.await("!document.getElementById('to-newest').hidden");
        assertThat(browser.run("return document.getElementById('scroll').scrollTop"))
                .isEqualTo(500L);
        assertThat(browser.find("#to-newest").getText()).isEqualTo("1 new ↓");
        browser.find("#to-newest").click();
        browser.await("[...document.querySelectorAll('.text')].some(each => each.textContent === 'new')");
        browser.await("document.getElementById('to-newest').hidden");
        String last = server.publishAtOnce(news, 12_000).text();
        browser.await("document.getElementById('events').ids().at(-1) === arguments[0]", last);
        browser.await("document.getElementById('events').ids().length === 10000");
        assertThat(browser.texts("[data-id]")).hasSizeLessThan(70);
        // A list that has become shorter has its rows in sight at once, at its end and above it.
        String rows = """
                const filter = document.getElementById('filter');
                const shown = [0, 100000].map(up => {
                    document.getElementById('scroll').scrollTop -= up;
                    return ['999', ''].map(text => {
                        filter.value = text;
                        filter.dispatchEvent(new Event('search'));
                        return document.querySelectorAll('[data-id]').length > 5;
                    });
                });
                return shown.flat().every(each => each);
                """;
        assertThat(browser.run(rows)).isEqualTo(true);
    }

    @Test
    void filtersByAllPartsOfAnEventAndGoesOnThroughTheWholeLog() {
        String needle = publish("a needle and apples");
        server.publishAtOnce(news, 900);
        publish("apples");
        server.publish(
                Draft.event(new ChannelName(news), "fruit", EventFields.ofKey("Pear"), TestServer.text("green")));
        publish("more apples");
        open("/channels/" + news).await("document.getElementById('events').ids().length === 200");
        // The histogram is of the whole log, although the list has only a part of it.
        browser.await("document.querySelectorAll('#histogram-types button').length === 2");
        String fruit = "document.querySelectorAll('#histogram-types button')[1].click()";
        browser.run(fruit);
        browser.await("document.getElementById('filter').value === 'type=fruit'");
        browser.await("document.querySelectorAll('[data-id]').length === 1");
        browser.await("document.querySelector('#histogram .kept') !== null"); // All that does not match.
        browser.run(fruit);
        browser.await("document.querySelectorAll('[data-id]').length > 1");
        browser.run("""
                const chart = document.getElementById('histogram');
                chart.dispatchEvent(new PointerEvent('pointermove', { clientX: chart.getBoundingClientRect().left + 2 }));
                """);
        browser.await("/^\\d\\d:\\d\\d.* · \\d/.test(document.getElementById('histogram-tip').textContent)");
        String place = "return JSON.stringify(document.getElementById('filter').getBoundingClientRect())";
        Object before = browser.run(place);
        browser.find("#filter").sendKeys("APPLES");
        browser.await("document.querySelectorAll('[data-id]').length === 2");
        assertThat(browser.run(place)).isEqualTo(before);
        assertThat(browser.find("#filter-shown").getText()).isEqualTo("2 of 200 match");
        publish("apples again");
        publish("plums");
        browser.await("document.getElementById('filter-shown').textContent === '3 of 202 match'");
        assertThat(browser.texts("[data-id] .text")).containsExactly("apples", "more apples", "apples again");
        assertThat(browser.run("return CSS.highlights.get('match').size")).isEqualTo(3L);

        browser.await("document.getElementById('search-whole').textContent === 'Search the whole log (904 events)'");
        browser.find("#search-whole").click();
        browser.await("document.querySelectorAll('[data-id]').length === 4");
        browser.await("document.getElementById('search-said').textContent"
                + " === 'Search complete: 1 found among 704 older events'");
        assertThat(browser.find("[data-id]").getAttribute("data-id")).isEqualTo(needle);
        assertThat(browser.run("return CSS.highlights.get('match').size")).isEqualTo(4L);
        browser.run("location.reload()"); // Filter and search are in the address.
        browser.await("document.querySelectorAll('[data-id]').length === 4"
                + " && !document.getElementById('period-until').disabled");

        // The keyboard's way to choose a period: what is at its beginning.
        browser.run("""
                const until = document.getElementById('period-until');
                until.value = 1;
                until.dispatchEvent(new Event('input'));
                """);
        browser.await(
                "document.getElementById('period').checkVisibility()"
                        + " && document.querySelector('[data-id]')?.dataset.id === arguments[0]",
                needle);
        assertThat((String) browser.run("return location.hash")).contains("since=", "until=");
        browser.find("#period-clear").click();
        browser.await("document.getElementById('period').hidden");
        browser.find("#filter").clear();
        browser.find("#filter").sendKeys("key:pear");
        browser.await("document.querySelectorAll('[data-id]').length === 1");
        assertThat(browser.texts("[data-id] .text")).containsExactly("green");
    }

    @Test
    void aPermalinkFindsItsEventHoweverOldAndSaysIfItIsGone() {
        String old = publish("the one that was meant");
        server.publishAtOnce(news, 900);
        browser.open("about:blank");
        browser.command("Page.addScriptToEvaluateOnNewDocument", Map.of("source", """
                addEventListener('DOMContentLoaded', () => {
                    const look = () => (window.saidEmpty ||= document.getElementById('empty')?.checkVisibility());
                    new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
                });"""));
        open("/channels/" + news + "#event=" + old);
        browser.await("document.querySelector('#detail .facts')?.innerText.includes(arguments[0])", old);
        assertThat(browser.find("#detail .content").getText()).isEqualTo("the one that was meant");
        browser.find("#tab-wire").click();
        browser.await("document.querySelectorAll('.wire pre').length === 3");
        assertThat(browser.run("return window.saidEmpty ?? false"))
                .as("said that there is nothing")
                .isEqualTo(false);
        String gone = old.replaceAll("[0-9]+$", "999999999");
        browser.open("about:blank");
        open("/channels/" + news + "#event=" + gone);
        browser.await(
                "document.querySelector('#detail [role=status]')?.textContent.startsWith('This event is no longer kept')");
        browser.find("#detail-close").click();
        assertThat(browser.run("return location.hash")).isEqualTo("");
    }

    @Test
    void backReturnsToThePreviousView() {
        String first = publish("one");
        publish("two");
        open("/channels/" + news).await("document.querySelectorAll('[data-id]').length === 2");
        browser.find("#filter").sendKeys("one");
        browser.await("document.querySelectorAll('[data-id]').length === 1");
        browser.find("[data-id]").click();
        browser.await("document.querySelector('#detail .facts')?.innerText.includes(arguments[0])", first);
        browser.find("#pause").click();
        browser.await("document.title.startsWith('❚❚ ')");
        assertThat((String) browser.run("return location.hash")).contains("q=one", "event=" + first, "pause=1");
        browser.run("history.back()");
        browser.await("document.getElementById('pause').ariaPressed === 'false'");
        browser.run("history.back()");
        browser.await("document.getElementById('detail').hidden");
        browser.run("history.back()");
        browser.await(
                "document.querySelectorAll('[data-id]').length === 2 && document.getElementById('filter').value === ''");
        browser.run("history.forward()");
        browser.await("document.querySelectorAll('[data-id]').length === 1");
        browser.run("location.hash = ''");
    }

    @Test
    void pagesBackToTheOldestRetainedEvent() {
        var published = new ArrayList<String>();
        for (int i = 0; i < 900; i++) published.add(publish("line " + i));
        open("/channels/" + news).awaitIds(published.subList(700, 900));
        browser.run("document.getElementById('older').click()");
        browser.awaitIds(published.subList(200, 900));
        browser.run("document.getElementById('older').click()");
        browser.awaitIds(published);
        browser.await("document.getElementById('older-said').textContent === 'This is the oldest event kept.'");
        assertThat(browser.find("#older").isDisplayed()).isFalse();
    }

    @Test
    void offersOlderEventsOverASlowNetwork() {
        var published = new ArrayList<String>();
        for (int i = 0; i < 300; i++) published.add(publish("x".repeat(2_000) + i));
        open("/channels/" + news).awaitIds(published.subList(100, 300)); // The scripts are in the browser's cache now.
        var fast = Map.<String, Object>of(
                "offline", false, "latency", 0, "downloadThroughput", -1, "uploadThroughput", -1);
        var slow = new HashMap<>(fast);
        slow.put("downloadThroughput", 200_000); // The newest 200 events take two seconds.
        browser.command("Network.enable", Map.of());
        browser.command("Network.emulateNetworkConditions", slow);
        try {
            open("/channels/" + news).awaitIds(published.subList(100, 300));
        } finally {
            browser.command("Network.emulateNetworkConditions", fast);
        }
        browser.await("document.getElementById('search-whole').textContent === 'Search the whole log (300 events)'");
        assertThat(browser.find("#older").isDisplayed()).isTrue();
        browser.run("document.getElementById('older').click()");
        browser.awaitIds(published);
    }

    /// By the rules of the style for paper, for a visitor with dark pages.
    @Test
    void printsItsEventsOnWhiteWithTheAddressAndTheTime() {
        var published = new ArrayList<String>();
        for (int i = 0; i < 150; i++) published.add(publish("line " + i));
        open("/channels/" + news).awaitIds(published);
        browser.await(
                "document.querySelector('#events > li:last-child')?.dataset.id === arguments[0]", published.getLast());
        assertThat((Long) browser.run("return document.querySelectorAll('#events > li').length"))
                .as("rows in sight")
                .isLessThan(150);
        List<Map<String, String>> dark = List.of(Map.of("name", "prefers-color-scheme", "value", "dark"));
        browser.run("dispatchEvent(new Event('beforeprint'))");
        browser.command("Emulation.setEmulatedMedia", Map.of("media", "print", "features", dark));
        Object printed;
        try {
            printed = browser.run("""
                    const shown = (each) => each.checkVisibility() && each.getBoundingClientRect().height > 10;
                    const main = document.getElementById('main');
                    const [red] = getComputedStyle(document.querySelector('#events > li')).color.match(/\\d+/);
                    return {
                        rows: [...document.querySelectorAll('#events > li')].filter(shown).length,
                        isWhole: main.scrollHeight === main.clientHeight,
                        address: document.getElementById('printed').textContent.startsWith(`${location.href} · `) && shown(document.getElementById('printed')),
                        frame: [...document.querySelectorAll('.side, .live, #palette-open, #filter')].filter(shown).length,
                        isWhite: getComputedStyle(document.body).backgroundColor === 'rgb(255, 255, 255)' && red < 80,
                    };""");
        } finally {
            browser.command("Emulation.setEmulatedMedia", Map.of("media", "", "features", List.of()));
        }
        browser.run("dispatchEvent(new Event('afterprint'))");
        assertThat(printed)
                .isEqualTo(Map.of("rows", 150L, "isWhole", true, "address", true, "frame", 0L, "isWhite", true));
        browser.await("document.querySelectorAll('#events > li').length < 150");
    }

    @Test
    void showsSinceWhenTheHubIsUnreachableAndNothingGreen() {
        try (var other = TestServer.start()) {
            browser.open(other.uri("/channels/" + news)).awaitState("open");
            openDrawer();
        }
        // Both at once, because the next attempt follows soon.
        browser.await("/^Since \\d\\d:\\d\\d:\\d\\d: .+/.test(document.getElementById('band-word').textContent)"
                + " && document.getElementById('again').checkVisibility()");
        assertThat(browser.run("""
                        const band = document.getElementById('band').getBoundingClientRect();
                        return band.bottom <= document.getElementById('main').getBoundingClientRect().top + 1;"""))
                .as("it lies above the page, and not over it")
                .isEqualTo(true);
        assertThat(browser.run("return document.title"))
                .asString()
                .matches("✕ \\d\\d:\\d\\d:\\d\\d " + news + " · Sluice");
        assertThat(browser.find("#icon").getAttribute("href")).endsWith("icon-off.svg");
        assertThat(Axe.violations(browser)).isEmpty();
        type("data", "x", Keys.ENTER);
        browser.await("document.getElementById('publish-said').textContent.includes('Is it running?')");
    }

    @Test
    void findsColumnsAndShowsAnEventInDetailByKeyboard() {
        server.publish(json("{\"total\": 1.50, \"paid\": false, \"by\": {\"name\": \"a\"}}"));
        String second = server.publish(json("{\"total\": 1.50, \"paid\": true, \"by\": {\"name\": \"a\"}}"))
                .text();
        open("/channels/" + news).await("document.querySelectorAll('[data-id]').length === 2");
        browser.await("document.querySelector('#heads .cells') !== null");
        assertThat(browser.texts("#heads .cells > *")).containsExactly("total", "paid", "name");
        browser.find("body").sendKeys("j");
        browser.await("document.querySelector('#detail .facts')?.innerText.includes(arguments[0])", second);
        assertThat(browser.find("#detail .j-number").getText()).isEqualTo("1.50");
        browser.find("#tab-diff").click();
        browser.await("document.querySelector('.diff ins')?.textContent === '+ true'");
        assertThat(browser.texts(".diff dt, .diff del")).containsExactly("paid", "− false");
        assertThat(Axe.violations(browser)).isEmpty();
        browser.find("#tab-wire").click();
        browser.await("document.querySelectorAll('.wire pre').length === 3");
        assertThat(browser.texts(".wire pre").getFirst()).contains("id: " + second, "data: {");
        browser.find("#tab-trace").click();
        browser.await("document.getElementById('trace')?.textContent.includes('Readers that have it: 1.')");
        browser.find("#trace-begin").click();
        browser.await("document.getElementById('trace').textContent.includes('A trace of this channel is running.')");
        String third = server.publish(json("{\"total\": 2, \"paid\": true}")).text();
        browser.await("document.querySelectorAll('[data-id]').length === 3");
        browser.run("document.querySelector('[data-id=\"' + arguments[0] + '\"]').click()", third);
        browser.await("document.getElementById('trace')?.textContent.includes('Deliveredto 1 connection')");
        browser.run("document.querySelector('[data-id=\"' + arguments[0] + '\"]').click()", second);
        browser.run("location.reload()"); // The event is in the address.
        browser.await("document.querySelector('#detail .facts')?.innerText.includes(arguments[0])", second);
        browser.find("#detail-close").sendKeys(Keys.ENTER);
        browser.await("document.getElementById('detail').hidden");
        browser.find("#columns").click();
        browser.await("document.querySelector('[data-id] .text')?.firstChild.data === 'total '");
    }

    @Test
    void showsWhatHasChangedInDataThatTheHubTakesForBinaryAndSaysIfItIsGone() {
        server.publish(xml("<a>1</a>"));
        String second = server.publish(xml("<a>2</a>")).text();
        open("/channels/" + news).await("document.querySelectorAll('[data-id]').length === 2");
        browser.find("body").sendKeys("j");
        browser.await("document.querySelector('#detail .facts')?.innerText.includes(arguments[0])", second);
        browser.find("#tab-diff").click();
        browser.await("document.querySelector('.diff ins')?.textContent === '+ <a>2</a>'");
        assertThat(browser.texts(".diff del")).containsExactly("− <a>1</a>");
        server.log().delete(new ChannelName(news)).toCompletableFuture().join();
        browser.find("#tab-wire").click();
        browser.await("document.getElementById('tab-panel').textContent === 'The hub no longer has this event.'");
    }

    private Draft xml(String text) {
        var content = new Content(ContentKind.BINARY, "application/xml", text.getBytes(StandardCharsets.UTF_8));
        return Draft.event(new ChannelName(news), "order", content);
    }

    private Draft json(String text) {
        var content = new Content(ContentKind.JSON, "application/json", text.getBytes(StandardCharsets.UTF_8));
        return Draft.event(new ChannelName(news), "order", content);
    }

    @Test
    void publishesFromAPageOfManyChannelsAndGoesToOneByThePalette() {
        publish("here");
        server.publish("at/room-7", "x");
        server.publish("room-7", "a channel with a name like the id of an event");
        open("/channels/**");
        type("channel", "chat/7/水");
        type("data", "hello", Keys.ENTER);
        browser.await(
                "[...document.querySelectorAll('[data-id] .name')].some(each => each.textContent === 'chat/7/水')");
        assertThat(browser.find("#end").isDisplayed()).isFalse();
        browser.find("body").sendKeys(Keys.chord(Keys.CONTROL, "k"));
        browser.await("document.getElementById('palette')?.open === true");
        String entries = "[...document.querySelectorAll('#palette-list :is(.name, .kind)')].slice(0, 4)"
                + ".map(each => each.textContent).join()";
        browser.find("#palette-text").sendKeys("room-8");
        browser.await(entries + " === 'room-8,from this event on,room-8,open as a channel'");
        browser.find("#palette-text").sendKeys(Keys.BACK_SPACE, "7");
        browser.await(entries + " === 'room-7,Channel,room-7,from this event on'");
        browser.find("#palette-text").clear();
        browser.find("#palette-text").sendKeys(news);
        browser.await("document.querySelector('#palette-list .name')?.textContent === arguments[0]", news);
        browser.find("#palette-text").sendKeys(Keys.ENTER);
        browser.await(
                "document.querySelector('h1')?.innerText.endsWith('news') && document.querySelector('[data-id] .text')?.textContent === 'here'");
    }

    /// A tab that is opened in the background is hidden from its start.
    @Test
    void requestsTheFiguresOfItsChannelOnceItsTabIsSeen() {
        Object script = browser.command("Page.addScriptToEvaluateOnNewDocument", Map.of("source", """
                window.isUnseen = true;
                Object.defineProperty(document, 'hidden', { get: () => isUnseen });"""))
                .get("identifier");
        open("/channels/" + news);
        browser.command("Page.removeScriptToEvaluateOnNewDocument", Map.of("identifier", script));
        browser.run("isUnseen = false; document.dispatchEvent(new Event('visibilitychange'))");
        Await.that(() -> Boolean.TRUE.equals(browser.run("""
                return performance.getEntriesByType('resource').some(each => each.name.includes('stats/channels/'))""")));
    }

    @Test
    void followsTheParametersInTheAddress() {
        publish("a");
        String second = publish("b");
        server.publish(Draft.event(new ChannelName(news), "other", TestServer.text("c")));
        String elsewhere = server.publish("sport", "d").text();
        server.publish("weather", "e");
        open("/channels?name=" + news + "&name=sport&type=message&last=2").awaitIds(List.of(second, elsewhere));
        assertThat(browser.find("h1").getText()).endsWith(news + ", sport");
    }

    @Test
    void canBeUsedByKeyboardAndScreenReader() {
        browser.on(1440, 900, "light");
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
        assertThat(Axe.violations(browser)).isEmpty();
        browser.run("""
                window.reached = [];
                document.addEventListener('focusin', ({ target }) => reached.push(target.id || target.className));
                document.body.focus();
                """);
        browser.find("body").sendKeys(Keys.TAB.toString().repeat(24));
        List<?> reached = (List<?>) browser.run("return reached");
        assertThat(reached.getFirst()).isEqualTo("skip");
        assertThat(reached.stream().map(String::valueOf).toList())
                .containsSubsequence(
                        "shortcuts-open",
                        "language",
                        "theme",
                        "palette-open",
                        "pause",
                        "publish-open",
                        "filter",
                        "transport",
                        "scroll");
    }
}
