package dev.sluice.sense.page;

import static dev.sluice.sense.page.SenseSite.HEADLINE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.Browser;
import dev.sluice.server.page.Axe;
import dev.sluice.server.page.FirstView;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The pages of Sense in Chromium, on one hub with a real target.
class SensePagesTest {
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

    private static final String CHANGED =
            "document.getElementById('said').textContent.startsWith('Not saved: somebody else')";

    @Test
    void aCheckIsAddedAfterATry() throws Exception {
        browser.open(site.page("new")).await("!document.getElementById('sense').hasAttribute('data-loading')");
        browser.find("#field-url").sendKeys(site.target.uri().resolve("/db").toString());
        browser.find("input[name=type][value=tcp]").click(); // A card.
        browser.find("#field-port");
        browser.find("input[name=type][value=http]").click();
        browser.find("#try").click(); // One field is enough, and the entered text is kept.
        browser.await("document.getElementById('tried').dataset.state === 'up'");
        browser.find("#more summary").click();
        browser.find("#field-name").sendKeys("Added!");
        browser.find("#field-interval").sendKeys("1s");
        browser.find("#try").click();
        browser.await("document.getElementById('fault-name').checkVisibility()");
        browser.find("#field-name").clear();
        browser.find("#field-name").sendKeys("added");
        browser.find("#field-expect_text").sendKeys("other");
        browser.find("#try").click();
        browser.await("document.getElementById('tried').dataset.state === 'down'");
        browser.find("#field-expect_text").clear();
        browser.find("#field-expect_text").sendKeys("well");
        browser.find("#try").click();
        browser.await("document.getElementById('tried').dataset.state === 'up'");
        browser.find("#save").click();
        browser.await(
                "document.getElementById('answers').children.length > 1 && document.querySelector('#chart canvas')");
        browser.await(HEADLINE + " === 'added · Up'");
        browser.await("document.querySelectorAll('#uptime tr').length === 1"); // It has not been monitored for a day.
        assertThat(browser.texts("#uptime th").getFirst()).startsWith("Since ");
        browser.await(
                "document.querySelectorAll('#answers tr').length > 2 && document.querySelector('#chart .u-over')");
        browser.run("""
                const over = document.querySelector('#chart .u-over');
                const { left, top } = over.getBoundingClientRect();
                for (const type of ['mouseenter', 'mousemove']) over.dispatchEvent(new MouseEvent(type, { clientX: left + 9, clientY: top + 9 }));""");
        browser.await(
                "/^[0-9:]+ms$/.test(document.getElementById('legend').textContent.replace(/[\\d.,]+ ms$/, 'ms'))");

        browser.open(site.page("checks/added/edit")).await("document.getElementById('field-title')");
        browser.find("#more summary").click();
        site.saveAsAnother("checks/added", site.definition("Of another"));
        browser.find("#field-title").sendKeys("Mine");
        browser.find("#save").click();
        browser.await(CHANGED);
        browser.open(site.page("checks/added")).await(HEADLINE + ".startsWith('Of another')");
        browser.await("!document.getElementById('pause').hidden");

        // Changes it between the two requests of the button, which reads the check and writes it back.
        browser.run("""
                const [body, send] = [arguments[0], window.fetch];
                window.fetch = async (at, request = {}) => {
                    if (request.method !== 'PUT') return send(at, request);
                    window.fetch = send;
                    await send(at, { method: 'PUT', body });
                    return send(at, request);
                };""", site.definition("Of a third"));
        browser.run("document.getElementById('pause').click()");
        browser.await(CHANGED + " && !document.getElementById('pause').disabled");
        browser.run("document.getElementById('pause').click()");
        browser.await(HEADLINE + " === 'Of a third · Paused' && document.getElementById('said').hidden");

        browser.find("#menu-open").click();
        browser.find("#remove").click();
        browser.find("#sure-yes").click();
        browser.await("document.getElementById('tiles').children.length === 2");
    }

    @Test
    void aDoubleClickPlansOneWindow() {
        browser.open(site.page("maintenance")).await("document.querySelector('#windows .quiet')");
        browser.run("""
                document.getElementById('begins').value = '2100-01-01T00:00';
                document.getElementById('ends').value = '2100-01-01T01:00';
                document.getElementById('send').click();
                document.getElementById('send').click();""");
        browser.await("document.querySelector('#windows button') && !document.getElementById('send').disabled");
        assertThat(browser.texts("#windows button")).hasSize(1);
        browser.find("#windows button").click();
        browser.await("document.querySelector('#windows button') === null");
    }

