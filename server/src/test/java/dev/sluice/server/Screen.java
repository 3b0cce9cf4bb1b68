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

    private static Stream<Screen> with(String scheme, String wide, String narrow) {
        return Stream.of(new Screen("wide", 1280, 800, scheme, wide), new Screen("narrow", 360, 740, scheme, narrow));
    }

    /// A wide and a narrow screen, each in its language, light or dark by chance (`-Dsluice.seeds=`): each page takes
    /// seconds. Both where pictures are wanted or time does not matter.
    public static Stream<Screen> some() {
        boolean all = FOLDER != null || Boolean.getBoolean("sluice.long");
        boolean isLight = new Random(Long.getLong("sluice.seeds", System.nanoTime())).nextBoolean();
        Stream<Screen> light = all || isLight ? with("light", "en", "zh") : Stream.empty();
        Stream<Screen> dark = all || !isLight ? with("dark", "zh", "en") : Stream.empty();
        return Stream.concat(light, dark);
    }

    /// Starts a browser with this screen.
    public Browser open() {
        Browser browser = language.equals("zh") ? Browser.chinese() : Browser.english();
        return browser.on(width, height, scheme);
    }

    /// Checks that the page does not reach beyond the edge, and saves its picture.
    public void save(Browser browser, String page) throws IOException {
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
