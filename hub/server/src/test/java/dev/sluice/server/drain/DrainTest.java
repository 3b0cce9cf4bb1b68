package dev.sluice.server.drain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.Await;
import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import dev.sluice.server.http.policy.OriginSettings;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// `POST /drain`, as the clients of a hub see it.
final class DrainTest {
    @AutoClose
    private final TestServer server = TestServer.withAdminListener(OriginSettings.LOOPBACK);

    private void drain(int seconds) {
        HttpResponse<String> answer = server.postToAdmin("/drain?over=" + seconds);
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.body()).contains("\"seconds\":" + seconds);
    }

    @Test
    void failsReadinessFirstAndRefusesNewStreamsWithRetryAfter() {
        try (RawClient stream = new RawClient(server)) {
            stream.get("/channels/news?as=sse").until("\n\n");
            drain(60);
            assertThat(server.get("/readyz").statusCode()).isEqualTo(503);
            assertThat(server.get("/livez").statusCode()).isEqualTo(200);
            server.pass(Duration.ofSeconds(9));
            server.tick();
            assertThat(server.post("/channels/news", "still here").statusCode()).isEqualTo(201);
            assertThat(stream.until("still here")).doesNotContain("retry:");

            HttpResponse<String> refused = server.get("/channels/news?as=ndjson");
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(Integer.parseInt(
                            refused.headers().firstValue("Retry-After").orElseThrow()))
                    .isBetween(52, 56);
            assertThat(server.get("/channels/news?as=sse").body())
                    .contains("\"retry\":true")
                    .containsPattern("retry: 5\\d{4}");
            assertThat(server.get("/channels/news?as=json&wait=10").statusCode())
                    .isEqualTo(503);
            assertThat(server.get("/channels/news?as=json&after=earliest").body())
                    .contains("still here");
            HttpResponse<String> again = server.postToAdmin("/drain");
            assertThat(again.statusCode()).isEqualTo(503);
            assertThat(again.headers().firstValue("Retry-After")).hasValue("1");
        }
    }

    @Test
    void eachTransportSaysWhenToComeBack() throws InterruptedException {
        CountDownLatch drained = new CountDownLatch(1);
        server.server().onDrained(drained::countDown);
        try (RawClient sse = new RawClient(server);
                RawClient lines = new RawClient(server);
                RawClient socket = new RawClient(server);
                RawClient session = new RawClient(server);
                RawClient sseSession = new RawClient(server);
                RawClient poll = new RawClient(server)) {
            sse.get("/channels/news?as=sse").until("\n\n");
            lines.get("/channels/news?as=ndjson").until("cursor");
            String upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
            socket.get("/channels/news", upgrade).until("cursor");
            session.get("/session", upgrade + "\r\nSec-WebSocket-Protocol: sluice.v1.json")
                    .until("\r\n\r\n");
            sseSession.get("/session", "Accept: text/event-stream").until("welcome");
            poll.get("/channels/news?as=json&wait=60");
            Await.that(() -> server.server().hub().readers().readers() == 4);
            drain(6);
            server.pass(Duration.ofSeconds(7));
            assertThat(sse.rest()).containsPattern("retry: \\d+\n\n").endsWith("0\r\n\r\n");
            assertThat(lines.rest()).contains("{\"drain\":{\"retryAfterMs\":").endsWith("0\r\n\r\n");
            assertThat(socket.until("The server restarts.")).contains("{\"drain\":{\"retryAfterMs\":");
            assertThat(session.until("The server restarts.")).contains("{\"op\":\"drain\",\"retryAfterMs\":");
            assertThat(sseSession.rest())
                    .contains("{\"op\":\"drain\",\"retryAfterMs\":")
                    .endsWith("0\r\n\r\n");
            assertThat(poll.until("\"events\":[]")).contains("200 OK");
            assertThat(drained.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aStopDrainsFirstIfItIsSetTo() {
        TestServer patient = TestServer.start(TestServer.settings(2).toBuilder()
                .drainTime(Duration.ofSeconds(6))
                .build());
        try (RawClient stream = new RawClient(patient)) {
            stream.get("/channels/news?as=sse").until("\n\n");
            Thread stop = Thread.ofPlatform().start(patient::close);
            Await.that(() -> patient.get("/readyz").statusCode() == 503);
            patient.publish("news", "still here");
            stream.until("still here");
            // A loop may begin to drain after the hub has answered that it is not ready.
            Await.that(() -> {
                patient.pass(Duration.ofSeconds(1));
                return !stop.isAlive();
            });
            assertThat(stream.rest()).containsPattern("retry: \\d+");
        }
    }

    @Test
    void isLimitedToAnHour() {
        assertThat(server.postToAdmin("/drain?over=3601").statusCode()).isEqualTo(400);
        assertThat(server.postToAdmin("/drain?in=5").statusCode()).isEqualTo(400);
        assertThat(server.get("/readyz").statusCode()).isEqualTo(200);
    }
}
