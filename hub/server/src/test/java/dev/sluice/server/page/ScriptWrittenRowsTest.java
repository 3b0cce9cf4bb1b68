package dev.sluice.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventFields;
import dev.sluice.server.Browser;
import dev.sluice.server.TestServer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Rendering of untrusted text by the script.
final class ScriptWrittenRowsTest {
    private final TestServer server = TestServer.start();
    private final Browser browser = Browser.english();

    @AfterEach
    void stop() {
        var complaints = browser.complaints();
        browser.close();
        server.close();
        assertThat(complaints).isEmpty();
    }

    private Browser open(String path) {
        return browser.open(server.uri(path)).awaitState("open");
    }

    @Test
    void neverRendersUntrustedTextAsMarkup() {
        String hostile = "<img src=x onerror=\"document.title='caught'\"><script>document.title='caught'</script>";
        var channel = new ChannelName("hostile/<script>document.title='caught'<$script>");
        server.publish(
                Draft.event(channel, "<b>", EventFields.ofKey("<i>").with("from", "<u>"), TestServer.text(hostile)));
        open("/channels/hostile/*").await("document.querySelectorAll('[data-id]').length === 1");
        assertThat(browser.texts("#events :is(img, script, b, i, u), h1 script"))
                .isEmpty();
        assertThat(browser.find("[data-id] .text").getText()).isEqualTo(hostile);
        assertThat(browser.find("[data-id] .name").getText()).isEqualTo(channel.value());
        browser.find("[data-id] .name").click();
        browser.await("document.querySelector('[data-id] .text')?.textContent === arguments[0]", hostile);
        assertThat(browser.find("h1").getText().replaceAll("\\s*/\\s*", "/")).isEqualTo("Channels/" + channel.value());
        assertThat(browser.run("return document.title")).isEqualTo(channel.value() + " · Sluice");
    }

    @Test
    void showsJsonExactlyAndBinaryByItsSize() {
        String json = "{\"big\": 12345678901234567890, \"money\": 1.50, \"list\": [1]}";
        publish(ContentKind.JSON, "application/json", json);
        publish(ContentKind.BINARY, "image/png", "abc");
        open("/channels/news").await("document.querySelectorAll('[data-id]').length === 2");
        assertThat(browser.texts("[data-id] .text"))
                .containsExactly("big 12345678901234567890  money 1.50  list [1]", "binary 3 B image/png");
        browser.find("[data-id]").click();
        browser.await("document.querySelector('#detail .tree') !== null");
        assertThat(browser.find("#detail .content").getText())
                .contains("\"big\": 12345678901234567890,", "\"money\": 1.50,");
    }

    @Test
    void showsTextThatIsSentAsBinaryAndOtherBytesInHexadecimal() {
        publish(ContentKind.BINARY, "application/xml", "<a>1</a>");
        publish(ContentKind.BINARY, "application/octet-stream", "\u0001bc");
        open("/channels/news").await("document.querySelectorAll('[data-id]').length === 2");
        browser.find("[data-id]").click();
        browser.await("document.querySelector('#detail pre')?.textContent === '<a>1</a>'");
        browser.find("[data-id]:last-child").click();
        browser.await("document.querySelector('#detail .hex')?.textContent.includes('01 62 63')");
    }

    @Test
    void showsTheColoursOfTerminals() {
        publish(ContentKind.TEXT, "text/plain", "\u001b[31mERROR\u001b[0m failed\u0007");
        open("/channels/news").await("document.querySelectorAll('[data-id]').length === 1");
        assertThat(browser.find("[data-id] .t-1").getText()).isEqualTo("ERROR");
        assertThat(browser.find("[data-id] .text").getText()).isEqualTo("ERROR failed␇");
    }

    private void publish(ContentKind kind, String type, String data) {
        var content = new Content(kind, type, data.getBytes(StandardCharsets.UTF_8));
        server.publish(Draft.event(new ChannelName("news"), "message", content));
    }
}
