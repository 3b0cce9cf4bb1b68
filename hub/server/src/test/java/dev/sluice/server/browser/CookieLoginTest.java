package dev.sluice.server.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.delivery.stream.EndCode;
import dev.sluice.server.Await;
import dev.sluice.server.Browser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A page keeps its token in the cookie, for what can send no header; pages of other origins can't use it.
@ResourceLock(SecurePage.BROWSER)
final class CookieLoginTest {
    private static final String PRIVATE = "/channels/private";

    private final AppServer application = new AppServer();
    private final AppServer foreign = new AppServer();
    private final TokenHub hub = new TokenHub(application.origin());
    private final Browser browser = Browser.english();

    @AfterEach
    void close() {
        browser.close();
        hub.close();
        foreign.close();
        application.close();
    }

    private SecurePage ownPage() {
        return SecurePage.open(browser, hub.uri("/livez"));
    }

    private String login(SecurePage page, String user) {
        return page.fetch(
                hub.uri("/login"),
                "{ method: 'POST', headers: { Authorization: 'Bearer %s' } }".formatted(hub.token(user)));
    }

    /// The stream is refused, and the browser does not try again.
    private void assertRefused(SecurePage page) {
        assertThat(page.eventSource(hub.uri(PRIVATE)).await("closed").reports()).containsExactly("closed");
        assertThat(page.webSocket(hub.uri(PRIVATE)).await("closed").reports()).containsExactly("closed 1006 ");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void subscribesWithTheCookieUntilThePageLogsOut(boolean isOwnPage) {
        SecurePage page = isOwnPage ? ownPage() : SecurePage.open(browser, application.origin());
        assertRefused(page);
        assertThat(login(page, "alice")).isEqualTo("204");
        assertThat(browser.run("return document.cookie"))
                .as("scripts can't read it")
                .isEqualTo("");

        var eventSource = page.eventSource(hub.uri(PRIVATE)).await("open");
        var webSocket = page.webSocket(hub.uri(PRIVATE)).await("open");
        Await.that(() -> hub.readers() == 2);
        hub.publish("private", "for alice");
        eventSource.await("for alice");
        webSocket.await("for alice");

        assertThat(page.fetch(hub.uri("/login"), "{ method: 'DELETE' }")).isEqualTo("204");
        assertRefused(page);
    }

    @Test
    void opensTheHubsPageByTheCookie() {
        assertThat(login(ownPage(), "alice")).isEqualTo("204");
        browser.open(hub.uri(PRIVATE)).awaitState("open");
        hub.publish("private", "on the page");
        assertThat(browser.find("#events [data-id]").getText()).contains("on the page");

        SecurePage.open(browser, foreign.origin("localhost"));
        browser.run("location = arguments[0]", hub.uri(PRIVATE).toString());
        browser.awaitState("open"); // A link of another site opens the page as well, which changes nothing.

        assertThat(ownPage().fetch(hub.uri("/login"), "{ method: 'DELETE' }")).isEqualTo("204");
        browser.open(hub.uri(PRIVATE));
        assertThat(browser.find("body").getText()).contains("Log in to see this page.");
    }

    @Test
    void showsAVisitorThatTheOverviewIsRefusedAndLinksToTheLogin() {
        hub.publish("private", "for some");
        browser.open(hub.uri("/")).awaitState("failed");
        assertThat(browser.find("#refused").getText())
                .isEqualTo("You are not allowed to see the channels of this hub. Log in");
        assertThat(browser.find("#band").isDisplayed())
                .as("the reason, once more")
                .isFalse();
        assertThat(browser.find("#empty").isDisplayed()).as("an empty hub").isFalse();

        browser.run("document.querySelector('#refused a').click()");
        browser.await("document.getElementById('token-form') !== null && document.readyState === 'complete'");
        browser.find("#token").sendKeys(hub.token("alice"));
        browser.run("document.querySelector('#token-form button').click()");
        browser.await("document.querySelector('#rows .name')?.textContent === 'private'");
        browser.awaitState("open");
        assertThat(browser.find("#refused").isDisplayed()).isFalse();
    }

    /// 127.0.0.1 is the hub's site, so that the browser sends the cookie; localhost is another one.
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost"})
    void givesAForeignPageNoAccess(String host) {
        assertThat(login(ownPage(), "alice")).isEqualTo("204");

        SecurePage page = SecurePage.open(browser, foreign.origin(host));
        assertRefused(page);
        page.fetch(hub.uri(PRIVATE), "{ method: 'POST', body: 'by fetch', mode: 'no-cors' }");
        assertThat(page.fetch(hub.uri(PRIVATE + "?as=json"), "{}")).isEqualTo("TypeError");
        assertThat(login(page, "mallory")).isEqualTo("TypeError");
        assertThat(page.fetch(hub.uri("/login"), "{ method: 'DELETE' }")).isEqualTo("TypeError");
        submitForm();
        assertThat(hub.events("private")).contains("\"events\":[]");
        assertThat(hub.ended(EndCode.DISCONNECTED)).as("streams that were open").isZero();

        assertThat(ownPage().fetch(hub.uri(PRIVATE), "{ method: 'POST', body: 'still in' }"))
                .isEqualTo("201");
        assertThat(hub.events("private")).contains("\"from\":\"alice\"").doesNotContain("mallory");
    }

    private void submitForm() {
        browser.run("""
                const form = document.createElement('form');
                Object.assign(form, { method: 'POST', action: arguments[0], enctype: 'text/plain' });
                form.append(Object.assign(document.createElement('input'), { name: 'by', value: 'form' }));
                document.documentElement.append(form);
                form.submit();""", hub.uri(PRIVATE).toString());
        browser.await(
                "location.href === arguments[0] && document.body.innerText.includes('origin-refused')",
                hub.uri(PRIVATE).toString());
    }

    @Test
    void endsWithARevocationAndDoesNotComeBack() {
        SecurePage page = ownPage();
        assertThat(login(page, "alice")).isEqualTo("204");
        var eventSource = page.eventSource(hub.uri(PRIVATE)).await("open");
        var webSocket = page.webSocket(hub.uri(PRIVATE)).await("open");
        Await.that(() -> hub.readers() == 2);
        assertThat(hub.revoke("alice").body()).contains("\"ended\":2");

        // It comes back once, with the old cookie.
        var reports = eventSource.await("closed").reports();
        assertThat(reports).hasSize(4).endsWith("reconnecting", "closed");
        assertThat(reports.get(1)).startsWith("sluice.error ").contains("/problems/revoked");
        webSocket.await("closed 4401 What permitted this was revoked");
        assertThat(webSocket.reports().get(1)).contains("/problems/revoked");
        assertRefused(page);
        assertThat(hub.readers()).isZero();
    }
}
