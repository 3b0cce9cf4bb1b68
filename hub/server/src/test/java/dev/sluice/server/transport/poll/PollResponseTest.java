package dev.sluice.server.transport.poll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.TestClock;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import dev.sluice.server.transport.Envelopes;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Tests particular to polls and long polls.
class PollResponseTest {
    private static void publish(TestServer server, int events) {
        for (int i = 0; i < events; i++) server.publish("news", Integer.toString(i));
    }

    private static JsonNode poll(TestServer server, String query) {
        HttpResponse<String> answer = server.get("/channels/news?as=json" + query);
        assertThat(answer.statusCode()).describedAs(answer.body()).isEqualTo(200);
        return Envelopes.parse(answer.body());
    }

    private static List<String> data(JsonNode answer) {
        List<String> data = new ArrayList<>();
        answer.get("events").forEach(event -> data.add(event.get("data").asString()));
        return data;
    }

    @Test
    void hasExactlyTheDocumentedFields() {
        try (TestServer server = TestServer.start()) {
            Cursor id = server.publish("news", "a");
            JsonNode answer = poll(server, "");
            assertThat(answer.propertyNames()).containsExactly("events", "cursor", "more");
            assertThat(answer.get("cursor").asString()).isEqualTo(id.text());
            assertThat(answer.get("more").asBoolean()).isFalse();
            assertThat(data(answer)).containsExactly("a");
        }
    }

    @Test
    void returnsTheNewestWithoutAStart() {
        try (TestServer server = TestServer.start()) {
            publish(server, 150);
            assertThat(data(poll(server, ""))).hasSize(100).endsWith("149");
            assertThat(data(poll(server, "&limit=3"))).containsExactly("147", "148", "149");
            JsonNode first = poll(server, "&limit=3&after=earliest");
            assertThat(data(first)).containsExactly("0", "1", "2");
            assertThat(first.get("more").asBoolean()).isTrue();
            JsonNode second =
                    poll(server, "&limit=3&after=" + first.get("cursor").asString());
            assertThat(data(second)).containsExactly("3", "4", "5");
        }
    }

    @Test
    void pagesBack() {
        try (TestServer server = TestServer.start()) {
            publish(server, 8);
            JsonNode page = poll(server, "&limit=3");
            String before = page.get("events").get(0).get("id").asString();
            JsonNode back = poll(server, "&limit=3&before=" + before);
            assertThat(data(back)).containsExactly("2", "3", "4");
            assertThat(back.get("more").asBoolean()).isTrue();
            before = back.get("events").get(0).get("id").asString();
            JsonNode last = poll(server, "&limit=3&before=" + before);
            assertThat(data(last)).containsExactly("0", "1");
            assertThat(last.get("more").asBoolean()).isFalse();
        }
    }

