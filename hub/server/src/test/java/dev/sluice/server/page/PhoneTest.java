package dev.sluice.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.Browser;
import dev.sluice.server.TestServer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/// The pages on a phone, in the hand: what can be touched.
final class PhoneTest {
    /// The controls of the navigation that are shown: cut, too small, or with something else above them.
    private static final String FAULTS = """
            return [...document.querySelectorAll('.side :is(a.to, button, select)')].filter(each => each.checkVisibility()).flatMap(each => {
                const { left, top, width, height, right, bottom } = each.getBoundingClientRect();
                const word = each.querySelector('.word');
                const name = each.textContent.trim().slice(0, 20);
                const faults = [];
                if (!each.contains(document.elementFromPoint(left + width / 2, top + height / 2))) faults.push(name + ' is covered');
                if (word && word.scrollWidth > word.clientWidth + 1) faults.push(name + ' is cut');
                if (height < 28 || left < 0 || right > innerWidth || top < 0 || bottom > innerHeight) faults.push(name + ' is no target');
                return faults;
            });""";

    /// The name of each channel in the list, as wide as what is left beside the figures.
    @Test
    void theListOfChannelsHasRoomForNames() {
        try (var server = TestServer.start();
                Browser browser = Browser.english()) {
            for (int i = 0; i < 12; i++) server.publish("sensors/" + i, "x");
            browser.on(390, 844, "light").open(server.uri("/")).await("document.querySelector('#rows .rest') !== null");
            assertThat((Double) browser.run(
                            "return document.querySelector('#rows th').getBoundingClientRect().width + 0.5"))
                    .isGreaterThan(180);
        }
    }

    @Test
    void theParametersOfAnOperationAreAsWideAsTheirTable() {
        try (var server = TestServer.start();
                Browser browser = Browser.english()) {
            browser.on(390, 844, "light")
                    .open(server.uri("/openapi"))
                    .await("document.querySelectorAll('#operation .parameters tr').length > 1");
            assertThat(
                            browser.run(
                                    "return [...document.querySelectorAll('#operation .parameters tr')].every(each => each.offsetWidth === each.closest('table').offsetWidth)"))
                    .isEqualTo(true);
        }
    }

    @Test
    void theLastSegmentOfAChannelAndTheTabsOfItsEventStayInSight() {
        try (var server = TestServer.start();
                Browser browser = Browser.english()) {
            String name = "tenants/acme-corporation/production-cluster-west/pipelines/builds";
            String id = server.publish(name, "x").text();
            for (int width : List.of(390, 1440)) {
                browser.on(width, 844, "light")
                        .open(server.uri("/channels/" + name + "#event=" + id))
                        .await("document.querySelector('#detail [role=tab]') !== null");
                assertThat(browser.run("""
                                const last = document.querySelector('h1').lastElementChild;
                                const { right } = document.querySelector('h1').getBoundingClientRect();
                                const lines = [...document.querySelectorAll('#detail [role=tab], #detail header button')].map(each => each.getClientRects()[0].height);
                                const middles = [...document.querySelectorAll('#detail header > span > *')].map(each => each.getBoundingClientRect()).map(({ top, bottom }) => (top + bottom) / 2);
                                return last.scrollWidth <= last.clientWidth && last.getBoundingClientRect().right <= right + 1 && Math.max(...lines) < 40
                                    && Math.max(...middles) - Math.min(...middles) < 8;"""))
                        .as(width + ": " + browser.run("return document.querySelector('h1').innerText"))
                        .isEqualTo(true);
            }
        }
    }

    @Test
    void theNavigationHasWholeWordsAndItsSheetLiesAboveThePage() {
        try (var server = TestServer.start();
                Browser english = Browser.english();
                Browser chinese = Browser.chinese()) {
            for (int i = 0; i < 40; i++) server.publish("sensors/" + i, "x");
            for (Browser browser : List.of(english, chinese)) {
                browser.on(390, 844, "light");
                for (String path : List.of("/", "/channels/sensors/1")) {
                    browser.open(server.uri(path)).awaitState("open");
                    Object main = browser.run("return document.getElementById('main').clientHeight");
                    assertThat((List<?>) browser.run(FAULTS)).as(path).isEmpty();
                    // A program's page would be the fifth.
                    assertThat(
                                    (Long)
                                            browser.run(
                                                    "return [...document.querySelectorAll('.side .to')].filter(each => each.checkVisibility()).length"))
                            .isEqualTo(4);
                    assertThat(
                                    (Double)
                                            browser.run(
                                                    "return ((tiles) => (tiles.at(-1)?.bottom ?? 0) - (tiles[0]?.top ?? 0) + 0.5)([...document.querySelectorAll('.tile')].map(each => each.getBoundingClientRect()))"))
                            .isLessThan(201);
                    browser.find("#more-pages").click();
                    browser.await("document.getElementById('language').checkVisibility()");
                    assertThat((List<?>) browser.run(FAULTS))
                            .as(path + " opened")
                            .isEmpty();
                    assertThat((Long) browser.run("return document.querySelectorAll('.side a.to').length"))
                            .as("everything is offered")
                            .isEqualTo(
                                    browser.run(
                                            "return [...document.querySelectorAll('.side a.to')].filter(each => each.checkVisibility()).length"));
                    assertThat(browser.run("return document.getElementById('main').clientHeight"))
                            .as("the page stays")
                            .isEqualTo(main);
                    assertThat(Axe.violations(browser)).isEmpty();
                    browser.find("#more-pages").sendKeys(Keys.ESCAPE);
                    assertThat(browser.run("return document.activeElement.id")).isEqualTo("more-pages");
                    assertThat(browser.find("#language").isDisplayed()).isFalse();
                }
            }
        }
    }
}
