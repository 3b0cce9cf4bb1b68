package dev.sluice.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.HttpTestServer;
import dev.sluice.server.TestServer;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Random invalid requests: the server answers or closes the connection, and continues to serve others. [LeakCheck]
/// fails the class if a buffer is not released.
final class HttpFuzzTest {
    private static final int ROUNDS = 400;

    private static final List<String> PIECES = List.of(
            "GET ",
            "POST ",
            "/",
            "/x?y=%zz&&=",
            " HTTP/1.1\r\n",
            " HTTP/1.0\r\n",
            "Host: localhost\r\n",
            "Host: x\r\n",
            "Content-Length: 5\r\n",
            "Content-Length: 99\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Expect: 100-continue\r\n",
            "/channels/a",
            "/channels?name=b",
            "?as=sse",
            "?split=line",
            "&close=true",
            "PUT ",
            "DELETE ",
            "Accept: text/event-stream\r\n",
            "Content-Type: application/x-ndjson\r\n",
            "{\"channel\":\"a\",\"data\":1}\n",
            "Sec-WebSocket-Version: 13\r\n",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n",
            "Connection: Upgrade\r\n",
            "Connection: close\r\n",
            "Connection: keep-alive\r\n",
            "Upgrade: websocket\r\n",
            "Origin: null\r\n",
            "\r\n",
            "\r\n\r\n",
            "5\r\nhello\r\n",
            "0\r\n\r\n",
            "ffffffff\r\n",
            "\n",
            "\r",
            " ",
            ":",
            "\u0000",
            "é",
            "%",
            "hello");

    /// Reads bodies; answers some requests at once, some in the middle of the body, some later, and takes over others.
    private static void handle(Exchange exchange) {
        int kind = exchange.request().path().raw().length() % 4;
        if (kind == 0) {
            exchange.answer(ServerResponse.text(Status.OK, "at once"));
            return;
        }
        exchange.body(new BodyReader() {
            @Override
            public void data(ByteBuffer part) {
                if (kind == 1) exchange.answer(ServerResponse.text(Status.NOT_FOUND, "in the midst"));
            }

            @Override
            public void end() {
                exchange.loop()
                        .execute(() -> exchange.run(() -> exchange.answer(ServerResponse.text(Status.OK, "later"))));
            }

            @Override
            public void failed(Problem problem) {
                exchange.refuse(problem);
            }
        });
    }

    @Test
    void survivesRandomRequests() throws Exception {
        long seed = seed();
        var random = new Random(seed);
        try (var server = HttpTestServer.of(HttpFuzzTest::handle)) {
            for (int round = 0; round < ROUNDS; round++) {
                send(server.port(), random.nextBoolean() ? pieces(random) : noise(random), random);
                if (round % 20 == 0) {
                    assertThat(server.get("/abc").body())
                            .as("seed %d, round %d", seed, round)
                            .isEqualTo("at once");
                }
            }
        }
    }

    @Test
    void servesAHubDespiteRandomRequests() throws Exception {
        long seed = seed();
        var random = new Random(seed);
        try (var server = TestServer.start()) {
            int port = server.server().uri().getPort();
            for (int round = 0; round < ROUNDS; round++) {
                send(port, random.nextBoolean() ? pieces(random) : request(random), random);
                if (round % 20 == 0) {
                    assertThat(server.get("/livez").body())
                            .as("seed %d, round %d", seed, round)
                            .isEqualTo("ok\n");
                }
            }
        }
    }

    private static long seed() {
        long seed = System.nanoTime();
        System.getLogger(HttpFuzzTest.class.getName()).log(System.Logger.Level.INFO, "seed={0,number,#}", seed);
        return seed;
    }

    /// Bytes that resemble a request enough to reach deeper code.
    private static byte[] request(Random random) {
        String[] starts = {
            "GET /channels/a?as=sse", "GET /channels/a?as=ndjson", "POST /channels/a?split=line",
                    "POST /channels/a?split=chunk",
            "POST /channels", "GET /channels/a?wait=1", "DELETE /channels/a",
                    "GET /channels/a/**?after=earliest&as=text"
        };
        String start = starts[random.nextInt(starts.length)] + " HTTP/1.1\r\nHost: localhost\r\n";
        byte[] head = start.getBytes(StandardCharsets.UTF_8);
        byte[] rest = pieces(random);
        byte[] all = java.util.Arrays.copyOf(head, head.length + rest.length);
        System.arraycopy(rest, 0, all, head.length, rest.length);
        return all;
    }

    private static byte[] pieces(Random random) {
        var all = new StringBuilder();
        int count = random.nextInt(40);
        for (int i = 0; i < count; i++) all.append(PIECES.get(random.nextInt(PIECES.size())));
        return all.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] noise(Random random) {
        byte[] bytes = new byte[random.nextInt(2000)];
        random.nextBytes(bytes);
        return bytes;
    }

    /// Sends in up to three parts, then ends the connection in one of all possible ways.
    private static void send(int port, byte[] bytes, Random random) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            int first = random.nextInt(bytes.length + 1);
            int second = first + random.nextInt(bytes.length - first + 1);
            for (int[] part : new int[][] {{0, first}, {first, second}, {second, bytes.length}}) {
                socket.getOutputStream().write(bytes, part[0], part[1] - part[0]);
                socket.getOutputStream().flush();
            }
            switch (random.nextInt(3)) {
                case 0 -> socket.setSoLinger(true, 0); // A reset.
                case 1 -> {
                    socket.shutdownOutput();
                    socket.getInputStream().readAllBytes(); // The server closes the connection after half-close.
                }
                default -> {}
            }
        } catch (IOException hungUp) {
            assertThat(hungUp).hasMessageMatching("(?i).*(reset|broken pipe|aborted).*");
        }
    }
}