    @Test
    void hasAnETagAndAnswersNotModified() {
        try (TestServer server = TestServer.start()) {
            Cursor id = server.publish("news", "a");
            HttpResponse<String> first = server.get("/channels/news?as=json&after=earliest");
            String tag = first.headers().firstValue("ETag").orElseThrow();
            assertThat(tag).startsWith('"' + id.text() + '~');
            for (String header : List.of(tag, "W/" + tag, "\"other\", " + tag, "*")) {
                HttpResponse<String> again =
                        server.get("/channels/news?as=json&after=earliest", "If-None-Match", header);
                assertThat(again.statusCode()).describedAs(header).isEqualTo(304);
                assertThat(again.body()).isEmpty();
                assertThat(again.headers().firstValue("ETag")).contains(tag);
                assertThat(again.headers().firstValue("Sluice-Cursor")).isPresent();
            }
            HttpResponse<String> other =
                    server.get("/channels/news?as=json&after=earliest", "If-None-Match", "\"other\"");
            assertThat(other.statusCode()).isEqualTo(200);
            server.publish("news", "b");
            assertThat(server.get("/channels/news?as=json&after=earliest", "If-None-Match", tag)
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void changesItsETagWhenDataIsDeleted() {
        try (TestServer server = TestServer.start()) {
            Cursor id = server.publish("news", "secret");
            String tag = server.get("/channels/news?as=json")
                    .headers()
                    .firstValue("ETag")
                    .orElseThrow();
            server.log().forget(new ChannelName("news"), id);
            HttpResponse<String> again = server.get("/channels/news?as=json", "If-None-Match", tag);
            assertThat(again.statusCode()).isEqualTo(200);
            assertThat(again.body()).contains("\"removed\":true").doesNotContain("secret");
        }
    }

    @Test
    void changesItsETagWhenEventsExpire() {
        TestClock clock = new TestClock();
        MemoryLog log = MemoryLog.builder(clock)
                .retention(_ -> new Retention(Duration.ofMinutes(1), 100, 1 << 20))
                .open();
        try (TestServer server = TestServer.start(log)) {
            String joined = "/channels/news?as=json&coalesce=true";
            server.publish("news", "old ");
            clock.advance(Duration.ofSeconds(50));
            server.publish("news", "new");
            String tag = server.get(joined).headers().firstValue("ETag").orElseThrow();
            clock.advance(Duration.ofSeconds(50));
            log.maintain();
            HttpResponse<String> part = server.get(joined, "If-None-Match", tag);
            assertThat(part.statusCode()).isEqualTo(200);
            assertThat(part.body()).contains("\"new\"");
            tag = part.headers().firstValue("ETag").orElseThrow();
            clock.advance(Duration.ofSeconds(50));
            log.maintain();
            HttpResponse<String> nothing = server.get(joined, "If-None-Match", tag);
            assertThat(nothing.statusCode()).isEqualTo(200);
            assertThat(nothing.body()).startsWith("{\"events\":[],");
        }
    }

    @Test
    void changesItsETagWhenTheEndOfAChannelExpires() {
        TestClock clock = new TestClock();
        MemoryLog log = MemoryLog.builder(clock)
                .retention(_ -> new Retention(Duration.ofMinutes(1), 100, 1 << 20))
                .open();
        try (TestServer server = TestServer.start(log)) {
            server.publish("news", "last");
            Cursor end = server.publish(Draft.end(new ChannelName("news")));
            String ended = "/channels/news?as=json&after=" + end;
            HttpResponse<String> closed = server.get(ended);
            assertThat(closed.body()).contains("\"closed\":true");
            clock.advance(Duration.ofMinutes(2));
            log.maintain();
            String tag = closed.headers().firstValue("ETag").orElseThrow();
            HttpResponse<String> again = server.get(ended, "If-None-Match", tag);
            assertThat(again.statusCode()).isEqualTo(200);
            assertThat(again.body()).doesNotContain("closed");
        }
    }

    @Test
    void changesItsETagWhenMoreFollowsAFullPage() {
        try (TestServer server = TestServer.start()) {
            String page = "/channels/news?as=json&after=earliest&limit=1";
            publish(server, 1);
            String tag = server.get(page).headers().firstValue("ETag").orElseThrow();
            publish(server, 1);
            HttpResponse<String> again = server.get(page, "If-None-Match", tag);
            assertThat(again.statusCode()).isEqualTo(200);
            assertThat(again.body()).contains("\"more\":true");
        }
    }

    @Test
    void reportsAGapInAField() {
        MemoryLog log = MemoryLog.builder(InstantSource.system())
                .retention(_ -> Retention.events(2))
                .open();
        try (TestServer server = TestServer.start(log)) {
            Cursor first = server.publish("news", "lost");
            publish(server, 6);
            HttpResponse<String> answer = server.get("/channels/news?as=json&after=" + first);
            JsonNode body = Envelopes.parse(answer.body());
            assertThat(data(body)).containsExactly("4", "5");
            assertThat(body.get("gap").get("after").asString()).isEqualTo(first.text());
            assertThat(answer.headers().firstValue("Sluice-Cursor"))
                    .contains(body.get("gap").get("resume").asString());
        }
    }

    @Test
    void reportsThatAllChannelsHaveEnded() {
        try (TestServer server = TestServer.start()) {
            publish(server, 1);
            server.publish(Draft.end(new ChannelName("news")));
            JsonNode first = poll(server, "");
            assertThat(data(first)).containsExactly("0");
            assertThat(first.get("closed").asBoolean()).isTrue();
            assertThat(poll(server, "&wait=60&after=" + first.get("cursor").asString())
                            .get("closed")
                            .asBoolean())
                    .isTrue();
        }
    }

    @Test
    void aLongPollIsAnsweredByTheFirstEvent() {
        try (TestServer server = TestServer.start();
                RawClient client = new RawClient(server)) {
            client.get("/channels/news?as=json&wait=60");
            awaitReceived(server);
            server.publish("elsewhere", "x");
            server.publish("news", "a");
            assertThat(client.until("}")).contains("\"data\":\"a\"");
        }
    }

    /// Waits until the hub has received a request: then another connection of each loop has been answered.
    private static void awaitReceived(TestServer server) {
        for (int i = 0; i < 4; i++) {
            try (RawClient other = new RawClient(server)) {
                other.get("/livez").until("\r\n\r\n");
            }
        }
    }

    @Test
    void aLongPollEndsUpToATenthEarlyAtRandom() {
        try (TestServer server = TestServer.start()) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 20; i++) clients.add(new RawClient(server).get("/channels/news?as=json&wait=60"));
            awaitReceived(server);
            pass(server, Duration.ofMillis(53_900));
            assertThat(clients).allMatch(RawClient::hasNothing);
            pass(server, Duration.ofMillis(5_500));
            long early = clients.stream().filter(client -> !client.hasNothing()).count();
            assertThat(early).isPositive();
            pass(server, Duration.ofSeconds(1));
            for (RawClient client : clients) {
                assertThat(client.until("\"more\":false}")).contains("\"events\":[]");
                client.close();
            }
        }
    }

    /// Advances the clock; on return everything due has been answered.
    private static void pass(TestServer server, Duration time) {
        server.pass(time);
        for (int i = 0; i < 3; i++) server.tick();
    }

    @Test
    void aLongPollOfADisconnectedClientIsDropped() {
        try (TestServer server = TestServer.start()) {
            RawClient client = new RawClient(server).get("/channels/news?as=json&wait=60");
            server.awaitConnections(1);
            client.close();
            server.awaitConnections(0);
            server.publish("news", "a");
            assertThat(data(poll(server, ""))).containsExactly("a");
        }
    }
}
