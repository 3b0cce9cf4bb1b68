package dev.sluice.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.Browser;
import dev.sluice.server.TestServer;
import org.junit.jupiter.api.Test;

/// Tests that a page of another site can't act for the user; Chromium states each request's origin.
final class ForeignPageTest {
    private static final String JOIN = "/channels/chat?as=json&wait=1&join=true&client=evil";

    @Test
    void aPageOfAnotherSiteCannotJoin() {
        try (var hub = TestServer.start();
                var page = new PageServer();
                var browser = Browser.english()) {
            browser.open(page.uri());
            // 127.0.0.1 is the page's site on another port, localhost is another site.
            for (String name : new String[] {"127.0.0.1", "localhost"}) {
                String join = at(hub, name, JOIN);
                browser.runAsync(
                        "const image = new Image(); image.onerror = () => arguments[1](); image.src = arguments[0];",
                        join);
                browser.runAsync("fetch(arguments[0], { mode: 'no-cors' }).finally(arguments[1]);", join);
            }
            // A member would stay listed for its grace period, as the hub's clock stands still here.
            assertThat(hub.get("/presence/chat").body()).contains("\"members\":[]");

            browser.run("location = arguments[0];", at(hub, "localhost", "/channels/chat"));
            browser.awaitState("open"); // Following a link to the hub's page is allowed.
        }
    }

    private static String at(TestServer hub, String name, String path) {
        return hub.uri(path).toString().replace("127.0.0.1", name);
    }
}
