package dev.sluice.sense.page;

import static dev.sluice.sense.page.SenseSite.HEADLINE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.Browser;
import dev.sluice.server.page.Axe;
import dev.sluice.server.proxy.HostileProxy;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the pages of Sense show of changes while they are open, in Chromium.
class SenseLivePagesTest {
    @TempDir
    private static Path folder;

    private static SenseSite site;
    private Browser browser;

    @BeforeAll
    static void startHub() throws Exception {
        site = new SenseSite(folder);
    }

    @AfterAll
    static void stopHub() {
        site.close();
    }

    @BeforeEach
    void openBrowser() {
        browser = Browser.english().on(1440, 900, "light");
    }

    @AfterEach
    void closeBrowser() throws InterruptedException {
        browser.close();
        site.shop.set(200);
        site.awaitShop("up");
    }

    @Test
    void theWallSaysWhatIsDownAndIsCompleteAgainAfterACut() throws Exception {
        try (var proxy = HostileProxy.before(site.hub.uri())) {
            browser.open(proxy.uri("/sense/"));
            browser.await(HEADLINE + " === 'All 2 checks are up'");
            browser.await("document.querySelector('.sense-tile .passed').getAttribute('d') !== ''");

            proxy.refuse();
            proxy.reset();
            browser.await(HEADLINE + ".startsWith('Unknown since')");
            assertThat(browser.run("""
                    const good = getComputedStyle(document.documentElement).getPropertyValue('--good');
                    return [...document.querySelectorAll('.sense-state, .sense-head')]
                        .filter(each => getComputedStyle(each).getPropertyValue('--state') === good).length""")).as("green while disconnected").isEqualTo(0L);

            site.shop.set(503);
            site.awaitShop("down");
            proxy.admit();
            browser.run("document.getElementById('again').click()"); // The button is hidden if the page was faster.
            browser.await(HEADLINE + " === '1 of 2 down: The shop'");
            assertThat(browser.texts(".sense-title")).containsExactly("The shop", "db-1");
            assertThat(browser.texts(".sense-tile .sense-word")).containsExactly("Down", "Up");
            assertThat(browser.run("""
                    const reason = document.querySelector('.sense-tile[data-state=down] .sense-answer');
                    return Math.round(10 * reason.clientHeight / parseFloat(getComputedStyle(reason).lineHeight));"""))
                    .as("tenths of lines, of which none is shown in part")
                    .isEqualTo(20L);
            assertThat(browser.complaints()).isEmpty();
        }
    }

    /// The browser keeps a page for "back". A snapshot of the states lacks checks that have been removed meanwhile.
    @Test
    void theOverviewForgetsACheckThatIsRemovedWhileItIsHidden() throws Exception {
        String url = site.target.uri().resolve("/none").toString();
        site.saveAsAnother(
                "checks/none", "{\"type\":\"http\",\"url\":\"%s\",\"interval\":\"1s\",\"failures\":1}".formatted(url));
        browser.open(site.hub.uri()).await("document.getElementById('look').textContent.includes('1 check down')");
        browser.runAsync("""
                const done = arguments[0];
                const states = async () => (await fetch('/channels/sense/state?snapshot=true&as=json')).text();
                dispatchEvent(new PageTransitionEvent('pagehide'));
                (async () => {
                    await fetch('/sense/api/checks/none', { method: 'DELETE' });
                    while ((await states()).includes('"none"'));
                    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
                    done();
                })();""");
        browser.awaitState("open");
        browser.await("!document.getElementById('look').textContent.includes('down')"
                + " && document.querySelector('.side a[href$=\"sense/\"] .count').textContent === ''");
    }

