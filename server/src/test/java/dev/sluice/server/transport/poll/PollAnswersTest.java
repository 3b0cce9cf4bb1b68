package dev.sluice.server.transport.poll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.delivery.HubSettings;
import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import dev.sluice.server.transport.Envelopes;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Large answers to polls, and clients that do not read them.
final class PollAnswersTest {
    private static final int EVENTS = 40;
    private static final String DATA = "x\n\"é".repeat(25_000); // 125,000 bytes, and more in JSON.
    private static final String FAT = "/channels/fat?as=json&after=earliest&limit=" + EVENTS;

    private static TestServer server(long answersBytes) {
        HubSettings usual = HubSettings.DEFAULT;
        TestServer server = TestServer.start(
                new HubSettings(usual.encodedBytes(), answersBytes, usual.stall(), usual.resolve(), usual.overflow()));
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
    void areWholeAndSayHowLongTheyAre() {
        try (TestServer server = server(64L << 20)) {
            HttpResponse<String> answer = server.get(FAT);
            assertWhole(answer);
            assertThat(answer.headers().firstValueAsLong("Content-Length"))
                    .hasValue(answer.body().getBytes(StandardCharsets.UTF_8).length);
        }
    }

    @Test
    void letTheConnectionGoOn() throws IOException {
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

    /// The budget is for sixteen such answers: whoever reads is answered beside any number that do not read. Those give
    /// way a moment after they are asked, on event loops of their own; the last quarter is for whoever comes
    /// meanwhile.
    @Test
    void giveWayWhereTheyAreNotRead() {
        try (TestServer server = server(16L * EVENTS * (125_000 + 256))) {
            List<RawClient> deaf = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                deaf.add(new RawClient(server));
                deaf.getLast().get(FAT).until("\r\n\r\n"); // The head is read, and nothing behind it.
                assertThat(server.get("/channels/fat?as=json&after=earliest&limit=4")
                                .statusCode())
                        .isEqualTo(200);
            }
            assertWhole(server.get(FAT));
            assertThat(lengthOf(deaf.getFirst())).isLessThan(EVENTS * 125_000);
            deaf.forEach(RawClient::close);
        }
    }

    @Test
    void haveAQuarterOfTheRoomAtMost() {
        try (TestServer server = server(1L << 20)) {
            HttpResponse<String> answer = server.get(FAT);
            assertThat(answer.statusCode()).isEqualTo(200);
            JsonNode body = Envelopes.parse(answer.body());
            assertThat(body.get("events").size()).isBetween(1, 3);
            assertThat(body.get("more").asBoolean()).isTrue();
        }
    }

    @Test
    void areRefusedWhereThereIsNoRoom() {
        try (TestServer server = server(100_000)) {
            HttpResponse<String> answer = server.get("/channels/fat?as=json&limit=1&last=1");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
            assertThat(answer.body()).contains("/problems/full", "delivery.answers_max");
        }
    }

    private static int lengthOf(RawClient client) {
        try {
            return client.rest().length();
        } catch (AssertionError reset) {
            if (reset.getCause() instanceof IOException) return 0;
            throw reset;
        }
    }
}
