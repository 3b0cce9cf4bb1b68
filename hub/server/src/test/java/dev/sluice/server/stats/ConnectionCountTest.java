package dev.sluice.server.stats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.Await;
import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import dev.sluice.server.TestWebSocket;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What pages and programs are told about connections is one number, whoever tells it.
final class ConnectionCountTest {
    private static long number(String text, String pattern) {
        Matcher found = Pattern.compile(pattern).matcher(text);
        assertThat(found.find()).as("%s in %s", pattern, text).isTrue();
        return Long.parseLong(found.group(1));
    }

    @Test
    void isTheSameEverywhere() throws InterruptedException {
        List<RawClient> idle = new ArrayList<>();
        try (TestServer server = TestServer.start();
                HttpClient http = HttpClient.newHttpClient();
                TestWebSocket session = new TestWebSocket(http, server.uri("/session"), "sluice.v1.json");
                RawClient stream = new RawClient(server).get("/channels/news?as=sse");
                RawClient _ = new RawClient(server).get("/channels/news?as=json&wait=60")) {
            // A browser keeps some of these, and none is a reader.
            for (int i = 0; i < 4; i++) idle.add(new RawClient(server));
            session.send("{\"op\":\"hello\"}");
            for (String name : List.of("a", "b"))
                session.send("{\"op\":\"subscribe\",\"ref\":\"" + name + "\",\"channels\":[\"" + name + "\"]}");
            stream.until("\r\n\r\n");
            Await.that(() -> server.server().hub().readers().readers() == 4);
            Await.that(() -> server.server().connections() >= 7);
            server.pass(Duration.ofSeconds(1));
            server.pass(Duration.ofSeconds(1));
            String statistics = "/channels/$stats?as=json&snapshot=true";
            Await.that(() -> server.get(statistics).body().contains("\"connections\":3"));
            String page = server.get("/", "Accept", "text/html").body();
            String list = server.get("/connections").body();
            String figures = server.get(statistics).body();
            List<Long> told = List.of(
                    number(page, "id=\"tile-connections\">(\\d+)<"),
                    number(page, "id=\"count-connections\">(\\d+)<"),
                    number(list, "\"matched\":(\\d+)"),
                    number(figures, "\"key\":\"traffic\"[^}]*\"connections\":(\\d+)"),
                    number(figures, "\"capacity\"(?s:.*)\"connections\":\\{\"used\":(\\d+)"));
            assertThat(told.subList(0, 4))
                    .as("tile, side bar, list and statistics")
                    .containsOnly(3L);
            assertThat(told.getLast()).as("the limit is about sockets").isGreaterThan(3);
        } finally {
            idle.forEach(RawClient::close);
        }
    }
}