    @Test
    void anIncidentIsReadAcknowledgedAndCommented() throws Exception {
        site.shop.set(503);
        site.awaitShop("down");
        String id = site.incident();
        String link = "#incidents a[href$=\"/" + id + "\"]";
        browser.open(site.page("")).await(HEADLINE + ".startsWith('1 of ')");
        browser.open(site.page("checks/shop")).await("document.querySelector('" + link + "')");
        browser.find("#menu-open").click();
        assertThat(browser.texts("#in-file").getFirst()).startsWith("This check is defined in sense.toml.");
        assertThat(browser.texts("#edit")).containsExactly("");
        browser.run("document.querySelector('" + link + "').focus()");
        String duration = "document.querySelector('#incidents .sense-duration').textContent";
        Object lasted = browser.run("return " + duration);
        browser.await(duration + " !== arguments[0]", lasted); // It is drawn each second.
        assertThat(browser.run("return document.activeElement.matches(arguments[0])", link))
                .as("the focus stays in the list")
                .isEqualTo(true);
        browser.run("document.activeElement.click()");
        browser.await(HEADLINE + ".startsWith('The shop has been down for')");
        assertThat(browser.run("return location.pathname")).isEqualTo("/sense/incidents/" + id);
        browser.find("#by").sendKeys("Ada");
        browser.find("#acknowledge-send").click();
        browser.await("document.getElementById('timeline').textContent.includes('Ada is on it')");
        browser.find("#text").sendKeys("disk <b>full</b>");
        browser.find("#comment-send").click();
        browser.await("document.getElementById('timeline').textContent.includes('disk <b>full</b>')");

        try (var chinese = Browser.chinese().on(1440, 900, "light").open(site.page("incidents/" + id))) {
            chinese.await("document.getElementById('subline').textContent === '预期状态码 2xx，实际 503'");
        }
        site.shop.set(200);
        browser.await("document.getElementById('head').dataset.state === 'up'");
        assertThat(browser.texts("#acknowledgement")).containsExactly("");
    }

    /// Slow answers are a warning: the check counts as up.
    @Test
    void anIncidentOfAWarningIsNotShownAsAnOutage() throws Exception {
        String url = site.target.uri().resolve("/slow").toString();
        String definition =
                "{\"type\":\"http\",\"url\":\"%s\",\"interval\":\"1s\",\"failures\":1,\"expect_latency\":\"1ms\"}";
        site.saveAsAnother("checks/late", definition.formatted(url));
        browser.open(site.page("incidents/"));
        browser.await("document.querySelector('#incidents li .sense-word')?.textContent === 'Warning'");
        String late = "document.querySelector('#incidents li a')";
        assertThat(browser.run("return " + late + ".textContent")).asString().startsWith("late · ");
        browser.run(late + ".click()");
        browser.await(HEADLINE + ".startsWith('late: warning for ')");
        assertThat(browser.run("return document.getElementById('head').dataset.state"))
                .isEqualTo("warning");
        assertThat(browser.texts("#headline-sign")).containsExactly("!");
        assertThat(browser.texts("#timeline").getFirst())
                .contains("Confirmed after", ": Warning")
                .doesNotContain("Down");
        site.removeCheck("late");
        browser.await(HEADLINE + ".startsWith('late had a warning for ')");
    }

    @Test
    void aNotifierIsAddedTriedAndChangedWithoutShowingItsSecret() throws Exception {
        browser.open(site.page("notifiers")).await("document.querySelectorAll('#notifiers li').length === 1");
        for (String type : new String[] {"email", "slack", "telegram", "webhook"
        }) { // Each service has a field for all that it needs.
            browser.choose("field-type", type);
            assertThat(
                            browser.run(
                                    "return [...document.querySelectorAll('#target input')].some(each => each.checkVisibility())"))
                    .as(type)
                    .isEqualTo(true);
        }
        browser.find("#field-name").sendKeys("hook");
        browser.find("#save").click();
        browser.await("document.getElementById('fault-url').checkVisibility()");
        browser.find("#field-url").sendKeys(site.target.uri().resolve("/hook").toString());
        browser.find("#field-secret").sendKeys("s3cret");
        browser.find("#save").click();
        browser.await("document.getElementById('notifier-hook')");
        browser.find("#notifier-hook button").click();
        browser.await("document.querySelector('#notifier-hook .sense-try').dataset.state === 'up'");
        site.hook.set(503);
        browser.find("#notifier-hook button").click();
        browser.await("document.querySelector('#notifier-hook .sense-try').dataset.state === 'down'");
        assertThat(browser.texts("#notifier-hook .sense-try").getFirst()).contains("status 503");
        assertThat(browser.run("return document.body.innerHTML")).asString().doesNotContain("s3cret");

        browser.run("document.querySelector('#notifier-hook [data-t=\"sense.edit\"]').click()"); // Edit.
        browser.choose("field-language", "zh");
        site.saveAsAnother(
                "notifiers/hook",
                "{\"type\":\"webhook\",\"url\":\"" + site.target.uri().resolve("/other") + "\"}");
        browser.find("#save").click();
        browser.await(CHANGED);
        browser.open(site.page("notifiers")).await("document.getElementById('notifier-hook')");
        browser.run("document.querySelector('#notifier-hook [data-t=\"sense.edit\"]').click()");
        browser.choose("field-language", "zh");
        browser.find("#save").click();
        browser.await("document.getElementById('cancel').hidden");
        browser.run("document.querySelector('#notifier-hook [data-t=\"sense.remove\"]').click()"); // Remove.
        browser.await("document.querySelectorAll('#notifiers li').length === 1");
    }

