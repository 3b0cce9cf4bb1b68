package dev.sluice.server.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.Await;
import dev.sluice.server.Browser;
import dev.sluice.server.TestServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/// How many streams a page can have of one hub.
@ResourceLock(SecurePage.BROWSER)
final class StreamsPerOriginTest {
    private static final List<String> EVENTS = List.of("1", "2", "3", "4", "5");

    private static List<SecurePage.Source> follow(SecurePage page, Object address, int count) {
        List<SecurePage.Source> all = new ArrayList<>();
        for (int i = 0; i < count; i++) all.add(page.eventSource(address));
        return all;
    }

    private static void assertAllReceived(List<SecurePage.Source> sources) {
        for (SecurePage.Source each : sources) {
            each.await("5");
            assertThat(each.reports()).containsExactly("open", "1", "2", "3", "4", "5");
        }
    }

    @Test
    void fortyAreLiveOnOneConnectionOverHttp2() {
        try (TokenHub hub = new TokenHub();
                Browser browser = Browser.english()) {
            SecurePage page = SecurePage.open(browser, hub.uri("/livez"));
            var sources = follow(page, hub.uri("/channels/public"), 40);
            for (SecurePage.Source each : sources) each.await("open");
            Await.that(() -> hub.readers() == 40);
            for (String each : EVENTS) hub.publish("public", each);
            assertAllReceived(sources);
            assertThat(hub.connections()).isEqualTo(1);
        }
    }

    @Test
    void theSeventhWaitsOverHttp11() {
        try (TestServer hub = TestServer.start();
                Browser browser = Browser.english()) {
            SecurePage page = SecurePage.open(browser, hub.uri("/livez"));
            var sources = follow(page, hub.uri("/channels/public"), 6);
            for (SecurePage.Source each : sources) each.await("open");
            Await.that(() -> hub.server().hub().readers().readers() == 6);
            SecurePage.Source seventh = page.eventSource(hub.uri("/channels/public"));
            for (String each : EVENTS) hub.publish("public", each);
            assertAllReceived(sources);
            assertThat(seventh.reports()).isEmpty();
            assertThat(hub.server().connections()).isEqualTo(6);

            sources.getFirst().close();
            seventh.await("open");
            hub.publish("public", "6");
            assertThat(seventh.await("6").reports()).containsExactly("open", "6");
        }
    }
}
