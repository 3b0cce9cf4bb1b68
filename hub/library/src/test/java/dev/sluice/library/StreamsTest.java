package dev.sluice.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Response;
import dev.sluice.Sluice;
import dev.sluice.SseEvent;
import dev.sluice.server.Await;
import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import dev.sluice.server.transport.Chunks;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// `app.sse`: the bytes on the wire, and the end of the handler.
final class StreamsTest {
    @Test
    void sendsOnlyWhatTheHandlerWrites() {
        try (var app = Sluice.inMemory()
                        .port(0)
                        .origins("*")
                        .sse("/events", stream -> {
                            stream.send("one");
                            stream.send("update", "two\r\nlines\rthree\n");
                            stream.json(Map.of("n", 1));
                            stream.send(SseEvent.data("").id("7").retry(Duration.ofSeconds(3)));
                            stream.send(SseEvent.comment("alive"));
                        })
                        .start();
                var client = new RawClient(app.port())) {
            var head = client.get("/events").until("\r\n\r\n");

            assertThat(head)
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .containsIgnoringCase("\r\ncontent-type: text/event-stream\r\n")
                    .containsIgnoringCase("\r\ncache-control: no-cache\r\n")
                    .containsIgnoringCase("\r\nconnection: keep-alive\r\n")
                    .containsIgnoringCase("\r\nx-accel-buffering: no\r\n")
                    .containsIgnoringCase("\r\naccess-control-allow-origin: *\r\n");
            assertThat(Chunks.read(client.rest().getBytes(StandardCharsets.UTF_8))
                            .text())
                    .isEqualTo("""
                    data: one

                    event: update
                    data: two
                    data: lines
                    data: three
                    data:\s

                    data: {"n":1}

                    id: 7
                    retry: 3000
                    data:\s

                    : alive

                    """);
        }
    }

    @Test
    void announcesTheCloseAfterAResponseOfEventsSoThatNoPoolReusesTheConnection() {
        try (var app = Sluice.inMemory()
                        .port(0)
                        .post("/events", _ -> Response.events(stream -> stream.send("one")))
                        .start();
                var client = new RawClient(app.port())) {
            assertThat(client.send("POST /events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
                            .rest())
                    .containsIgnoringCase("\r\nconnection: close\r\n")
                    .contains("data: one");
        }
    }

    @Test
    void endsTheBodyByClosingTheConnectionInHttp10() {
        try (var app = Sluice.inMemory()
                        .port(0)
                        .sse("/events", stream -> stream.send("one"))
                        .start();
                var client = new RawClient(app.port())) {
            assertThat(client.send("GET /events HTTP/1.0\r\n\r\n").rest())
                    .endsWith("\r\n\r\ndata: one\n\n")
                    .doesNotContainIgnoringCase("keep-alive")
                    .doesNotContainIgnoringCase("chunked");
        }
    }

    @Test
    void interruptsTheHandlerWhenItsClientDisconnects() throws Exception {
        var ends = new LinkedBlockingQueue<String>();
        try (var app = Sluice.inMemory()
                .port(0)
                .sse("/events", stream -> {
                    stream.onClose(() -> ends.add("closed"));
                    stream.send("here");
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException left) {
                        ends.add("interrupted");
                        throw left;
                    }
                })
                .start()) {
            try (var client = new RawClient(app.port())) {
                client.get("/events").until("data: here\n\n");
                assertThat(app.running()).isEqualTo(1);
            }
            assertThat(ends.poll(60, TimeUnit.SECONDS)).isNotNull();
            assertThat(ends.poll(60, TimeUnit.SECONDS)).isNotNull();
            Await.that(() -> app.running() == 0 && app.connections() == 0);
        }
    }

    @Test
    void cancelsTimersWhenTheConnectionEnds() {
        try (var app = Sluice.inMemory()
                .port(0)
                .sse("/events", stream -> stream.every(Duration.ofMillis(20), () -> stream.send("tick")))
                .start()) {
            try (var client = new RawClient(app.port())) {
                client.get("/events").until("data: tick\n\n");
                client.until("data: tick\n\n");
            }
            Await.that(() -> app.running() == 0 && app.connections() == 0);
        }
    }

    @Test
    void abortsTheConnectionWhoseHandlerFails() {
        try (var app = Sluice.inMemory()
                        .port(0)
                        .sse("/events", stream -> {
                            stream.send("one");
                            throw new IllegalStateException("on purpose");
                        })
                        .start();
                var client = new RawClient(app.port())) {
            client.get("/events").until("data: one\n\n");
            assertThat(client.rest()).doesNotContain("0\r\n\r\n");
        }
    }

    @Test
    void endsAllHandlersWhenItCloses() throws Exception {
        var app = Sluice.inMemory()
                .port(0)
                .sse("/events", stream -> {
                    stream.send("here");
                    new CountDownLatch(1).await();
                })
                .start();
        Thread closing;
        try (var client = new RawClient(app.port())) {
            client.get("/events").until("data: here\n\n");
            closing = Thread.ofVirtual().start(app::close);
            assertThat(client.rest()).endsWith("0\r\n\r\n");
        } // The server would wait for a client that stays connected.
        assertThat(closing.join(TestServer.PATIENCE)).isTrue();
        assertThat(app.running()).isZero();
    }
}
