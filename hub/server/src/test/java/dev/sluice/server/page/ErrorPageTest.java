package dev.sluice.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.Await;
import dev.sluice.server.Browser;
import dev.sluice.server.TestServer;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Refusals that people meet are pages; programs get problem details.
final class ErrorPageTest {
    private static final String BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    @AutoClose
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    @ParameterizedTest
    @CsvSource({
        "/nothing,                404, There is nothing at",
        "/channels/a//b,          400, empty segment",
        "/channels/,              400, empty",
        "/channels?name=,         400, empty",
        "/channels/orders?last=-1, 400, last",
        "/page/none.js,           404, The pages have no file of this name",
    })
    void explainsARefusalAsAPageAndAsJson(String path, int status, String detail) {
        var page = server.get(path, "Accept", BROWSER);
        assertThat(page.statusCode()).isEqualTo(status);
        assertThat(header(page, "Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(header(page, "Content-Security-Policy")).isEqualTo(Pages.POLICY);
        assertThat(header(page, "Cache-Control")).isEqualTo("no-store");
        assertThat(page.body()).contains("class=\"side\"", "id=\"to-channel\"").containsIgnoringCase(detail);
        var problem = server.get(path, "Accept", "*/*");
        assertThat(problem.statusCode()).isEqualTo(status);
        assertThat(header(problem, "Content-Type")).isEqualTo("application/problem+json");
    }

    @Test
    void staysSmallForAPathOfSlashes() {
        assertThat(server.get("/".repeat(16_000), "Accept", BROWSER).body())
                .contains("class=\"side\"")
                .hasSizeLessThan(64 << 10);
    }

    @Test
    void usesTheReadersLanguageAndEscapesTheRequest() {
        var page = server.get("/%3Cscript%3E", "Accept", BROWSER, "Accept-Language", "zh");
        assertThat(page.body()).contains("<h2>这里什么也没有</h2>").doesNotContain("<script>", "{{");
    }

    @Test
    void showsTheApiAndAnAnswerOfTheHub() {
        server.publish("orders", "x");
        try (Browser browser = Browser.english()) {
            browser.on(390, 844, "light")
                    .open(server.uri("/openapi"))
                    .await("document.querySelectorAll('#operations a').length > 10");
            browser.find("#run").click();
            browser.await("document.getElementById('answer').textContent.includes('\"name\": \"orders\"')");
            assertThat(browser.texts("#answer-status")).containsExactly("200 · application/json");
            browser.find("#tab-cli").click();
            assertThat(browser.texts("#command").getFirst()).startsWith("sluice channels --url http://");
            assertThat(Axe.violations(browser)).isEmpty();

            browser.run("AbortSignal.timeout = () => (window.over = new AbortController()).signal;"
                    + "document.querySelector('[href$=\"subscribe\"]').click()");
            browser.await("document.querySelector('#operation input[aria-label=wait]') !== null");
            browser.find("#operation input[aria-label=name]").sendKeys("/silent");
            browser.find("#operation input[aria-label=wait]").sendKeys("60");
            browser.find("#run").click();
            Await.that(() -> server.server().hub().readers().readers() == 1);
            browser.run("over.abort()");
            browser.await("document.getElementById('answer-status').textContent === 'No answer within five seconds.'");
            browser.find("#run").click();
            Await.that(() -> server.server().hub().readers().readers() == 1);
            browser.run("document.querySelector('#operations a').click()");
            // Nobody waits for the answer, so it cannot be shown under another operation.
            Await.that(() -> server.server().hub().readers().readers() == 0);
            assertThat(browser.run("return document.getElementById('answer-card').hidden"))
                    .isEqualTo(true);
        }
    }

    @Test
    void showsTracesAsAPage() {
        String id = server.post("/traces?channel=traced", "")
                .headers()
                .firstValue("Location")
                .orElseThrow();
        String published = server.post("/channels/traced", "x").body();
        try (Browser browser = Browser.english()) {
            browser.open(server.uri("/traces")).await("document.querySelector('#found a') !== null");
            assertThat(browser.texts("#traces a").getFirst()).startsWith("traced");
            assertThat(published).contains("\"" + browser.texts("#found a").getFirst() + "\"");
            assertThat(Axe.violations(browser)).isEmpty();
            browser.open(server.uri(id)).await("document.querySelector('#found a') !== null");
            browser.open(server.uri("/traces/0"))
                    .await("document.getElementById('none').textContent.includes('There is no such trace')");
        }
        assertThat(header(server.get(id, "Accept", "*/*"), "Content-Type")).isEqualTo("application/json");
    }

    @Test
    void namesTheNearestChannels() {
        server.publish("orders", "x");
        server.publish("weather", "x");
        try (Browser browser = Browser.english()) {
            browser.open(server.uri("/channels/ordrs//")).await("document.querySelector('#near-names a') !== null");
            assertThat(browser.texts("#near-names a")).containsExactly("orders");
            assertThat(Axe.violations(browser)).isEmpty();
            browser.find("#near-names a").click();
            browser.await("document.querySelector('[data-id] .text')?.textContent === 'x'");
        }
    }
}
