package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Draft;
import dev.sluice.wire.Http2Frame;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Connections with TLS that end in the midst of a body: it is never taken for a whole one, neither after a
/// `close_notify` nor without it, as an attacker on the way can cut a connection anywhere (RFC 9112 §9.8).
class CutConnectionTest {
    /// How a client says where its body ends.
    enum Framing {
        LENGTH,
        CHUNKS,
        HTTP2;

        /// Sends the beginning of a body whose end never comes.
        void begin(Socket secure, String path, String type, String body) throws IOException {
            String head = "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type + "\r\n";
            switch (this) {
                case LENGTH -> write(secure, head + "Content-Length: " + (body.length() + 1) + "\r\n\r\n" + body);
                case CHUNKS ->
                    write(
                            secure,
                            head + "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(body.length()) + "\r\n"
                                    + body + "\r\n");
                case HTTP2 ->
                    new Http2Client(secure)
                            .request(1, "POST", path, false, "content-type", type)
                            .data(1, body, false);
            }
        }

        private static void write(Socket secure, String text) throws IOException {
            secure.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        }
    }

    static Stream<Arguments> cuts() {
        return Stream.of(Framing.values())
                .flatMap(framing -> Stream.of(Arguments.of(framing, true), Arguments.of(framing, false)));
    }

    private static void sendAndCut(
            TestServer server, Framing framing, boolean isNotified, String path, String type, String body) {
        try (Socket plain = new Socket(
                        InetAddress.getLoopbackAddress(), server.server().uri().getPort());
                SSLSocket secure = Secure.over(plain, framing == Framing.HTTP2 ? "h2" : "http/1.1")) {
            framing.begin(secure, path, type, body);
            if (isNotified) secure.shutdownOutput();
            else plain.shutdownOutput();
            server.awaitConnections(0);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    @ParameterizedTest
    @MethodSource("cuts")
    void storesNothingOfATruncatedPublish(Framing framing, boolean isNotified) {
        try (TestServer server = TestServer.secure()) {
            Cursor before = server.publish("news", "before");
            sendAndCut(server, framing, isNotified, "/channels/news", "text/plain", "half");
            assertThat(server.log().head()).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @MethodSource("cuts")
    void storesOnlyTheCompleteLinesOfATruncatedUpload(Framing framing, boolean isNotified) {
        try (TestServer server = TestServer.secure()) {
            sendAndCut(server, framing, isNotified, "/channels/news?split=line", "text/plain", "whole\nhalf");
            server.publish("news", "marker");
            assertThat(server.get("/channels/news?as=json&after=earliest").body())
                    .contains("\"data\":\"whole\"", "\"data\":\"marker\"")
                    .doesNotContain("half");
        }
    }

    @ParameterizedTest
    @MethodSource("cuts")
    void storesNothingOfATruncatedAtomicBatch(Framing framing, boolean isNotified) {
        try (TestServer server = TestServer.secure()) {
            Cursor before = server.publish("news", "before");
            String line = "{\"channel\":\"news\",\"data\":\"half\"}\n";
            sendAndCut(server, framing, isNotified, "/channels?atomic=true", "application/x-ndjson", line + line);
            assertThat(server.log().head()).isEqualTo(before);
        }
    }

    /// Text has no frames of its own: only the end of the stream tells a reader that it has all.
    @Test
    void resetsAnInterruptedStreamOfTextAndEndsACompleteOne() {
        try (TestServer server = TestServer.secure();
                Http2Client client = new Http2Client(server)) {
            client.get(1, "/channels/lost?as=text").head(1);
            client.get(3, "/channels/ended?as=text").head(3);
            server.publish("lost", "some");
            client.until(1, "some");
            server.log().delete(new ChannelName("lost"));
            assertThat(client.await(frame -> frame.stream() == 1).type()).isEqualTo(Http2Frame.RST_STREAM);
            server.publish("ended", "all");
            client.until(3, "all");
            server.publish(Draft.end(new ChannelName("ended")));
            assertThat(client.await(frame -> frame.stream() == 3).isLast()).isTrue();
        }
    }
}
