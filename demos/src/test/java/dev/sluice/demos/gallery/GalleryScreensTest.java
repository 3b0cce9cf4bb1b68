package dev.sluice.demos.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demos.TestHub;
import dev.sluice.server.Browser;
import dev.sluice.server.Screen;
import java.io.IOException;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The gallery and the typewriter on wide and narrow screens, in both languages, and their pictures ([Screen]).
@Execution(ExecutionMode.CONCURRENT)
final class GalleryScreensTest {
    @ParameterizedTest
    @MethodSource("dev.sluice.server.Screen#some")
    void pagesFitTheirScreens(Screen screen) throws IOException {
        var hub = TestHub.inMemory().port(0);
        Gallery.on(hub);
        try (hub;
                var browser = screen.open()) {
            hub.start();
            browser.open(hub.uri().resolve("/demos/#ticker"))
                    .await("document.querySelectorAll('.bytes .part').length > 4");
            check(browser, screen, "demos");
            browser.find(".demo:not([hidden]) .sources a").click();
            browser.await("document.querySelector('#code .code-keyword')");
            browser.run("document.getElementById('source').scrollIntoView()");
            check(browser, screen, "demos-source");
            browser.run("document.getElementById('comparison').scrollIntoView()");
            check(browser, screen, "demos-comparison");

            browser.open(hub.uri().resolve("/demos/typewriter/")).find("#write").click();
            browser.await("[...document.querySelectorAll('.paper')].every(each => each.textContent.length > 300)");
            browser.find("#stop").click();
            browser.await(
                    "[...document.querySelectorAll('.columns .live')].every(each => each.dataset.state === 'ended')");
            check(browser, screen, "typewriter");
        }
    }

    private static void check(Browser browser, Screen screen, String page) throws IOException {
        assertThat(browser.run("return document.documentElement.lang")).isEqualTo(screen.language());
        assertThat(browser.complaints()).isEmpty();
        screen.save(browser, page);
    }
}
