package dev.sluice.server.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.HttpTestServer;
import dev.sluice.server.TestServer;
import dev.sluice.server.http.BodyReader;
import dev.sluice.server.http.BodySubscription;
import dev.sluice.server.http.EchoRoutes;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.Status;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Reading of bodies, and handling of those that no route reads.
final class RequestBodyTest {
    @Test
    void readsBodiesOfEveryFraming() {
        try (var server = HttpTestServer.of(EchoRoutes.BODY);
                var client = server.raw()) {
            client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello")
                    .until("got hello");
            client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
                    .until("got ");
            client.send("POST / HTTP/1.1\r\nHost: localhost\r\n\r\n").until("got ");
            client.send(EchoRoutes.lines(
                            "POST / HTTP/1.1",
                            "Host: localhost",
                            "Transfer-Encoding: Chunked",
                            "",
                            "3;why=not",
                            "abc",
                            "2",
                            "de",
                            "0",
                            "Trailer: x",
                            ""))
                    .until("got abcde");
            client.send("POST / HTTP/1.0\r\nContent-Length: 2\r\n\r\nhi");
            assertThat(client.rest()).endsWith("got hi");
        }
    }

    @Test
    void sendsContinueOnceTheBodyIsRead() {
        try (var server = HttpTestServer.of(EchoRoutes.BODY);
                var client = server.raw()) {
            client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
            assertThat(client.until("\r\n\r\n")).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            client.send("hi").until("got hi");
        }
    }

    @Test
    void closesTheConnectionIfItIsUnknownWhetherABodyFollows() {
        try (var server = HttpTestServer.of(EchoRoutes.PATH);
                var client = server.raw()) {
            client.send("POST /no HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
            assertThat(client.rest())
                    .doesNotContain("100 Continue")
                    .containsIgnoringCase("connection: close")
                    .endsWith("/no");
        }
    }

    @Test
    void discardsASmallBodyThatIsNotRead() {
        try (var server = HttpTestServer.of(EchoRoutes.PATH);
                var client = server.raw()) {
            client.send("POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n01234")
                    .until("/a");
            client.send("56789").get("/b").until("/b");
        }
    }

    @Test
    void answersDuringALongBodyAndThenCloses() throws Exception {
        try (var server = HttpTestServer.of(EchoRoutes.PATH);
                var client = server.raw()) {
            client.send("POST /early HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
            byte[] chunk = ("1000\r\n" + "x".repeat(0x1000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 256; i++) client.send(chunk); // Still being sent when the answer arrives.
            assertThat(client.rest()).startsWith("HTTP/1.1 200 OK").endsWith("/early");
        }
    }

    @Test
    void stopsReadingWhileTheReaderPauses() throws Exception {
        var asked = new CompletableFuture<Exchange>();
        var flow = new CompletableFuture<BodySubscription>();
        BlockingQueue<Integer> sizes = new LinkedBlockingQueue<>();
        Route pausing = exchange -> {
            var reader = new BodyReader() {
                private int size;

                @Override
                public void data(ByteBuffer part) {
                    size += part.remaining();
                    sizes.add(size);
                    flow.join().pause();
                }

                @Override
                public void end() {
                    exchange.answer(ServerResponse.text(Status.OK, "all " + size));
                }

                @Override
                public void failed(Problem problem) {
                    exchange.refuse(problem);
                }
            };
            asked.complete(exchange);
            flow.complete(exchange.body(reader));
        };
        int length = 64 << 20;
        try (var server = HttpTestServer.of(pausing);
                var client = server.raw()) {
            client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + length + "\r\n\r\n");
            var sending = Thread.ofVirtual().start(() -> {
                byte[] part = new byte[64 << 10];
                for (int i = 0; i < length / part.length; i++) client.send(part);
            });
            int last = 0;
            while (last < length) {
                Integer next = sizes.poll(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
                assertThat(next).isNotNull();
                assertThat(sizes).isEmpty(); // Nothing more is delivered before resume.
                last = next;
                // Unread bytes have not been sent either, except for those in the buffers of the kernel.
                if (last < length / 4) assertThat(sending.isAlive()).isTrue();
                asked.join().run(() -> flow.join().resume());
            }
            client.until("all " + length);
            sending.join();
        }
    }
}
