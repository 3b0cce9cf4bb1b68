package dev.sluice.server.transport.poll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.delivery.channel.HubSettings;
import dev.sluice.core.event.Draft;
import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import dev.sluice.server.transport.Envelopes;
import java.io.IOException;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Tests large answers to polls, and clients that do not read them.
final class PollAnswersTest {
    private static final int EVENTS = 40;
    private static final String DATA = "x\n\"é".repeat(25_000); // 125,000 bytes, more in JSON.
    private static final String FAT = "/channels/fat?as=json&after=earliest&limit=" + EVENTS;

    private static TestServer server(long answersBytes) {
        HubSettings defaults = HubSettings.DEFAULT;
        TestServer server = TestServer.start(new HubSettings(
                defaults.encodedBytes(), answersBytes, defaults.stall(), defaults.resolve(), defaults.overflow()));
        for (int i = 0; i < EVENTS; i++) server.publish("fat", DATA);
        return server;
    }

    private static void assertWhole(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(200);
        JsonNode body = Envelopes.parse(answer.body());
        assertThat(body.get("events")).hasSize(EVENTS);
        for (JsonNode event : body.get("events"))
            assertThat(event.get("data").asString()).isEqualTo(DATA);
        assertThat(body.get("more").asBoolean()).isFalse();
    }

    @Test
    void areCompleteAndHaveAContentLength() {
        try (TestServer server = server(64L << 20)) {
            HttpResponse<String> answer = server.get(FAT);
            assertWhole(answer);
            assertThat(answer.headers().firstValueAsLong("Content-Length"))
                    .hasValue(answer.body().getBytes(StandardCharsets.UTF_8).length);
        }
    }

    @Test
    void nameTheChannelsThatHaveEnded() {
        try (TestServer server = TestServer.start()) {
            server.publish(Draft.end(new ChannelName("a\"b")));
            assertThat(server.get("/channels?name=a%22b&name=news&after=latest&as=json")
                            .body())
                    .endsWith(",\"more\":false,\"ended\":[\"a\\\"b\"]}\n");
        }
    }

    @Test
    void keepTheConnectionOpen() throws IOException {
        try (TestServer server = server(64L << 20);
                RawClient client = new RawClient(server)) {
            for (int i = 0; i < 2; i++) {
                String head = client.get(FAT).until("\r\n\r\n");
                int length = Integer.parseInt(head.replaceAll("(?is).*content-length: (\\d+).*", "$1"));
                byte[] body = client.socket().getInputStream().readNBytes(length);
                assertThat(new String(body, StandardCharsets.UTF_8)).endsWith("\"more\":false}\n");
            }
            client.get("/livez").until("\r\n\r\n");
        }
    }

    /// The budget is for sixteen such answers: a client that reads is answered beside any number that do not. The
    /// latter give way shortly after a request, on event loops of their own; the last quarter is for requests in
    /// the meantime.
    @Test
    void areEvictedIfTheyAreNotRead() throws IOException {
        try (TestServer server = server(16L * EVENTS * (125_000 + 256))) {
            List<RawClient> unread = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                unread.add(new RawClient(server));
                unread.getLast().get(FAT).until("\r\n\r\n"); // Only the head is read.
                assertThat(server.get("/channels/fat?as=json&after=earliest&limit=4")
                                .statusCode())
                        .isEqualTo(200);
            }
            assertWhole(server.get(FAT));
            assertThat(lengthOf(unread.getFirst(), EVENTS * 125_000)).isLessThan(EVENTS * 125_000);
            unread.forEach(RawClient::close);
        }
    }

    @Test
    void useAtMostAQuarterOfTheBudget() {
        try (TestServer server = server(1L << 20)) {
            HttpResponse<String> answer = server.get(FAT);
            assertThat(answer.statusCode()).isEqualTo(200);
            JsonNode body = Envelopes.parse(answer.body());
            assertThat(body.get("events").size()).isBetween(1, 3);
            assertThat(body.get("more").asBoolean()).isTrue();
        }
    }

    @Test
    void areRefusedWithoutBudget() {
        try (TestServer server = server(100_000)) {
            HttpResponse<String> answer = server.get("/channels/fat?as=json&limit=1&last=1");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
            assertThat(answer.body()).contains("/problems/full", "delivery.answers_max");
        }
    }

    /// How many bytes come until the connection ends; so many at most.
    private static int lengthOf(RawClient client, int max) throws IOException {
        try {
            return client.socket().getInputStream().readNBytes(max).length;
        } catch (SocketException reset) {
            return 0;
        }
    }
}
