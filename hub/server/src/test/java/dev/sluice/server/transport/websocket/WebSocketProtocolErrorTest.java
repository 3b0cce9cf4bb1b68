package dev.sluice.server.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Draft;
import dev.sluice.server.TestServer;
import dev.sluice.server.publish.PublishSettings;
import dev.sluice.server.transport.Received;
import dev.sluice.server.transport.WebSocketListener;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Tests that input which violates RFC 6455 or 7692 is answered with the specified close code, and that the client
/// can read it.
class WebSocketProtocolErrorTest {
    private static final String DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate";

    private static WebSocketListener listen(TestServer server, boolean json, String... headers) {
        return new WebSocketListener(server, "/channels/news?envelope=" + (json ? "json" : "raw"), json, headers);
    }

    @ParameterizedTest
    @CsvSource({
        "1002, 8105 68656c6c6f, not masked",
        "1002, 83851234567800000000 00, opcode 3",
        "1002, 8b8012345678, opcode B",
        "1002, c18112345678 00, RSV1 without compression",
        "1002, a18112345678 00, RSV2",
        "1002, 918112345678 00, RSV3",
        "1002, 098012345678, a fragmented ping",
        "1002, 89fe007e12345678, a ping of 126 bytes",
        "1002, 808112345678 00, a continuation without a message",
        "1002, 018112345678 73 818112345678 73, a message within a fragmented one",
        "1002, 888112345678 00, a close frame with one byte",
        "1002, 888212345678 11d9, the code 1005",
        "1002, 888212345678 11da, the code 1006",
        "1002, 888212345678 1034, the code 512",
        "1007, 888312345678 11dca9, a reason that is not UTF-8",
        "1007, 818112345678 ed, text that is not UTF-8",
        "1007, 818212345678 d3b4, half a character",
        "1002, 82fe000512345678 0000000000, a length that would fit one byte",
        "1002, 82ff000000000000000512345678 0000000000, a length that would fit one byte",
    })
    void isAnsweredWithTheSpecifiedCode(String code, String hex, String what) {
        try (TestServer server = TestServer.start();
                WebSocketListener webSocket = listen(server, false)) {
            server.publish("news", "before");
            webSocket.expect("before");
            webSocket.sendRaw(HexFormat.of().parseHex(hex.replace(" ", "")));
            webSocket.expectEnd(code);
            assertThat(server.get("/channels/news?as=json").body())
                    .describedAs(what)
                    .containsOnlyOnce("\"id\"");
        }
    }

    @Test
    void isAnsweredDespiteMoreInput() {
        try (TestServer server = TestServer.start();
                WebSocketListener webSocket = listen(server, false)) {
            byte[] junk = new byte[3 << 20];
            junk[0] = (byte) 0x83;
            Thread sending = Thread.startVirtualThread(() -> webSocket.sendRaw(junk));
            webSocket.expectEnd("1002");
            assertThat(sending).isNotNull();
        }
    }

    @Test
    void binaryMessagesAreNotJson() {
        try (TestServer server = TestServer.start();
                WebSocketListener webSocket = listen(server, true)) {
            webSocket.send(0x82, new byte[] {1, 2, 3}).sendText("{\"data\":\"too late\"}");
            webSocket.expectEnd("1003");
            assertThat(server.get("/channels/news?as=json").body()).contains("\"events\":[]");
        }
    }

    @Test
    void invalidUtf8IsNotJson() {
        try (TestServer server = TestServer.start();
                WebSocketListener webSocket = listen(server, true)) {
            webSocket.send(0x81, new byte[] {'"', (byte) 0xFF, '"'});
            webSocket.expectEnd("1007");
        }
    }

