package dev.sluice.lab.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Sluice;
import dev.sluice.lab.Lab;
import dev.sluice.server.Browser;
import dev.sluice.server.page.Axe;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The page in Chromium, with a lab hub of its own and without a certificate.
@Timeout(300)
class LabPageTest {
    private Sluice hub;
    private Browser browser;

    @BeforeEach
    void open() {
        hub = Sluice.inMemory().port(0).withoutShutdownHook();
        Lab.on(hub, Optional::empty);
        hub.start();
        browser = Browser.english().on(1440, 1000, "light");
    }

    @AfterEach
    void close() {
        browser.close();
        hub.close();
    }

    @Test
    void racesAllLanesThatCanRunAndShowsASeventhClientWaiting() {
        browser.open(hub.uri() + "/lab/?mode=race&rate=20&clients=1&interval=200");
        browser.run("document.querySelector('#start').click()");
        for (String lane : new String[] {"polling", "long-polling", "sse", "fetch-lines", "fetch-text", "websocket"}) {
            browser.await("document.querySelector('#lane-" + lane + " .figures').textContent.match(/^[\\d.]+ ms/)");
        }
        assertThat(browser.texts("#lane-sse-http2 .why"))
                .containsExactly("Needs HTTPS: this hub has no certificate for it.");
        browser.run("document.querySelector('#lane-sse [data-kind=tabs]').click()");
        browser.await("document.querySelector('#here-connections').textContent === "
                + "'6 connections for 7 clients: 1 wait.'");
        browser.run("document.querySelector('#end').click()");
        browser.await("!document.querySelector('#start').disabled");
        assertThat(browser.complaints()).isEmpty();
        assertThat(Axe.violations(browser)).isEmpty();
    }

    @Test
    void measuresOneLaneAfterTheOtherAndRecommendsOne() {
        browser.open(
                hub.uri() + "/lab/?mode=measure&rate=20&clients=1&interval=200&seconds=1&lanes=polling,sse,websocket");
        browser.run("document.querySelector('#start').click()");
        browser.await("document.querySelector('#said').textContent === 'Measured.'");
        assertThat(browser.texts("#results tr")).hasSize(3);
        assertThat(browser.run("return [...document.querySelectorAll('#results tr')].every(row => "
                        + "Number(row.cells[4].textContent) >= 100 && row.cells[8].textContent === '0')"))
                .as("each lane has a hundred bytes and more for each event, and loses none")
                .isEqualTo(true);
        browser.await("document.querySelector('#advice').textContent.startsWith('SSE, HTTP/1.1: ')");
        browser.run("document.querySelector('#need input[value=BUFFERING_PROXY]').click()");
        browser.await("document.querySelector('#advice').textContent.startsWith('WebSocket: ')");
    }

    @Test
    void letsNoPageOfAnotherSiteStartIt() throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create(hub.uri() + "/lab/open"))
                    .header("Sec-Fetch-Site", "cross-site")
                    .build();
            assertThat(client.send(request, BodyHandlers.ofString()).statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void showsItselfInChinese() {
        try (var chinese = Browser.chinese().on(390, 844, "dark")) {
            chinese.open(hub.uri() + "/lab/");
            chinese.await("document.querySelector('#start').textContent === '开始'");
            assertThat(chinese.run("return document.documentElement.scrollWidth <= innerWidth"))
                    .isEqualTo(true);
            assertThat(Axe.violations(chinese)).isEmpty();
            assertThat(chinese.complaints()).isEmpty();
        }
    }
}
