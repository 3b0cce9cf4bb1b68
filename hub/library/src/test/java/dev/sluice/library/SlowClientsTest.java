package dev.sluice.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ClientGoneException;
import dev.sluice.Response;
import dev.sluice.Sluice;
import dev.sluice.server.RawClient;
import dev.sluice.wire.WebSocketFrame;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Backpressure in both directions: a client that does not read blocks only its own sender, and a slow callback slows
/// down only its own client.
final class SlowClientsTest {
    private static final String PIECE = "x".repeat(16 * 1024);

    @Test
    void blocksOnlyTheSenderOfAClientThatDoesNotRead() throws Exception {
        var sent = new AtomicLong();
        var ends = new LinkedBlockingQueue<String>();
        try (var app = Sluice.inMemory()
                        .port(0)
                        .sendTimeout(Duration.ofMillis(500))
                        .sse("/flood", stream -> {
                            try {
                                while (true) {
                                    stream.send(PIECE);
                                    sent.addAndGet(PIECE.length());
                                }
                            } catch (ClientGoneException gone) {
                                ends.add(gone.getMessage());
                                throw gone;
                            }
                        })
                        .sse("/count", stream -> {
                            for (int i = 0; i < 1000; i++) stream.send("" + i);
                        })
                        .start();
                var stalled = new RawClient(app.port());
                var reader = new RawClient(app.port())) {
            stalled.get("/flood").until("\r\n\r\n");
            assertThat(reader.get("/count").rest()).contains("data: 999\n\n");
            assertThat(ends.poll(60, TimeUnit.SECONDS)).contains("has not read");
            // The kernel buffers some megabytes for a client that does not read; the rest had to wait.
            assertThat(sent.get()).isLessThan(64 << 20);
        }
    }

    @Test
    void closesThoseFurthestBehindWhenWhatWaitsForAllTakesTheMemory() throws Exception {
        String large = "x".repeat(1 << 20);
        var ends = new LinkedBlockingQueue<String>();
        try (var app = Sluice.inMemory()
                .port(0)
                .set("delivery.answers_max", "4MiB")
                .sendTimeout(Duration.ofMinutes(10))
                .sse("/flood", stream -> {
                    try {
                        while (true) stream.send(large);
                    } catch (ClientGoneException gone) {
                        ends.add(gone.getMessage());
                        throw gone;
                    }
                })
                .sse("/count", stream -> {
                    for (int i = 0; i < 100; i++) stream.send(PIECE + i);
                })
                .start()) {
            List<RawClient> stalled = new ArrayList<>();
            try {
                for (int i = 0; i < 8; i++) {
                    stalled.add(new RawClient(app.port()));
                    stalled.getLast().get("/flood").until("\r\n\r\n");
                }
                assertThat(ends.poll(60, TimeUnit.SECONDS)).contains("read slowly");
                try (var reader = new RawClient(app.port())) {
                    assertThat(reader.get("/count").rest()).contains("x99\n\n");
                }
                assertThat(ends).allMatch(reason -> reason.contains("read slowly"));
            } finally {
                stalled.forEach(RawClient::close);
            }
        }
    }

    @Test
    void dropsResponsesThatAreNotReadWhenTheyTakeTheMemory() throws Exception {
        byte[] large = new byte[16 << 20];
        try (var app = Sluice.inMemory()
                .port(0)
                .set("delivery.answers_max", "4MiB")
                .get("/large", _ -> Response.of("application/octet-stream", large))
                .start()) {
            List<RawClient> stalled = new ArrayList<>();
            try {
                for (int i = 0; i < 3; i++) {
                    stalled.add(new RawClient(app.port()));
                    stalled.getLast().get("/large").until("\r\n\r\n");
                }
                String read;
                do { // Until those that do not read are dropped.
                    try (var reader = new RawClient(app.port())) {
                        read = reader.get("/large", "Connection: close").rest();
                    }
                } while (read.startsWith("HTTP/1.1 503"));
                assertThat(read).startsWith("HTTP/1.1 200").hasSizeGreaterThan(large.length);
                assertThat(stalled).anyMatch(each -> each.rest().length() < large.length);
            } finally {
                stalled.forEach(RawClient::close);
            }
        }
    }

    @Test
    void readsNoFasterThanTheCallbacks() throws Exception {
        int messages = 1_000;
        var release = new CountDownLatch(1);
        var received = new AtomicInteger();
        try (var app = Sluice.inMemory()
                        .port(0)
                        .ws(
                                "/slow",
                                socket -> socket.onBinary(bytes -> {
                                    release.await();
                                    assertThat(ByteBuffer.wrap(bytes).getInt()).isEqualTo(received.getAndIncrement());
                                    if (received.get() == messages) socket.send("all");
                                }))
                        .ws("/echo", socket -> socket.onText(socket::send))
                        .start();
                var slow = new RawClient(app.port());
                var other = new SocketsTest.Client(app, "/echo")) {
            slow.get(
                            "/slow",
                            "Upgrade: websocket",
                            "Connection: Upgrade",
                            "Sec-WebSocket-Version: 13",
                            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==")
                    .until("\r\n\r\n");
            var sender = Thread.ofVirtual().start(() -> {
                for (int i = 0; i < messages; i++) slow.send(binaryFrame(i));
            });
            for (int i = 0; i < 2_000; i++) {
                other.socket.sendText("echo " + i, true).join();
                assertThat(other.next()).isEqualTo("echo " + i);
            }
            assertThat(sender.isAlive())
                    .as("60 MB cannot have been sent while the callbacks were blocked")
                    .isTrue();
            release.countDown();
            slow.until("all");
        }
    }

    /// A message of 60,000 bytes that begins with its number.
    private static byte[] binaryFrame(int number) {
        byte[] payload = ByteBuffer.allocate(60_000).putInt(number).array();
        return WebSocketFrame.plain(WebSocketFrame.FIN | WebSocketFrame.BINARY, payload)
                .bytes();
    }
}
