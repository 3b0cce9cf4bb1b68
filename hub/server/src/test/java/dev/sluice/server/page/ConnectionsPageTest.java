package dev.sluice.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.Await;
import dev.sluice.server.Browser;
import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/// The page of the connections in a real browser, against the real server.
final class ConnectionsPageTest {
    private static Browser browser;
    private static TestServer server;

    @BeforeAll
    static void start() {
        browser = Browser.english();
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        List<String> complaints = browser.complaints();
        browser.close();
        server.close();
        assertThat(complaints).isEmpty();
    }

    private static RawClient follow(String channel, String as) {
        RawClient client = new RawClient(server).get("/channels/" + channel + "?as=" + as);
        client.until("\r\n\r\n");
        return client;
    }

    private static RawClient poll(String channel) {
        return new RawClient(server).get("/channels/" + channel + "?as=json&wait=60");
    }

    private static String rows() {
        return String.join("\n", browser.texts("#rows tr"));
    }

    @Test
    void showsWhoIsConnectedFollowsAClientAndEndsItInTwoSteps() {
        try (RawClient lines = follow("news", "ndjson");
                RawClient _ = follow("<b>sport", "sse");
                RawClient _ = poll("weather")) {
            Await.that(() -> server.server().hub().readers().readers() == 3);
            browser.open(server.uri("/connections")).awaitState("open");
            browser.await("document.querySelectorAll('#rows tr').length === 4"); // With the page's own.
            Await.that(() -> {
                server.pass(Duration.ofSeconds(1)); // Until the hub has taken its figures, and the page has them.
                return Boolean.TRUE.equals(
                        browser.run("return document.querySelector('#chart-canvas canvas') !== null"));
            });
            assertThat(browser.texts("#chart-lines li")).anyMatch(line -> line.matches("JSON lines\\s+1\\s*"));
            assertThat(rows()).contains("127.0.0.1", "JSON lines", "news", "<b>sport", "poll", "weather");
            assertThat(Axe.violations(browser)).isEmpty();

            browser.run("document.getElementById('by').value = 'channel'");
            browser.find("#filter").sendKeys("news");
            browser.await("document.querySelectorAll('#rows tr').length === 1");
            browser.run("document.querySelector('#rows .open').click()");
            browser.await("document.activeElement.id === 'detail-title'");
            browser.find("#detail-title").sendKeys(Keys.ESCAPE);
            browser.await("document.getElementById('detail').hidden && document.activeElement.matches('#rows .open')");
            browser.run("document.querySelector('#rows .open').click()");
            browser.await("!document.getElementById('detail').hidden");
            List<String> acts = browser.texts("#detail .acts button");
            assertThat(acts).containsExactly("Trace for 1 min", "End connection…", "End all of 127.0.0.1…");
            browser.run("document.querySelectorAll('#detail .acts button')[0].click()");
            browser.await("document.querySelector('#detail .steps') !== null");
            browser.run("document.querySelectorAll('#detail .acts button')[1].click()");
            browser.await("document.querySelector('#detail .step') !== null");
            assertThat(server.server().hub().readers().readers())
                    .as("the second step is missing")
                    .isEqualTo(4);
            assertThat(Axe.violations(browser)).isEmpty();
            browser.run("document.querySelector('#detail .danger').click()");
            lines.until("/problems/ended-by-operator");
            browser.await("document.querySelector('#ended li').textContent.includes('ended by an operator')");
            browser.await("document.querySelector('#detail .steps').textContent.includes('ended by an operator')");
            browser.run("location.reload()"); // The filter is in the address.
            browser.await("document.getElementById('none')?.textContent === 'No connection matches “news”.'");
        }
    }

    @Test
    void foldsEqualClientsNamesTheirProgramsAndKeepsTheChoiceInTheAddress() {
        String agent = "User-Agent: mobile-app/3.1 (Android 16)";
        try (RawClient one = new RawClient(server).get("/channels/orders?as=sse", agent);
                RawClient other = new RawClient(server).get("/channels/orders?as=sse", agent);
                RawClient third = new RawClient(server).get("/channels/orders?as=sse", agent);
                RawClient poll =
                        new RawClient(server).get("/channels/orders?as=json&wait=60", "User-Agent: curl/8.5.0")) {
            for (RawClient each : List.of(one, other, third)) each.until("\r\n\r\n");
            Await.that(() -> server.server().hub().readers().readers() >= 4);
            browser.open(server.uri("/connections")).awaitState("open");
            browser.await("document.querySelectorAll('#rows tr').length === 3"); // With the page's own.
            assertThat(rows())
                    .contains("3 × mobile-app/3.1", "curl/8.5.0", "page of this hub", "Chrome "); // A session.
            browser.await("document.getElementById('count-connections').textContent === '5'");
            assertThat(Axe.violations(browser)).isEmpty();
            browser.run("document.querySelector('#rows [aria-expanded]').click()");
            browser.await("document.querySelectorAll('#rows .inner').length === 3");
            browser.run("document.querySelectorAll('#rows .inner .open')[1].click()");
            browser.await("/id=\\d+/.test(location.hash)");
            browser.run("location.reload()");
            browser.await("document.getElementById('detail-title')?.textContent === 'mobile-app/3.1'");
            assertThat(browser.texts("#detail dd")).contains("mobile-app/3.1", "127.0.0.1");
            assertThat(poll).isNotNull();
        }
    }
}
