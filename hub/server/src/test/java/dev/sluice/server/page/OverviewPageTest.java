package dev.sluice.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Principal;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Draft;
import dev.sluice.server.Await;
import dev.sluice.server.Browser;
import dev.sluice.server.TestServer;
import dev.sluice.server.http.AccessFilter;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/// The page of the hub in a real browser, against the real server.
@Order(1)
final class OverviewPageTest {
    @AutoClose
    private static Browser browser;

    private TestServer server;

    @BeforeAll
    static void startBrowser() {
        browser = Browser.english();
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
        browser.await("!document.getElementById('empty').hidden");
        server.publish("news", "a");
        awaitFigures("document.querySelectorAll('#rows tr').length === 1");
        assertThat(browser.find("#empty").isDisplayed()).isFalse();
        server.publish("news", "b");
        server.publish("chat/7 水?", "c");
        awaitFigures("document.querySelectorAll('#rows tr').length === 2");
        server.publish(Draft.end(new ChannelName("news")));
        browser.await("document.querySelector('#rows .status')?.textContent === 'ended'");
        browser.find("[data-sort=name]").click();
        browser.await("document.querySelector('#rows .name')?.textContent === 'chat/7 水?'");
        assertThat(browser.texts("#rows .name")).containsExactly("chat/7 水?", "news");
        browser.find("#rows .name").click();
        browser.await("document.querySelector('[data-id] .text')?.textContent === 'c'");
    }

    @Test
    void sendsTheFirstEventOnAClick() {
        open().await("!document.getElementById('empty').hidden");
        browser.run("""
                const first = document.getElementById('first');
                first.click();
                first.click();""");
        browser.await("document.querySelector('#rows .name')?.textContent === 'news'"
                + " && !document.getElementById('first').disabled");
        assertThat(server.get("/channels/news?as=json&after=earliest").body()).containsOnlyOnce("\"id\":");
    }

    @Test
    void groupsManyChannelsAndFindsOneByItsName() {
        for (int i = 0; i < 620; i++) server.publish("sensors/" + i, "x");
        server.publish("<i>odd", "x");
        browser.on(1440, 900, "light"); // With room for all columns.
        open();
        // The hub counts all, of which the page has the first.
        awaitFigures("document.getElementById('count').textContent === '621 channels'");
        browser.await("document.querySelectorAll('#rows tr').length === 2");
        assertThat(browser.texts("#rows i")).isEmpty();
        Await.that(() -> rowOf("sensors").matches("(?s)sensors 620 channels.*620.*620 B.*"), () -> rowOf("sensors"));
        browser.find("#more").click();
        browser.await("document.getElementById('more').hidden");
        browser.find("#rows .fold").click();
        browser.await("document.querySelectorAll('#rows tr').length === 7");
        assertThat(browser.texts("#rows .rest")).containsExactly("… 616 more");
        browser.find("#filter").sendKeys("/61");
        browser.await("document.getElementById('count').textContent === '11 of 621 channels'");
        browser.find("[data-sort=name]").click();
        browser.await("document.querySelector('#rows .name').textContent === 'sensors/61'");
        assertThat(browser.texts("#rows .name"))
                .startsWith("sensors/61", "sensors/610")
                .endsWith("sensors/619");
        browser.run("location.reload()"); // Filter and order are in the address.
        browser.await("document.getElementById('count')?.textContent.startsWith('11 of ')"
                + " && document.querySelector('[aria-sort=ascending] .sort') !== null");
    }

    private static String rowOf(String name) {
        return browser.texts("#rows tr").stream()
                .filter(each -> each.startsWith(name))
                .findFirst()
                .orElse("");
    }

    @Test
    void hasItsDataBeforeAnyScriptRuns() {
        server.publish("chat/7", "x");
        String busiest =
                "(?s).*orders/eu</a></th><td class=\"curve\">[^\n]*?</svg></td><td class=\"figure\">[1-9].*chat/7</a>.*";
        Await.that(() -> {
            server.publishAtOnce("orders/eu", 300);
            server.pass(Duration.ofSeconds(6));
            return server.get("/", "Accept", "text/html").body().matches(busiest);
        });
        String page = server.get("/", "Accept", "text/html").body();
        assertThat(page)
                .containsPattern("<b id=\"tile-published\">[0-9]")
                .containsPattern("id=\"spark-published\"[^>]*>.*<path class=\"line\" d=\"M[0-9]");
        // Nothing is said of the time before the hub began.
        assertThat(page).contains("<path class=\"unknown\" d=\"M0 22H");
        try (var young = TestServer.start()) {
            young.publish("news", "x");
            assertThat(young.get("/", "Accept", "text/html").body())
                    .contains("<b id=\"tile-published\">–</b>")
                    .containsPattern("news</a></th><td class=\"curve\">.*?</td><td class=\"figure\">–</td>");
        }
    }

    @Test
    void opensAChannelThatDoesNotExistYet() {
        open();
        browser.find("#filter").sendKeys("new/one");
        browser.await("document.getElementById('open').textContent === 'Open channel “new/one”'");
        browser.find("#open").click();
        browser.await("document.getElementById('empty')?.hidden === false");
        assertThat(browser.find("#command-empty").getText())
                .contains(server.uri("/channels/new/one").toString());
    }

