package dev.sluice.demos.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Sluice;
import dev.sluice.demos.TestHub;
import dev.sluice.server.Await;
import dev.sluice.server.Browser;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The cards of the front page and their stages, in one browser and on one hub.
final class UsesPagesTest {
    private static Browser browser;
    private static Sluice hub;

    @BeforeAll
    static void start() {
        browser = Browser.english();
        hub = TestHub.inMemory().port(0);
        Gallery.on(hub);
        hub.start();
    }

    @AfterAll
    static void stop() {
        browser.close();
        hub.close();
    }

    /// Reads pixels, because a canvas has no other state.
    private static final String PAINTED = """
            [...document.querySelectorAll('%s canvas')].every(canvas => canvas.width > 0
                && canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(part => part > 0))
            """;

    @Test
    void allCardsMoveWithoutAClickAndStopWithTheirPage() {
        browser.open(hub.uri().resolve("/demos/"));
        browser.await("document.querySelectorAll('.use').length === 6");
        browser.await(
                "document.querySelectorAll('.use .headlines li').length > 1"); // Two headlines: the program continues.
        browser.await("Number.parseInt(document.querySelector('.use .job-state').textContent) > 1");
        browser.await("document.querySelectorAll('.use .log-lines p').length > 2");
        browser.await("document.querySelector('.use .tile-figure').textContent !== '–'");
        for (String card : new String[] {"quotes", "wall", "board"}) {
            browser.await(PAINTED.formatted("[data-use=" + card + "]"));
        }
        // A listener of the window would keep each view that a hidden page has left, with its data.
        browser.run("""
                const add = window.addEventListener;
                window.kept = 0;
                window.addEventListener = (type, ...more) => { kept += type === 'resize'; add.call(window, type, ...more); };
                for (const isHidden of [true, false]) {
                    Object.defineProperty(document, 'hidden', { configurable: true, get: () => isHidden });
                    document.dispatchEvent(new Event('visibilitychange'));
                }""");
        browser.await("document.querySelector('.use .tile-figure').textContent !== '–'");
        assertThat(browser.run("return kept")).isEqualTo(0L);
        assertThat(browser.complaints()).isEmpty();
        browser.open("about:blank");
        Await.that(Duration.ofMinutes(2), () -> hub.running() == 0, () -> hub.running() + " still run");
    }

    @Test
    void onlyTheReaderByHandLosesEventsWhenTheHubRestarts() {
        browser.open(hub.uri().resolve("/demos/news/"));
        browser.await("Number(document.querySelector('#client .received').textContent) > 3");
        browser.await("Number(document.querySelector('#hand .received').textContent) > 3");
        browser.find("[data-trouble=restart]").click();
        browser.await("Number(document.querySelector('#hand .lost').textContent) > 0");
        browser.await("document.querySelector('#client .lane-state').dataset.state === 'open'");
        browser.run("window.before = Number(document.querySelector('#client .received').textContent)");
        browser.await("Number(document.querySelector('#client .received').textContent) > before");
        assertThat(browser.texts("#client :is(.lost, .repeated)")).containsExactly("0", "0");
        assertThat(browser.complaints()).isEmpty();
    }
}
