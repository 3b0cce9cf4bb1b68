package dev.sluice.demos;

import dev.sluice.Sluice;
import dev.sluice.server.Browser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/// A browser that opens a demo's own page, or an independent page from a file or another server, which knows
/// only the demo's address. All these pages show received events in `#rows`.
record DemoBrowser(Browser browser, Path folder) {
    enum Page {
        OWN,
        FILE,
        OTHER_ORIGIN
    }

    /// Opens a page.
    ///
    /// @return closes the server if the page has one of another origin
    AutoCloseable open(Page page, RunningDemo served, String own, String article) throws IOException {
        if (page == Page.OWN) {
            browser.open(served.uri(own));
            return () -> {};
        }
        Path file = folder.resolve(article);
        Files.writeString(file, article(article, served.server().port()));
        if (page == Page.FILE) {
            browser.open(file.toUri());
            return () -> {};
        }
        Sluice other = TestHub.inMemory().port(0).files("/", folder).start();
        browser.open(other.uri().resolve("/" + article));
        return other;
    }

    static String article(String name, int port) throws IOException {
        try (InputStream in = DemoBrowser.class.getResourceAsStream("articles/" + name)) {
            String page = new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
            return page.replace("PORT", "" + port);
        }
    }

    void click(String id) {
        browser.find("#" + id).click();
    }

    /// Waits for any row with this text.
    void awaitRow(String text) {
        browser.await(
                "[...document.querySelector('#rows').children].some(row => row.innerText.includes(arguments[0]))",
                text);
    }

    /// Waits for this many rows with this text.
    void awaitRows(String text, int count) {
        browser.await(
                "[...document.querySelector('#rows').children].filter(row => row.innerText.includes(arguments[0])).length >= arguments[1]",
                text,
                count);
    }

    /// Waits until this element contains the text.
    void awaitText(String id, String text) {
        browser.await("document.getElementById(arguments[0]).innerText.includes(arguments[1])", id, text);
    }

    /// Returns the rows with this text, the newest first.
    List<String> rows(String text) {
        return browser.texts("#rows > *").stream()
                .filter(row -> row.contains(text))
                .toList();
    }
}