    @Test
    void remembersLanguageAndTheme() {
        open().choose("language", "zh").choose("theme", "dark");
        browser.await("document.querySelector('#rows') && document.querySelector('.tile h2').textContent === '流入事件'");
        browser.open(server.uri("/channels/news")).awaitState("open");
        assertThat(browser.find("#state-word").getText()).isEqualTo("实时");
        assertThat(browser.run("return document.getElementById('pause-word').textContent"))
                .isEqualTo("暂停");
        assertThat(browser.run("return getComputedStyle(document.documentElement).colorScheme"))
                .isEqualTo("dark");
        open().choose("language", "en").choose("theme", "system");
        browser.await("document.querySelector('.tile h2').textContent === 'Events in'");
    }

    /// Lets the hub take its figures, until this is true of the page.
    private void awaitFigures(String condition) {
        Await.that(() -> {
            server.pass(Duration.ofSeconds(1));
            return Boolean.TRUE.equals(browser.run("return " + condition));
        });
    }

    @Test
    void showsTheHubsFiguresTheNewestEventsAndRefusals() {
        server.publish("orders", "the newest");
        open();
        awaitFigures("document.getElementById('tile-connections').textContent !== '–'");
        browser.await("document.querySelector('#now span')?.textContent === 'the newest'");
        assertThat(browser.texts("#look a")).as("nothing is wrong").isEmpty();
        server.post("/channels/orders?at=nowhere", "refused");
        awaitFigures("document.querySelector('#look a')?.textContent === '1 publish refused in 15 min'");
        assertThat(Axe.violations(browser)).isEmpty();
    }

    @Test
    void chartsTheLastQuarterOfAnHourWithATableBehindIt() {
        // Before the page is opened.
        server.publishAtOnce("orders", 40);
        awaitRecorded(40);
        open();
        browser.await("/L.*L/.test(document.querySelector('#spark-published .line').getAttribute('d') ?? '')");
        browser.find("[data-chart=published]").click();
        browser.await("document.querySelector('#chart-canvas canvas') !== null");
        assertThat(browser.run("return location.hash")).isEqualTo("#chart=published");
        // A moment that is pointed at is the same in all charts, and said in words.
        browser.find("#chart-canvas").sendKeys(Keys.HOME);
        browser.await("document.querySelectorAll('.spark .cross:not([hidden])').length === 5");
        browser.await("document.getElementById('chart-canvas').ariaValueText.endsWith('Events in unknown')");
        browser.find("#tab-values").click();
        browser.await("[...document.querySelectorAll('#chart-values td')].some(each => each.textContent === '40')");
        assertThat(Axe.violations(browser)).isEmpty();
    }

    /// Lets the hub take its figures, until they have this number of events in a second.
    private void awaitRecorded(int published) {
        server.pass(Duration.ofSeconds(1));
        Await.that(
                () -> server.get("/channels/$stats?since=15m&as=json").body().contains("\"published\":" + published));
    }

    @Test
    void doesNotShiftWhileItLoads() {
        for (int i = 0; i < 30; i++) server.publish("sensors/" + i % 7, "x");
        // Rows with columns, which differ from those that the server has written.
        for (int i = 0; i < 12; i++)
            server.post("/channels/orders", "{\"order\":" + i + ",\"paid\":true}", "Content-Type", "application/json");
        awaitRecorded(42);
        assertStill(browser, List.of("/", "/channels/sensors/1", "/channels/orders", "/connections"));
        try (Browser chinese = Browser.chinese()) {
            assertStill(chinese, List.of("/", "/channels/sensors/1"));
        }
    }

    /// What it may not do is in the page as it is sent.
    @Test
    void doesNotShiftForAVisitorWithoutGrants() {
        Grant nothing = Grant.of(Principal.ANONYMOUS, Permissions.NONE).askingForCredential();
        AccessFilter refusing = (exchange, route) -> {
            exchange.setGrant(nothing);
            route.handle(exchange);
        };
        try (var guarded = TestServer.start(refusing)) {
            String listed = "document.getElementById('refused').checkVisibility()"
                    + " && performance.getEntriesByType('resource').some(each => each.responseStatus === 401)";
            for (String path : List.of("/", "/channels")) {
                assertStill(browser, guarded.uri(path), "failed", listed);
                assertThat(browser.find("#band").isDisplayed()).isFalse();
            }
        }
    }

    private void assertStill(Browser visitor, List<String> paths) {
        for (String path : paths)
            assertStill(
                    visitor,
                    server.uri(path),
                    "open",
                    "document.querySelector('[data-id], #rows .fold, #chart-canvas canvas') !== null");
    }

    private static void assertStill(Browser visitor, URI address, String state, String loaded) {
        for (int width : List.of(390, 1440)) {
            visitor.on(width, 900, "light").open("about:blank");
            visitor.open(address).awaitState(state).await(loaded);
            Number shift = (Number) visitor.runAsync("""
                        const done = arguments[0];
                        let sum = 0;
                        const add = list => list.getEntries().forEach(each => sum += each.value);
                        new PerformanceObserver(add).observe({ type: 'layout-shift', buffered: true });
                        setTimeout(() => done(sum), 100); // Those before are delivered at once.
                        """);
            assertThat(shift.doubleValue()).as(address + " at " + width).isLessThanOrEqualTo(0.02);
            assertThat((List<?>) visitor.run("""
                        return performance.getEntriesByType('resource').map(each => each.name)
                            .filter(name => !name.startsWith(location.origin + '/'))""")).isEmpty();
        }
    }
}