    @ParameterizedTest
    @CsvSource({"1", "100"})
    void aMessageThatIsTooLongClosesTheConnection(int fragments) {
        // It waits until a busy client has sent all of it.
        try (TestServer server = TestServer.forConnections(10);
                WebSocketListener webSocket = listen(server, false)) {
            byte[] part = new byte[(5 << 20) / fragments];
            Thread sending = Thread.startVirtualThread(() -> {
                for (int i = 0; i < fragments; i++) {
                    int last = i == fragments - 1 ? 0x80 : 0;
                    webSocket.send(last | (i == 0 ? 2 : 0), part);
                }
            });
            webSocket.expectEnd("1009");
            assertThat(sending).isNotNull();
        }
    }

    @Test
    void invalidCompressedMessagesCloseTheConnection() {
        try (TestServer server = TestServer.start();
                WebSocketListener webSocket = listen(server, false, DEFLATE)) {
            assertThat(webSocket.header("Sec-WebSocket-Extensions")).isNotNull();
            webSocket.send(0xC1, new byte[] {(byte) 0xFF, (byte) 0xFF, 0x12, 0x34});
            webSocket.expectEnd("1007");
        }
    }

    @Test
    void aContinuationMarkedAsCompressedClosesTheConnection() {
        try (TestServer server = TestServer.start();
                WebSocketListener webSocket = listen(server, false, DEFLATE)) {
            webSocket.send(0x01, new byte[] {'h', 'e', 'l'}).send(0xC0, new byte[] {'l', 'o'});
            webSocket.expectEnd("1002");
            assertThat(server.get("/channels/news?as=json").body()).contains("\"events\":[]");
        }
    }

    @Test
    void aCompressedMessageTruncatedAnywhereClosesTheConnection() {
        byte[] whole = Compressed.of("sluice, sluice, sluice, a hub".getBytes(StandardCharsets.UTF_8));
        try (TestServer server = TestServer.start()) {
            for (int length = 1; length < whole.length; length++) {
                try (WebSocketListener webSocket = listen(server, false, DEFLATE)) {
                    webSocket.send(0xC1, Arrays.copyOf(whole, length));
                    webSocket.expectEnd("1007");
                }
            }
            assertThat(server.get("/channels/news?as=json").body()).contains("\"events\":[]");
            try (WebSocketListener webSocket = listen(server, false, DEFLATE)) {
                webSocket.send(0xC1, whole).expect("sluice, sluice, sluice, a hub");
            }
        }
    }

    @Test
    void anEndlessMessageOfEmptyFramesClosesTheConnection() {
        try (TestServer server = TestServer.start();
                WebSocketListener webSocket = listen(server, false)) {
            int framesMax = PublishSettings.DEFAULTS.lineBytesMax() / 64;
            byte[] frames = new byte[6 * framesMax + 6];
            for (int i = 0; i < frames.length; i += 6) frames[i + 1] = (byte) 0x80;
            frames[0] = 0x01;
            webSocket.sendRaw(frames);
            webSocket.expectEnd("1008");
        }
    }

    @Test
    void aDecompressionBombClosesTheConnection() {
        try (TestServer server = TestServer.start();
                WebSocketListener webSocket = listen(server, false, DEFLATE)) {
            webSocket.send(0xC2, Compressed.of(new byte[8 << 20]));
            webSocket.expectEnd("1009");
        }
    }

    @Test
    void aRawMessageThatCannotBePublishedClosesTheConnection() {
        try (TestServer server = TestServer.start();
                WebSocketListener webSocket = listen(server, false)) {
            server.publish(Draft.end(new ChannelName("other")));
            webSocket.send(0x81, "x".repeat((1 << 20) + 1).getBytes(StandardCharsets.UTF_8));
            webSocket.expectEnd("4413");
        }
    }

    @Test
    void doesNotDisturbOthers() {
        try (TestServer server = TestServer.start()) {
            try (WebSocketListener good = listen(server, true)) {
                good.next(Received.Begin.class);
                for (int i = 0; i < 20; i++) {
                    try (WebSocketListener bad = listen(server, true)) {
                        bad.sendRaw((byte) 0x83, (byte) i, (byte) 0xFF);
                        bad.expectEnd("1002");
                    }
                }
                server.publish("news", "on");
                good.expect("on");
            }
            server.awaitConnections(0);
        }
    }
}