    @Test
    void thePageOfACheckThatIsRemovedElsewhereSaysSo() throws Exception {
        site.saveAsAnother("checks/gone", site.definition("Soon gone"));
        browser.open(site.page("checks/gone")).await(HEADLINE + " === 'Soon gone · Up'");
        browser.await("document.getElementById('try').checkVisibility() && document.querySelector('#answers tr')");
        site.removeCheck("gone");
        browser.await(HEADLINE + " === 'There is no check “gone”'");
        assertThat(browser.run("return document.getElementById('head').dataset.state"))
                .isEqualTo("unknown");
        assertThat(browser.texts("#try")).containsExactly("");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aStateIsNotOverwrittenByAnOlderResponse() throws Exception {
        try (var proxy = HostileProxy.before(site.hub.uri())) {
            browser.open(proxy.uri("/sense/checks/shop")).await(HEADLINE + " === 'The shop · Up'");
            browser.run("""
                    const send = window.fetch;
                    window.fetch = async (at, request = {}) => {
                        const answer = await send(at, request);
                        if (String(at).endsWith('/api/checks/shop') && !window.release) await new Promise((go) => { window.release = go; });
                        else window.wasAsked = Boolean(window.released);
                        return answer;
                    };""");
            proxy.reset();
            browser.await("window.release"); // The response for the reconnected page, which contains the state Up.
            site.shop.set(503);
            site.awaitShop("down");
            browser.await(HEADLINE + " === 'The shop · Down'");
            browser.run("window.released = true; window.release();");
            browser.await("window.wasAsked");
            assertThat(browser.run("return document.getElementById('head').dataset.state"))
                    .isEqualTo("down");
        }
    }

    /// Returns the ids of the incidents that the list shows.
    private static final String LISTED =
            "return [...document.querySelectorAll('#incidents a')].map((each) => each.pathname.split('/').at(-1))";

    private static final String ROWS = "document.querySelectorAll('#incidents a').length";

    @Test
    void theListOfIncidentsMissesNoneOfABurst(@TempDir Path own) throws Exception {
        try (var burst = new SenseSite(own);
                var proxy = HostileProxy.before(burst.hub.uri())) {
            var opened = new CountDownLatch(120);
            burst.hub.channels("sense/alerts").earliest().subscribe(_ -> opened.countDown());
            burst.addFailing(3);
            browser.open(proxy.uri("/sense/incidents/")).await(ROWS + " === 3");
            assertThat(browser.find("#older").isDisplayed()).isFalse();

            // The page reads at once what opens during a cut, as it does after many that open at one time.
            proxy.refuse();
            proxy.reset();
            burst.addFailing(120);
            assertThat(opened.await(60, TimeUnit.SECONDS)).isTrue();
            proxy.admit();
            browser.run("document.getElementById('again').click()"); // The button is hidden if the page was faster.
            browser.await("document.getElementById('older').checkVisibility()");
            for (int shown : new int[] {100, 120}) {
                browser.find("#older").click();
                browser.await(ROWS + " === " + shown);
            }
            assertThat(browser.run(LISTED)).isEqualTo(burst.incidents());
            assertThat(browser.find("#older").isDisplayed()).isFalse();
        }
    }

    @Test
    void theListOfIncidentsIsNotOverwrittenByAnOlderResponse() throws Exception {
        try (var proxy = HostileProxy.before(site.hub.uri())) {
            browser.open(proxy.uri("/sense/incidents/"))
                    .await("!document.getElementById('sense').hasAttribute('data-loading')");
            browser.run("""
                    const send = window.fetch;
                    window.fetch = async (at, request = {}) => {
                        const answer = await send(at, request);
                        if (!String(at).includes('/api/incidents?') || window.release) return answer;
                        const read = await answer.json();
                        answer.json = () => {
                            setTimeout(() => { window.wasRead = true; }); // After the page has used it.
                            return Promise.resolve(read);
                        };
                        await new Promise((go) => { window.release = go; });
                        return answer;
                    };""");
            proxy.reset();
            browser.await("window.release"); // The response for the reconnected page, without the next incident.
            site.shop.set(503);
            site.awaitShop("down");
            String newest = "/sense/incidents/" + site.incident();
            String link = "document.querySelector('#incidents a')?.pathname";
            browser.await(link + " === arguments[0]", newest);
            browser.run("window.release()");
            browser.await("window.wasRead");
            assertThat(browser.run("return " + link)).isEqualTo(newest);
        }
    }

    /// Returns the modules that the browser found only in other modules, one round trip later.
    private static final String LATE = """
            const links = document.querySelectorAll('link[rel=modulepreload], script[src]');
            const known = new Set([...links].map((each) => each.href ?? each.src));
            const loaded = performance.getEntriesByType('resource').map((each) => each.name);
            return loaded.filter((each) => each.endsWith('.js') && !known.has(each));""";

    @Test
    void theWallCallsWhenAnIncidentOpensIfTheBrowserMay() throws Exception {
        browser.open(site.page("")).await(HEADLINE + " === 'All 2 checks are up'");
        assertThat(browser.run(LATE)).isEqualTo(List.of());
        browser.run("""
                window.called = [];
                const Audio = AudioContext;
                window.AudioContext = class extends Audio {};
                const start = OscillatorNode.prototype.start;
                OscillatorNode.prototype.start = function (at) { called.push('tone'); start.call(this, at); };
                window.Notification = class extends EventTarget {
                    static permission = 'default';
                    static requestPermission() { Notification.permission = 'granted'; return Promise.resolve('granted'); }
                    constructor(title) { super(); called.push(title); }
                };""");
        assertThat(browser.run("return document.getElementById('sound').ariaPressed"))
                .isEqualTo("false");
        browser.find("#menu-open").click();
        browser.find("#notifications").click();
        browser.await("document.getElementById('notifications').ariaPressed === 'true'");
        browser.find("#sound").click();
        browser.await("document.getElementById('sound').ariaPressed === 'true' && called.length >= 2");
        // Browsers draw no frames of a tab in the background, which still calls and has a title.
        browser.run("called.length = 0; window.requestAnimationFrame = () => 0");
        site.shop.set(503);
        site.awaitShop("down");
        browser.await("called.includes('The shop is down') && called.filter(each => each === 'tone').length >= 2");
        browser.await("document.title.startsWith('✕ 1')"); // From the state, which arrives on another channel.
        browser.run("localStorage.clear()");
    }

    @Test
    void aServerShowsItsFiguresAsTheyCome() throws Exception {
        site.report(1, 10);
        browser.on(390, 844, "dark");
        browser.open(site.page("servers/srv"));
        browser.await("document.getElementById('figures').textContent.includes('10 %')");
        browser.await(HEADLINE + " === 'srv · Up'");
        site.report(2, 73);
        site.report(2, 11); // Published twice, as after an agent missed an answer for long.
        browser.await("document.getElementById('figures').textContent.includes('73 %')");
        browser.await("document.querySelector('#use-chart canvas')");
        assertThat(browser.texts("#processes td")).containsExactly("java (8)", "180 %", "5 MB");
        assertThat(browser.texts("#disk-io td")).containsExactly("sda", "2 MB/s", "3 MB/s", "40 %");
        browser.await("document.querySelector('#io-chart canvas')");
        assertThat(browser.run("return main.scrollWidth - main.clientWidth")).isEqualTo(0L);
        assertThat(Axe.violations(browser)).isEmpty();
        browser.find("#span-day").click();
        browser.await("location.hash === '#day'");
        assertThat(browser.texts("#figures").getFirst()).doesNotContain("11 %");
        browser.run("""
                const send = window.fetch;
                window.fetch = () => {
                    window.fetch = send;
                    return Promise.reject(new TypeError('as while the hub is away'));
                };
                document.getElementById('span-day').click();""");
        browser.await("document.getElementById('said').textContent === 'The hub does not answer.'");
        browser.find("#span-day").click();
        browser.await("document.getElementById('said').hidden");
        site.removeServer();
        browser.await("document.getElementById('check').hidden");
        assertThat(browser.complaints()).isEmpty();
    }
}