    @Test
    void aNewNotifierHasTheLanguageOfThePage() {
        String selected = "document.getElementById('field-language').value === ";
        try (var chinese = Browser.chinese()) {
            chinese.open(site.page("notifiers")).await(selected + "'zh'");
            chinese.choose("language", "en");
            chinese.await(selected + "'en'");
        }
    }

    @Test
    void theWallFillsScreensAndItsWordsGrowWithThem() {
        for (int width : new int[] {1920, 3840}) {
            browser.on(width, width * 9 / 16, "dark").open(site.page("wall"));
            browser.await(HEADLINE + " === 'All 2 checks are up'");
            assertThat(browser.run("""
                    const { left, right } = document.getElementById('tiles').getBoundingClientRect();
                    const title = parseFloat(getComputedStyle(document.querySelector('.sense-title')).fontSize);
                    return [Math.round(innerWidth - right - left), title];""")).isEqualTo(List.of(0L, width == 1920 ? 32L : 48L));
        }
    }

    /// Returns the pixels between the button of the palette and the edge of the screen; 0 if the page has no
    /// button.
    private static final String SEARCH_GAP = """
            const { right, width } = document.getElementById('palette-open').getBoundingClientRect();
            return width === 0 ? 0 : Math.round(innerWidth - right);""";

    @Test
    void allPagesAreAccessibleAndFitAPhone() throws Exception {
        if (site.incident().isEmpty()) {
            site.shop.set(503);
            site.awaitShop("down");
        }
        String id = site.incident();
        var violations = new ArrayList<String>();
        for (String path : List.of(
                "",
                "wall",
                "new",
                "checks/shop",
                "checks/shp",
                "incidents/",
                "incidents/" + id,
                "notifiers",
                "maintenance")) {
            browser.on(390, 844, path.isEmpty() ? "dark" : "light");
            browser.open(site.page(path))
                    .await("document.querySelector('.sense-tile, #answers tr, #incidents li, #timeline li, #windows li,"
                            + " #notifiers li, #field-url, #back[href$=\"/sense/\"]')");
            for (Object each : Axe.violations(browser)) violations.add(path + ": " + each);
            assertThat(browser.run("return main.scrollWidth - main.clientWidth"))
                    .as(path)
                    .isEqualTo(0L);
            assertThat(browser.run(SEARCH_GAP)).as(path).isIn(0L, 12L);
            assertThat(browser.complaints()).as(path).isEmpty();
            assertThat(browser.run("return performance.getEntriesByType('navigation')[0].responseStatus"))
                    .as(path)
                    .isEqualTo(path.endsWith("shp") ? 404L : 200L);
        }
        browser.open(site.page("checks/shp")).await(HEADLINE + " === 'There is no check “shp”'");
        assertThat(violations).isEmpty();
    }

    /// An object that a page has requested, with its chart if it has one.
    private static final String IS_DRAWN = """
            document.querySelector('.sense-tile, #answers tr, #incidents li, #timeline li, #windows li, #notifiers li,'
                + ' #field-url, #disks tr, #back[href$="/sense/"]')
                && [...document.querySelectorAll('#chart, #use-chart')].every(each => each.querySelector('canvas'))""";

    /// On a phone and on a desk, each in a random language (`-Dsluice.seeds=`); in both languages where time
    /// permits.
    @Test
    void pagesAreSmallAndDoNotMoveWhileTheyLoad() throws Exception {
        if (site.incident().isEmpty()) {
            site.shop.set(503);
            site.awaitShop("down");
        }
        site.report(1, 10);
        site.report(2, 20); // A chart needs two samples.
        List<String> paths = List.of(
                "servers/srv",
                "",
                "wall",
                "new",
                "checks/shop",
                "incidents/",
                "incidents/" + site.incident(),
                "notifiers",
                "maintenance");
        boolean isChance = new Random(Long.getLong("sluice.seeds", System.nanoTime())).nextBoolean();
        boolean areAll = Boolean.getBoolean("sluice.long");
        try (var chinese = Browser.chinese()) {
            for (boolean isPhone : new boolean[] {true, false}) {
                for (Browser visitor :
                        areAll ? List.of(browser, chinese) : List.of(isPhone == isChance ? browser : chinese)) {
                    visitor.on(isPhone ? 390 : 1440, 900, "light");
                    for (String path : paths) {
                        String view = path + (isPhone ? " on a phone" : "") + (visitor == chinese ? " in Chinese" : "");
                        visitor.open("about:blank").open(site.page(path)).await(IS_DRAWN);
                        FirstView.of(visitor).assertSmall(view).assertStill(view);
                    }
                }
            }
        }
        site.removeServer();
    }
}
