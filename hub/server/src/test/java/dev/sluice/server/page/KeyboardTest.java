package dev.sluice.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.Browser;
import dev.sluice.server.TestServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/// All pages of the hub by keyboard alone, as they are and at twice their size.
final class KeyboardTest {
    private static final List<String> PATHS =
            List.of("/", "/channels", "/channels/news", "/channels/**", "/connections", "/settings", "/nothing");

    /// Presses of Tab for all controls of a page.
    private static final int CONTROLS_MAX = 70;

    /// Records each element that gets the focus: its name, and its faults.
    private static final String WATCH = """
            window.reached = [];
            document.addEventListener('focusin', ({ target }) => {
                const name = target.id || target.className || target.textContent.trim() || target.tagName;
                const isRinged = (each) => getComputedStyle(each).outlineStyle !== 'none';
                const { left, right, top, bottom, width, height } = target.getBoundingClientRect();
                const faults = [];
                if (target.matches('main')) faults.push('is no control');
                if (![target, target.closest('.card') ?? target].some(isRinged)) faults.push('shows no focus');
                if (width < 2 || height < 2) faults.push('has no size');
                if (left < -1 || right > innerWidth + 1) faults.push(`is cut: ${left} to ${right} of ${innerWidth}`);
                if (bottom <= 0 || top >= innerHeight) faults.push(`is out of sight: ${top} to ${bottom} of ${innerHeight}`);
                reached.push({ name, faults: faults.join(', ') });
            });
            """;

    @Test
    void everyControlTakesAndReleasesTheFocusVisiblyAlsoAtTwiceTheSize() {
        try (var server = TestServer.start();
                Browser browser = Browser.english()) {
            for (int i = 0; i < 3; i++) server.publish("news", "headline " + i);
            // Twice the size on the same screen is a viewport of half the size, with half the pixels.
            for (int[] size : List.of(new int[] {1440, 900}, new int[] {720, 450})) {
                browser.on(size[0], size[1], "light");
                for (String path : PATHS) {
                    browser.open("about:blank").open(server.uri(path));
                    browser.await("document.readyState === 'complete' && document.querySelector('h1') !== null");
                    browser.await("!(document.getElementById('state')?.dataset.state === 'connecting')");
                    assertReachable(browser, path + " at " + size[0]);
                }
            }
        }
    }

    @SuppressWarnings("unchecked") // Objects of strings in JavaScript.
    private static void assertReachable(Browser browser, String page) {
        browser.run(WATCH);
        browser.find("body").sendKeys(Keys.TAB.toString().repeat(CONTROLS_MAX));
        var reached = (List<Map<String, String>>) browser.run("return window.reached");
        List<String> names = reached.stream().map(each -> each.get("name")).toList();
        assertThat(names.getFirst()).as(page).isEqualTo("skip");
        assertThat(names.subList(1, names.size()))
                .as(page + ": the focus goes around")
                .contains("skip");
        assertThat(reached.stream()
                        .filter(each -> !each.get("faults").isEmpty())
                        .distinct())
                .as(page)
                .isEmpty();
        assertThat(browser.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                .as(page + ": beyond the edge")
                .isEqualTo(0L);
    }

    @Test
    void escapeClearsASearchFieldAndLeavesAnEmptyOne() {
        try (var server = TestServer.start();
                Browser browser = Browser.english()) {
            server.publish("news", "headline");
            for (String path : List.of("/", "/channels/news", "/connections")) {
                browser.open(server.uri(path)).awaitState("open");
                browser.find("#filter").sendKeys("odd");
                awaitPlaced(browser, path, true);
                browser.find("#filter").sendKeys(Keys.ESCAPE);
                awaitPlaced(browser, path, false);
                assertThat(browser.find("#filter").getAttribute("value"))
                        .as(path)
                        .isEmpty();
                browser.find("#filter").sendKeys(Keys.ESCAPE);
                assertThat(browser.run("return document.activeElement.id"))
                        .as(path)
                        .isNotEqualTo("filter");
            }
        }
    }

    /// Waits until the address has the filter, or no longer has it. No change of the document tells so.
    private static void awaitPlaced(Browser browser, String path, boolean isPlaced) {
        browser.runAsync("""
                const [isPlaced, done] = arguments;
                const look = () => (location.hash.includes('odd') === isPlaced ? done() : setTimeout(look, 20));
                look();
                """, isPlaced);
        assertThat(((String) browser.run("return location.hash")).contains("odd"))
                .as(path)
                .isEqualTo(isPlaced);
    }

    @Test
    void aDrawerReturnsTheFocus() {
        try (var server = TestServer.start();
                Browser browser = Browser.english()) {
            server.publish("news", "headline");
            browser.open(server.uri("/channels/news")).awaitState("open");
            browser.find("body").sendKeys("p");
            browser.await("!document.getElementById('publish-drawer').hidden");
            browser.await("document.activeElement.name === 'data'");
            browser.find("#publish [name=data]").sendKeys(Keys.ESCAPE);
            browser.await("document.getElementById('publish-drawer').hidden");
            browser.find("#" + browser.run("return document.activeElement.id")).sendKeys(" ");
            browser.await("document.getElementById('pause').ariaPressed === 'true'");
            assertThat(browser.find("#publish-drawer").isDisplayed()).isFalse();
            browser.find("#publish-open").sendKeys(Keys.ENTER);
            browser.await("document.activeElement.name === 'data'");
            browser.find("#publish [name=data]").sendKeys(Keys.ESCAPE);
            browser.await("document.activeElement.id === 'publish-open'");
        }
    }

    @Test
    void dialogsOpenByKeyTrapTheFocusAndReturnIt() {
        try (var server = TestServer.start();
                Browser browser = Browser.english()) {
            browser.on(1440, 900, "light").open(server.uri("/connections")).awaitState("open");
            browser.run("document.getElementById('filter').focus()");
            browser.find("#filter").sendKeys(Keys.ESCAPE);
            browser.run("document.getElementById('pause').focus()");
            for (var dialog : Map.of("shortcuts", "?", "palette", Keys.chord(Keys.CONTROL, "k"))
                    .entrySet()) {
                browser.find("#pause").sendKeys(dialog.getValue());
                browser.await("document.getElementById(arguments[0]).open", dialog.getKey());
                browser.await(
                        "document.getElementById(arguments[0]).contains(document.activeElement)", dialog.getKey());
                assertThat(Axe.violations(browser)).as(dialog.getKey()).isEmpty();
                browser.find("#" + dialog.getKey() + " :is(input, button)").sendKeys(Keys.ESCAPE);
                browser.await("!document.getElementById(arguments[0]).open", dialog.getKey());
                assertThat(browser.run("return document.activeElement.id"))
                        .as(dialog.getKey())
                        .isEqualTo("pause");
            }
        }
    }
}
