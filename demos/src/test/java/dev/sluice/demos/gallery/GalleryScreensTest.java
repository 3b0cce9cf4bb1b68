package dev.sluice.demos.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Sluice;
import dev.sluice.server.Browser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Takes pictures of the gallery and of the typewriter, when `-Dsluice.screens=` names a folder into that; else
/// into `target/`, where somebody should look at them now and then.
final class GalleryScreensTest {
    @ParameterizedTest
    @CsvSource({
        "wide,   1280, 800, light, en",
        "wide,   1280, 800, dark,  zh",
        "narrow, 360,  740, light, zh",
        "narrow, 360,  740, dark,  en"
    })
    void pagesFitTheirScreens(String name, int width, int height, String scheme, String language) throws IOException {
        var hub = Sluice.inMemory().port(0);
        Gallery.on(hub);
        String rest = "-" + name + "-" + scheme + "-" + language + ".png";
        try (hub;
                var browser = language.equals("zh") ? Browser.chinese() : Browser.english()) {
            hub.start();
            browser.on(width, height, scheme);
            browser.open(hub.uri().resolve("/demos/#ticker"))
                    .await("document.querySelectorAll('.bytes .part').length > 4");
            check(browser, language, "demos" + rest);
            browser.find(".demo:not([hidden]) .sources a").click();
            browser.await("document.querySelector('#code .code-keyword')");
            browser.run("document.getElementById('source').scrollIntoView()");
            check(browser, language, "demos-source" + rest);
            browser.run("document.getElementById('comparison').scrollIntoView()");
            check(browser, language, "demos-comparison" + rest);

            browser.open(hub.uri().resolve("/demos/typewriter/")).find("#write").click();
            browser.await("[...document.querySelectorAll('.paper')].every(each => each.textContent.length > 300)");
            browser.find("#stop").click();
            browser.await(
                    "[...document.querySelectorAll('.columns .state')].every(each => each.dataset.state === 'ended')");
            check(browser, language, "typewriter" + rest);
        }
    }

    private static void check(Browser browser, String language, String picture) throws IOException {
        assertThat(browser.run("return document.documentElement.lang")).isEqualTo(language);
        assertThat(browser.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                .as("beyond the edge")
                .isEqualTo(0L);
        assertThat(browser.complaints()).isEmpty();
        Path folder = Path.of(System.getProperty("sluice.screens", "target/screens"));
        Files.createDirectories(folder);
        Files.write(folder.resolve(picture), browser.picture());
    }
}
