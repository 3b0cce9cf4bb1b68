package dev.sluice.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Sluice;
import dev.sluice.server.Await;
import dev.sluice.server.RawClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocketListener;
import org.junit.jupiter.api.Test;

/// `app.ws`, tested with the JDK's client and OkHttp.
final class SocketsTest {
    /// Records the messages that a client receives, in order.
    static final class Client implements WebSocket.Listener, AutoCloseable {
        final LinkedBlockingQueue<String> received = new LinkedBlockingQueue<>();
        final HttpClient http = HttpClient.newHttpClient();
        final WebSocket socket;
        private final StringBuilder part = new StringBuilder();

        Client(Sluice app, String path, String... subprotocols) {
            var builder = http.newWebSocketBuilder();
            if (subprotocols.length == 2) builder.subprotocols(subprotocols[0], subprotocols[1]);
            socket = builder.buildAsync(URI.create("ws://127.0.0.1:" + app.port() + path), this)
                    .orTimeout(60, TimeUnit.SECONDS)
                    .join();
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            part.append(data);
            if (last) {
                received.add(part.toString());
                part.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            received.add("binary " + data.remaining());
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            received.add("closed " + code + " " + reason);
            return null;
        }

        String next() throws InterruptedException {
            return received.poll(60, TimeUnit.SECONDS);
        }

        @Override
        public void close() {
            socket.abort();
            http.close();
        }
    }

    @Test
    void answersWithTheSubprotocolOfTheRouteAndRefusesClientsThatDoNotOfferIt() {
        try (var app = Sluice.inMemory().port(0).ws("/sensors", "sensors.v1", socket -> {})) {
            app.start();
            try (var client = new Client(app, "/sensors", "sensors.v2", "sensors.v1")) {
                assertThat(client.socket.getSubprotocol()).isEqualTo("sensors.v1");
            }
            assertThatThrownBy(() -> new Client(app, "/sensors"))
                    .cause()
                    .isInstanceOfSatisfying(
                            WebSocketHandshakeException.class,
                            refused -> assertThat(refused.getResponse().statusCode())
                                    .isEqualTo(400));
        }
    }

    /// RFC 6455 §4.2.1 and §4.2.2.
    @Test
    void upgradesOnlyRequestsThatAskForItAndSaysSo() {
        try (var app = Sluice.inMemory().port(0).ws("/sensors", socket -> {}).start()) {
            assertThat(handshake(app, "Upgrade: websocket", "Connection: keep-alive, Upgrade"))
                    .startsWith("HTTP/1.1 101 ")
                    .containsIgnoringCase("\r\nupgrade: websocket\r\n")
                    .containsIgnoringCase("\r\nconnection: upgrade\r\n");
            assertThat(handshake(app, "Connection: Upgrade")).startsWith("HTTP/1.1 404 ");
            assertThat(handshake(app, "Upgrade: websocket")).startsWith("HTTP/1.1 404 ");
            assertThat(handshake(app, "Upgrade: h2c", "Connection: Upgrade")).startsWith("HTTP/1.1 404 ");
        }
    }

    private static String handshake(Sluice app, String... lines) {
        try (var client = new RawClient(app.port())) {
            return client.send("GET /sensors HTTP/1.1\r\nHost: localhost\r\nSec-WebSocket-Version: 13\r\n"
                            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + String.join("\r\n", lines)
                            + "\r\n\r\n")
                    .until("\r\n\r\n");
        }
    }

    @Test
    void echoesTextAndBinaryOnAnyPath() throws Exception {
        var codes = new LinkedBlockingQueue<Integer>();
        try (var app = Sluice.inMemory()
                        .port(0)
                        .ws("/**", socket -> {
                            socket.send(List.of("Welcome", "", "Ask"));
                            socket.send(List.of());
                            socket.onText(text -> socket.send("You said: " + text));
                            socket.onBinary(bytes -> socket.send(bytes));
                            socket.onClose(codes::add);
                        })
                        .start();
                var client = new Client(app, "/any/where?x=1")) {
            assertThat(client.next()).isEqualTo("Welcome");
            assertThat(client.next()).isEmpty();
            assertThat(client.next()).isEqualTo("Ask");
            client.socket.sendText("hello", true).join();
            assertThat(client.next()).isEqualTo("You said: hello");
            client.socket.sendBinary(ByteBuffer.allocate(70_000), true).join();
            assertThat(client.next()).startsWith("binary ");
            client.socket.sendClose(4001, "bye").join();
            assertThat(codes.poll(60, TimeUnit.SECONDS)).isEqualTo(4001);
            Await.that(() -> app.running() == 0);
        }
    }

    @Test
    void deliversNothingAfterTheEnd() throws Exception {
        var callbacks = new LinkedBlockingQueue<String>();
        try (var app = Sluice.inMemory()
                        .port(0)
                        .ws("/", socket -> {
                            socket.onClose(code -> callbacks.add("end"));
                            socket.onText(text -> {
                                callbacks.add(text);
                                socket.close();
                            });
                        })
                        .start();
                var client = new RawClient(app.port())) {
            client.get(
                    "/",
                    "Connection: Upgrade",
                    "Upgrade: websocket",
                    "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
            client.until("\r\n\r\n");
            byte[] masked = {(byte) 0x81, (byte) 0x81, 0, 0, 0, 0, 'x'};
            var many = ByteBuffer.allocate(1_000 * masked.length); // More than wait for their callbacks.
            while (many.hasRemaining()) many.put(masked);
            client.send(many.array());
            client.rest();
            Await.that(() -> app.running() == 0);
            assertThat(List.copyOf(callbacks)).contains("x").endsWith("end").containsOnlyOnce("end");
        }
    }

    @Test
    void closesOnlyTheConnectionWhoseCallbackFails() throws Exception {
        try (var app = Sluice.inMemory()
                        .port(0)
                        .ws(
                                "/",
                                socket -> socket.onText(text -> {
                                    if (text.equals("fail")) throw new IllegalStateException("on purpose");
                                    socket.send(text);
                                }))
                        .start();
                var one = new Client(app, "/");
                var other = new Client(app, "/")) {
            one.socket.sendText("fail", true).join();
            assertThat(one.next()).startsWith("closed 1011");
            other.socket.sendText("fine", true).join();
            assertThat(other.next()).isEqualTo("fine");
        }
    }

    @Test
    void receivesAndSendsCompressedMessages() throws Exception {
        var received = new LinkedBlockingQueue<String>();
        var client = new OkHttpClient(); // Offers permessage-deflate, and compresses messages longer than 1 KiB.
        try (var app = Sluice.inMemory()
                .port(0)
                .ws("/echo", socket -> socket.onText(socket::send))
                .start()) {
            var listener = new WebSocketListener() {
                @Override
                public void onOpen(okhttp3.WebSocket socket, Response response) {
                    received.add(String.valueOf(response.header("Sec-WebSocket-Extensions")));
                }

                @Override
                public void onMessage(okhttp3.WebSocket socket, String text) {
                    received.add(text);
                }
            };
            var request = new Request.Builder().url(app.uri() + "/echo").build();
            var socket = client.newWebSocket(request, listener);
            assertThat(received.poll(60, TimeUnit.SECONDS)).contains("permessage-deflate");
            var text = "你好 ".repeat(50_000);
            for (int i = 0; i < 3; i++) {
                socket.send(text);
                assertThat(received.poll(60, TimeUnit.SECONDS)).isEqualTo(text);
            }
            socket.cancel();
        } finally {
            client.dispatcher().executorService().shutdown();
        }
    }
}
