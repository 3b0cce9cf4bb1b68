package dev.sluice.app.live;

import dev.sluice.server.Browser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Screenshots of the hub's pages during activity, in `target/screens`. `docs/screens` has some that were reviewed.
final class Screens {
    private Screens() {}

    static void take(RunningHub hub, String selection) throws IOException {
        Path folder = Files.createDirectories(Path.of("target", "screens"));
        try (var browser = Browser.english()) {
            take(browser.on(1280, 800, "light"), hub, selection, folder, "wide-light");
            take(browser.on(360, 740, "dark"), hub, selection, folder, "narrow-dark");
        }
    }

    private static void take(Browser browser, RunningHub hub, String selection, Path folder, String look)
            throws IOException {
        browser.open(hub.uri("/"))
                .awaitState("open")
                .await("/live.*vmstat/s.test(document.querySelector('#rows').textContent)");
        Files.write(folder.resolve("live-index-" + look + ".png"), browser.picture());
        browser.open(hub.uri("/channels/" + selection + "?last=30"))
                .awaitState("open")
                .await("document.querySelectorAll('[data-id]').length > 10");
        Files.write(folder.resolve("live-channel-" + look + ".png"), browser.picture());
    }
}
