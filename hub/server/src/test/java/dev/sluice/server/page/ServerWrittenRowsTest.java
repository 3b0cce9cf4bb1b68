package dev.sluice.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.channel.HubSettings;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventFields;
import dev.sluice.server.TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The contents of a page before, or without, any script.
final class ServerWrittenRowsTest {
    private static final Pattern ROW = Pattern.compile("<span class=\"id\">([^<]*)</span>");
    private static final Pattern TEXT = Pattern.compile("<span class=\"text\">([^<]*)</span>");

    @AutoClose
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    private static String page(String path) {
        return page(server, path);
    }

    private static String page(TestServer server, String path) {
        var answer = server.get(path, "Accept", "text/html");
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    private static List<String> ids(String html) {
        return ROW.matcher(html).results().map(found -> found.group(1)).toList();
    }

    private static List<String> texts(String html) {
        return TEXT.matcher(html).results().map(found -> found.group(1)).toList();
    }

    @Test
    void showsTheNewestEventsOldestFirst() {
        var published = new ArrayList<String>();
        for (int i = 0; i < 60; i++) {
            published.add(server.publish("newest", "number " + i).text());
            server.publish("other", "not here");
        }
        String html = page("/channels/newest");
        assertThat(ids(html)).isEqualTo(published.subList(10, 60));
        assertThat(html).contains(">number 59<", "id=\"empty\" hidden").doesNotContain("not here");
        assertThat(page("/channels/quiet")).contains("id=\"empty\" >");
    }

    @Test
    void startsAtTheRequestedPosition() {
        Cursor first = server.publish("begins", "a");
        Cursor second = server.publish("begins", "b");
        Cursor third = server.publish("begins", "c");
        assertThat(ids(page("/channels/begins?after=" + first))).containsExactly(second.text(), third.text());
        assertThat(ids(page("/channels/begins?last=1"))).containsExactly(third.text());
        assertThat(ids(page("/channels/begins?before=" + third))).containsExactly(first.text(), second.text());
    }

    @Test
    void neverRendersUntrustedTextAsMarkup() {
        String hostile = "</title><script>alert(1)</script><img src=x onerror=\"alert('2')\">&amp;{{rows}}";
        server.publish(Draft.event(
                new ChannelName("hostile/" + hostile.replace("/", "")),
                "<b>",
                EventFields.ofKey("\"><i>").with("from", "'><u>"),
                TestServer.text(hostile)));
        String html = page("/channels/hostile/*");
        assertThat(html)
                .doesNotContain("<script>", "<img src=x", "<b>", "<i>", "<u>")
                .contains("&lt;b&gt;", "&quot;&gt;&lt;i&gt;", "&#39;&gt;&lt;u&gt;");
        assertThat(texts(html)).containsExactly(Html.escape(hostile));
        String named = page(
                server,
                "/channels/%3C%2524script%3E%22'&".replace("%2524", "%24").replace("&", "%26"));
        assertThat(named).contains("<bdi>&lt;$script&gt;&quot;&#39;&amp;</bdi>").doesNotContain("<$script");
        assertThat(page("/"))
                .doesNotContain("<script>", "<img src=x")
                .contains("href=\"./channels/hostile/%3C", "&lt;img src=x onerror=");
    }

    @Test
    void truncatesLongDataBetweenCharacters() {
        server.publish("long", "水".repeat(EventRows.CHARACTERS_MAX));
        server.publish("long", "🌊".repeat(EventRows.CHARACTERS_MAX + 1));
        server.publish("long", "x" + "🌊".repeat(100_000));
        assertThat(texts(page("/channels/long")))
                .containsExactly(
                        "水".repeat(EventRows.CHARACTERS_MAX),
                        "🌊".repeat(EventRows.CHARACTERS_MAX) + "…",
                        "x" + "🌊".repeat(EventRows.CHARACTERS_MAX - 1) + "…");
    }

    @Test
    void readsEventsWithinTheBudgetOfAnswers() {
        try (var server = withAnswersBytes(1 << 20)) {
            for (int i = 0; i < 3; i++) server.publish("big", "x".repeat(600_000));
            for (int i = 0; i < 3; i++)
                assertThat(ids(page(server, "/channels/big"))).hasSize(1);
        }
        try (var server = withAnswersBytes(100_000)) {
            server.publish("big", "x".repeat(600_000));
            assertThat(ids(page(server, "/channels/big"))).isEmpty();
        }
    }

    private static TestServer withAnswersBytes(long max) {
        HubSettings hub = HubSettings.DEFAULT;
        return TestServer.start(new HubSettings(hub.encodedBytes(), max, hub.stall(), hub.resolve(), hub.overflow()));
    }

    @Test
    void showsTypeAndSizeOfBinaryData() {
        var content = new Content(ContentKind.BINARY, "image/png", new byte[] {1, 2, 3});
        server.publish(Draft.event(new ChannelName("pictures"), "message", content));
        assertThat(texts(page("/channels/pictures"))).containsExactly("binary, 3 B, image/png");
    }

    @Test
    void listsChannelsAndExplainsHowToCreateTheFirst() {
        try (var server = TestServer.start()) {
            String command = "curl -d hello " + server.uri("/channels/news");
            assertThat(page(server, "/")).contains(command).doesNotContain("id=\"empty\" hidden");
            server.publish("chat/7 水", "x");
            assertThat(page(server, "/"))
                    .contains(
                            "id=\"empty\" hidden",
                            "<a class=\"name\" href=\"./channels/chat/7%20%E6%B0%B4\">chat/7 水</a>");
        }
    }

    @Test
    void fillsAllPlaceholdersOfTheTemplate() {
        for (String path : List.of("/", "/channels/news")) {
            assertThat(page(path)).doesNotContain("{{").doesNotContainPattern("data-t=\"[^>]*><");
        }
    }
}
