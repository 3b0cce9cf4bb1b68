package dev.sluice.server.transport.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Draft;
import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import dev.sluice.server.transport.Received;
import dev.sluice.server.transport.SseListener;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Tests particular to Server-Sent Events.
class SseAnswerTest {
    private static SseListener listen(TestServer server, String query, String... headers) {
        return new SseListener(server, "/channels/news?as=sse" + query, false, headers);
    }

    @Test
    void hasHeadersAgainstBufferingByProxies() {
        try (TestServer server = TestServer.start();
                SseListener listener = listen(server, "")) {
            assertThat(listener.status()).isEqualTo(200);
            assertThat(listener.header("Content-Type")).isEqualTo("text/event-stream");
            assertThat(listener.header("Cache-Control")).isEqualTo("no-store, no-transform");
            assertThat(listener.header("X-Accel-Buffering")).isEqualTo("no");
            assertThat(listener.header("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(listener.header("Vary")).contains("Accept", "Origin", "Last-Event-ID");
            assertThat(listener.header("Transfer-Encoding")).isEqualTo("chunked");
            assertThat(listener.header("Content-Length")).isNull();
            assertThat(listener.header("Sluice-Cursor"))
                    .isEqualTo(server.log().head().text());
        }
    }

    @Test
    void drawsARandomReconnectionTimeForEachClient() {
        try (TestServer server = TestServer.start()) {
            long first = -1;
            boolean differs = false;
            for (int i = 0; i < 10; i++) {
                try (SseListener listener = listen(server, "")) {
                    listener.next(Received.Begin.class);
                    assertThat(listener.retryMs())
                            .isBetween(TestServer.SSE_RETRY.toMillis() / 5, TestServer.SSE_RETRY.toMillis());
                    differs |= first >= 0 && first != listener.retryMs();
                    first = listener.retryMs();
                }
            }
            assertThat(differs).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 2_048, 65_536})
    void startsWithACommentOfTheRequestedSize(int bytes) {
        try (TestServer server = TestServer.start();
                SseListener listener = listen(server, "&padding=" + bytes)) {
            listener.next(Received.Begin.class);
            assertThat(listener.comments())
                    .singleElement()
                    .satisfies(comment -> assertThat(':' + comment).hasSize(bytes));
            server.publish("news", "a");
            listener.expect("a");
        }
    }

    @Test
    void sendsHeartbeatsAsEventsOnRequest() {
        try (TestServer server = TestServer.start();
                SseListener listener = listen(server, "&heartbeat=5,event")) {
            listener.next(Received.Begin.class);
            server.pass(Duration.ofSeconds(6));
            Received.AHeartbeat beat = listener.next(Received.AHeartbeat.class);
            assertThat(beat)
                    .isEqualTo(new Received.AHeartbeat(server.log().head().text(), 0));
        }
    }

    /// As event-source-polyfill resumes, which repeats its URL with a parameter.
    @Test
    void resumesAfterTheIdInItsUrlUnlessTheHeaderHasOne() {
        try (TestServer server = TestServer.start()) {
            Cursor first = server.publish("news", "a");
            Cursor second = server.publish("news", "b");
            server.publish("news", "c");
            String url = "&after=earliest&lastEventId=";
            try (SseListener fresh = listen(server, url);
                    SseListener resumed = listen(server, url + first);
                    SseListener both = listen(server, url + first, "Last-Event-ID: " + second);
                    SseListener foreign = listen(server, url + "elsewhere-7")) {
                fresh.next(Received.Begin.class);
                fresh.expect("a", "b", "c");
                resumed.next(Received.Begin.class);
                resumed.expect("b", "c");
                both.next(Received.Begin.class);
                both.expect("c");
                assertThat(foreign.next(Received.AGap.class).reason()).isEqualTo("epoch");
                foreign.next(Received.Begin.class);
                foreign.expect("a", "b", "c");
            }
        }
    }

    /// Some clients pass on a message for each empty line, as fetch-event-source and httpx-sse do.
    @Test
    void endsNoBlockButThoseOfEventsOnRequest() {
        try (TestServer server = TestServer.start();
                RawClient client = new RawClient(server)) {
            Cursor begin = server.publish("news", "secret");
            client.get("/channels/news?as=sse&padding=9&heartbeat=5,field").until("\r\n\r\n");
            StringBuilder seen = new StringBuilder(client.until("id: " + begin + "\n"));
            Cursor moved = server.publish("other", "x");
            server.pass(Duration.ofSeconds(6));
            seen.append(client.until("id: " + moved + "\n"));
            Cursor id = server.publish("news", "a");
            seen.append(client.until("\n\n"));
            assertThat(seen.toString().replaceAll("(?m)^[0-9a-f]+\r\n|\r\n", ""))
                    .matches(":        \nretry: \\d+\n(id: \\S+\n)+data: a\nid: " + id + "\n\n");
            server.server().close();
            assertThat(client.rest()).doesNotContain("\n\n");
        }
    }

    @Test
    void isNotChunkedOverHttp10AndEndsWithTheConnection() {
        try (TestServer server = TestServer.start();
                RawClient client = new RawClient(server)) {
            client.send("GET /channels/news?as=sse HTTP/1.0\r\n\r\n");
            String head = client.until("\r\n\r\n");
            assertThat(head).startsWith("HTTP/1.1 200 OK").doesNotContainIgnoringCase("transfer-encoding");
            client.until("id: ");
            client.until("\n\n");
            Cursor id = server.publish("news", "a");
            server.publish(Draft.end(new ChannelName("news")));
            assertThat(client.rest())
                    .startsWith("data: a\nid: " + id + "\n\n")
                    .contains("event: sluice.closed\n")
                    .endsWith("\n\n");
        }
    }

    @Test
    void movesTheCursorPastDeletedData() {
        try (TestServer server = TestServer.start()) {
            Cursor begin = server.log().head();
            Cursor secret = server.publish("news", "secret");
            server.log().forget(new ChannelName("news"), secret);
            try (RawClient client = new RawClient(server)) {
                client.get("/channels/news?as=sse&after=" + begin).until("\r\n\r\n");
                assertThat(client.until("id: " + secret + "\n\n"))
                        .doesNotContain("data:")
                        .doesNotContain("secret");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"/channels/news,raw", "/channels/*,json", "/channels?name=a&name=news,json"})
    void isRawForOneChannelAndElseAnEnvelope(String target, String envelope) {
        try (TestServer server = TestServer.start();
                RawClient client = new RawClient(server)) {
            client.get(target, "Accept: text/event-stream").until("retry: ");
            client.until("\n\n");
            server.publish("news", "hello");
            assertThat(client.until("\n\n"))
                    .contains(envelope.equals("raw") ? "data: hello\n" : "\"channel\":\"news\"");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1/2", "@@@", "{\"id\":7}", "42"})
    void reportsAGapForALastEventIdOfAnotherServer(String foreign) {
        try (TestServer server = TestServer.start();
                SseListener listener = listen(server, "", "Last-Event-ID: " + foreign)) {
            assertThat(listener.status()).isEqualTo(200);
            assertThat(listener.next(Received.AGap.class).reason()).isEqualTo("epoch");
            listener.next(Received.Begin.class);
            server.publish("news", "a");
            listener.expect("a");
        }
    }

    @Test
    void sendsTemporaryRefusalsAsAnEvent() {
        try (TestServer server = TestServer.start()) {
            String ahead = new Cursor(server.log().head().epoch(), 1_000).text();
            try (SseListener listener = open(server, "", ahead)) {
                assertThat(listener.status()).isEqualTo(200);
                assertThat(listener.header("Content-Type")).isEqualTo("text/event-stream");
                assertThat(listener.next(Received.AnError.class)).isEqualTo(new Received.AnError(503, true));
                assertThat(listener.retryMs()).isBetween(1_000L, 1_000L + TestServer.SSE_RETRY.toMillis());
                listener.expectEnd("whole");
            }
            try (SseListener listener = open(server, "&errors=status", ahead)) {
                assertThat(listener.status()).isEqualTo(503);
                assertThat(listener.header("Retry-After")).isEqualTo("1");
            }
            try (SseListener listener = open(server, "&errors=event", ahead)) {
                assertThat(listener.next(Received.AnError.class)).isEqualTo(new Received.AnError(503, true));
            }
        }
    }

    /// Subscribes after a cursor that is never reached, until the server gives up.
    private static SseListener open(TestServer server, String query, String ahead) {
        Thread clock = Thread.startVirtualThread(() -> {
            while (!Thread.interrupted()) {
                server.pass(Duration.ofSeconds(6));
                server.tick();
            }
        });
        try {
            return listen(server, query + "&after=" + ahead);
        } finally {
            clock.interrupt();
        }
    }

    @Test
    void sendsFinalRefusalsAsAStatusUnlessEventsAreRequested() {
        try (TestServer server = TestServer.start()) {
            Cursor lost = server.publish("news", "lost");
            server.publish("news", "lost too");
            server.log().delete(new ChannelName("news"));
            String gone = "&gap=fail&after=" + lost;
            for (String query : new String[] {gone, gone + "&errors=status", "&padding=x", "&after=nonsense"}) {
                try (SseListener listener = listen(server, query)) {
                    assertThat(listener.status()).isIn(400, 410);
                    assertThat(listener.header("Content-Type")).isEqualTo("application/problem+json");
                }
            }
            for (String query : new String[] {gone, "&padding=x", "&after=nonsense"}) {
                try (SseListener listener = listen(server, "&errors=event" + query)) {
                    assertThat(listener.status()).isEqualTo(200);
                    Received.AnError error = listener.next(Received.AnError.class);
                    assertThat(error.retry()).isFalse();
                    assertThat(error.status()).isEqualTo(query.equals(gone) ? 410 : 400);
                    assertThat(listener.retryMs()).isEqualTo(86_400_000);
                    listener.expectEnd("whole");
                }
            }
        }
    }
}
