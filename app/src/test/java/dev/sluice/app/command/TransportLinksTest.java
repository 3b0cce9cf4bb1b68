package dev.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Sluice;
import dev.sluice.demos.gallery.Gallery;
import dev.sluice.lab.Lab;
import dev.sluice.server.Browser;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The links of demos to the lab, which says why they have their transport.
@Timeout(120)
final class TransportLinksTest {
    private static void expectLink(Sluice hub, Browser browser, String page, String words, String query) {
        browser.open(hub.uri().resolve(page)).await("document.querySelector('a[data-lab][href]') !== null");
        assertThat(browser.texts("a[data-lab]")).as(page).containsExactly(words);
        assertThat(browser.run("return document.querySelector('a[data-lab]').href"))
                .as(page)
                .isEqualTo(hub.uri().resolve("/lab/" + query).toString());
    }

    @Test
    void demosSayWhyTheyHaveTheirTransport() {
        Sluice hub = Sluice.inMemory().port(0).withoutShutdownHook();
        Gallery.on(hub);
        Lab.on(hub, Optional::empty, InstantSource.system());
        try (hub;
                var english = Browser.english();
                var chinese = Browser.chinese()) {
            hub.start();
            expectLink(hub, english, "/demos/typewriter/", "Why this transport?", "#advice-title");
            expectLink(hub, english, "/demos/client/chat.html", "Why this transport?", "?direction=both#advice-title");
            expectLink(hub, english, "/demos/client/ticker.html", "Why this transport?", "#advice-title");
            expectLink(hub, chinese, "/demos/typewriter/", "为何用这种传输方式？", "#advice-title");

            // The link of the chat asks for clients that send, too, and shows the question to be answered.
            english.open(hub.uri().resolve("/demos/client/chat.html"))
                    .find("a[data-lab]")
                    .click();
            english.await("document.querySelector('#direction-shown').textContent === 'both ways'");
            assertThat(english.run("return location.hash")).isEqualTo("#advice-title");
            english.await("document.readyState === 'complete'");
            assertThat(english.run("const { top } = document.getElementById('advice-title').getBoundingClientRect();"
                            + "return top >= 0 && top < innerHeight"))
                    .as("the recommendation is in sight")
                    .isEqualTo(true);
        }
    }

    @Test
    void showNoLinkWhereThereIsNoLab() {
        Sluice hub = Sluice.inMemory().port(0).withoutShutdownHook();
        Gallery.on(hub);
        try (hub;
                var browser = Browser.english()) {
            hub.start();
            browser.open(hub.uri().resolve("/demos/client/ticker.html"))
                    .await("document.querySelectorAll('#rows li').length > 0");
            assertThat(browser.texts("a[data-lab]")).containsExactly("");
        }
    }
}
