package dev.sluice.server.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import dev.sluice.server.transport.Received;
import dev.sluice.server.transport.WebSocketListener;
import dev.sluice.wire.WebSocketFrame;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Tests the opening handshake, including the negotiation of compression.
class HandshakeTest {
    private static final String LARGE = "0123456789".repeat(1_000);

    private static WebSocketListener offering(TestServer server, String offer) {
        return new WebSocketListener(
                server, "/channels/news?envelope=raw", false, "Sec-WebSocket-Extensions: " + offer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate",
                "permessage-deflate; client_max_window_bits",
                "permessage-deflate; client_max_window_bits=9",
                "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
                "x-unknown, permessage-deflate",
                "permessage-deflate; server_max_window_bits=8, permessage-deflate",
                "permessage-deflate; mystery, permessage-deflate; client_max_window_bits",
            })
    void compressesIfOffered(String offer) throws IOException {
        try (TestServer server = TestServer.start();
                WebSocketListener webSocket = offering(server, offer)) {
            assertThat(webSocket.header("Sec-WebSocket-Extensions"))
                    .isEqualTo("permessage-deflate; server_no_context_takeover; client_no_context_takeover");
            server.publish("news", "small");
            server.publish("news", LARGE);
            server.publish("news", LARGE);
            assertThat(webSocket.frame().first()).isEqualTo(0x81);
            for (int i = 0; i < 2; i++) {
                // Each message on its own: a fresh window decompresses it.
                WebSocketFrame frame = webSocket.frame();
                assertThat(frame.first()).isEqualTo(0xC1);
                assertThat(frame.payload().length).isLessThan(200);
                assertThat(new String(ClientFrames.inflated(frame.payload()), StandardCharsets.UTF_8))
                        .isEqualTo(LARGE);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate; server_max_window_bits=15",
                "permessage-deflate; server_max_window_bits=\"15\""
            })
    void repeatsTheWindowThatTheClientAskedFor(String offer) {
        try (TestServer server = TestServer.start();
                WebSocketListener webSocket = offering(server, offer)) {
            assertThat(webSocket.header("Sec-WebSocket-Extensions")).contains("server_max_window_bits=15");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x-webkit-deflate-frame",
                "permessage-deflate; server_max_window_bits=8",
                "permessage-deflate; server_max_window_bits",
                "permessage-deflate; mystery",
                "permessage-deflate; server_no_context_takeover=1",
                "permessage-deflate; client_max_window_bits=7",
                "permessage-deflate; client_max_window_bits=99",
                "permessage-deflate; client_no_context_takeover; client_no_context_takeover",
            })
    void declinesUnsupportedOffers(String offer) throws IOException {
        try (TestServer server = TestServer.start();
                WebSocketListener webSocket = offering(server, offer)) {
            assertThat(webSocket.status()).isEqualTo(101);
            assertThat(webSocket.header("Sec-WebSocket-Extensions")).isNull();
            server.publish("news", LARGE);
            assertThat(webSocket.frame().first()).isEqualTo(0x81);
        }
    }

    @Test
    void acceptsCompressedMessages() {
        try (TestServer server = TestServer.start();
                WebSocketListener webSocket = offering(server, "permessage-deflate")) {
            byte[] text = "small enough to come back as it is".getBytes(StandardCharsets.UTF_8);
            byte[] compressed = Compressed.of(text);
            for (int i = 0; i < 3; i++) webSocket.send(0xC1, compressed);
            webSocket.send(0x81, text);
            byte[] head = Arrays.copyOf(compressed, 5);
            byte[] rest = Arrays.copyOfRange(compressed, 5, compressed.length);
            webSocket.send(0x41, head).send(0x80, rest);
            for (int i = 0; i < 5; i++) webSocket.expect(new String(text, StandardCharsets.UTF_8));
        }
    }

    @Test
    void sendsItsStartingCursor() {
        try (TestServer server = TestServer.start()) {
            Cursor id = server.publish("news", "before");
            try (WebSocketListener webSocket = new WebSocketListener(server, "/channels/news", true)) {
                assertThat(webSocket.header("Sluice-Cursor")).isEqualTo(id.text());
                assertThat(webSocket.header("Upgrade")).isEqualToIgnoringCase("websocket");
                assertThat(webSocket.header("Connection")).isEqualToIgnoringCase("upgrade");
                assertThat(webSocket.header("Transfer-Encoding")).isNull();
                assertThat(webSocket.header("Content-Length")).isNull();
                assertThat(webSocket.next(Received.Begin.class).cursor()).isEqualTo(id.text());
            }
        }
    }

    private static String handshake(TestServer server, String path, String... lines) {
        try (RawClient client = new RawClient(server)) {
            return client.get(path, lines).until("\r\n\r\n");
        }
    }

    @ParameterizedTest
    @CsvSource({"12", "14", "0", "13.0", "''"})
    void namesTheSupportedVersion(String version) {
        try (TestServer server = TestServer.start()) {
            String head = handshake(
                    server,
                    "/channels/news",
                    "Upgrade: websocket",
                    "Connection: Upgrade",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                    "Sec-WebSocket-Version: " + version);
            assertThat(head)
                    .startsWith("HTTP/1.1 426 ")
                    .containsIgnoringCase("\r\nUpgrade: websocket\r\n")
                    .containsIgnoringCase("\r\nConnection: Upgrade\r\n")
                    .containsIgnoringCase("\r\nSec-WebSocket-Version: 13\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZTE=", "!!!!!!!!!!!!!!!!!!!!!!!!"})
    void refusesInvalidKeys(String key) {
        try (TestServer server = TestServer.start()) {
            String head = handshake(
                    server,
                    "/channels/news",
                    "Upgrade: websocket",
                    "Connection: keep-alive, Upgrade",
                    "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: " + key);
            assertThat(head).startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void refusesAsAStatusOrAsACloseCode() {
        try (TestServer server = TestServer.start()) {
            Cursor lost = server.publish("news", "lost");
            server.log().delete(new ChannelName("news"));
            List<String> wrong = List.of("/channels/news?after=x", "/channels/a/*?envelope=raw", "/channels/..?_=1");
            for (String target : wrong) {
                try (WebSocketListener webSocket = new WebSocketListener(server, target, true)) {
                    assertThat(webSocket.status()).describedAs(target).isEqualTo(400);
                }
                try (WebSocketListener webSocket = new WebSocketListener(server, target + "&errors=event", true)) {
                    assertThat(webSocket.status()).describedAs(target).isEqualTo(101);
                    if (!target.contains("raw")) {
                        assertThat(webSocket.next(Received.AnError.class)).isEqualTo(new Received.AnError(400, false));
                    }
                    webSocket.expectEnd("4400");
                }
            }
            String gone = "/channels/news?gap=fail&after=" + lost;
            try (WebSocketListener webSocket = new WebSocketListener(server, gone, true)) {
                assertThat(webSocket.status()).isEqualTo(410);
            }
            try (WebSocketListener webSocket = new WebSocketListener(server, gone + "&errors=event", true)) {
                assertThat(webSocket.next(Received.AnError.class)).isEqualTo(new Received.AnError(410, false));
                webSocket.expectEnd("4410");
            }
        }
    }

    /// Otherwise a proxy that reads a body and the hub would disagree where the request ends (request smuggling).
    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 21", "Transfer-Encoding: chunked"})
    void hasNoBody(String header) {
        try (TestServer server = TestServer.start();
                WebSocketListener webSocket = new WebSocketListener(server, "/channels/news", true, header)) {
            assertThat(webSocket.status()).isEqualTo(400);
            webSocket.sendText("{\"data\":\"x\"}");
            assertThat(server.get("/channels/news?as=json").body()).contains("\"events\":[]");
        }
    }

    @Test
    void mayHaveAnEmptyBody() {
        try (TestServer server = TestServer.start();
                WebSocketListener webSocket =
                        new WebSocketListener(server, "/channels/news", true, "Content-Length: 0")) {
            assertThat(webSocket.status()).isEqualTo(101);
        }
    }
}
