package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;

/// A visitor's screen: its size, preferred colours and language. With `-Dsluice.screens=` the pictures of pages are
/// written to that folder (`docs/screens/`), else to `target/`, for review by hand.
public record Screen(String name, int width, int height, String scheme, String language) {
    private static final String FOLDER = System.getProperty("sluice.screens");

    private static final boolean ARE_ALL_WANTED = FOLDER != null || Boolean.getBoolean("sluice.long");

    private static final Random CHANCE = new Random(Long.getLong("sluice.seeds", System.nanoTime()));
    private static final boolean IS_LIGHT = CHANCE.nextBoolean();
    private static final boolean IS_WIDE_FIRST = CHANCE.nextBoolean();

    private static Stream<Screen> with(String scheme, String wide, String narrow) {
        return Stream.of(new Screen("wide", 1280, 800, scheme, wide), new Screen("narrow", 360, 740, scheme, narrow));
    }

    /// A wide and a narrow screen, each in its language, light or dark by chance (`-Dsluice.seeds=`): each page takes
    /// seconds. Both where pictures are wanted or time does not matter.
    public static Stream<Screen> some() {
        Stream<Screen> light = ARE_ALL_WANTED || IS_LIGHT ? with("light", "en", "zh") : Stream.empty();
        Stream<Screen> dark = ARE_ALL_WANTED || !IS_LIGHT ? with("dark", "zh", "en") : Stream.empty();
        return Stream.concat(light, dark);
    }

    /// Returns true if this screen shows the page of this number: the wide and the narrow one take turns, and chance
    /// says which begins. All of them where pictures are wanted or time does not matter.
    public boolean shows(int page) {
        return ARE_ALL_WANTED || (page % 2 == 0) == (width > 1000 == IS_WIDE_FIRST);
    }

    /// Starts a browser with this screen.
    public Browser open() {
        Browser browser = language.equals("zh") ? Browser.chinese() : Browser.english();
        return browser.on(width, height, scheme);
    }

    /// Checks that the page does not reach beyond the edge and that its breadcrumb begins with a name, and saves its
    /// picture.
    public void save(Browser browser, String page) throws IOException {
        assertThat(browser.run("return document.querySelector('h1')?.innerText.trim() ?? 'none'"))
                .as(page)
                .asString()
                .isNotEmpty()
                .doesNotStartWith("/");
        assertThat(browser.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                .as("beyond the edge")
                .isEqualTo(0L);
        Path folder = Path.of(FOLDER == null ? "target/screens" : FOLDER);
        Files.createDirectories(folder);
        Files.write(folder.resolve(page + "-" + this + ".png"), browser.picture());
    }

    @Override
    public String toString() {
        return name + "-" + scheme + "-" + language;
    }
}
