package dev.sluice.lab.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Message;
import dev.sluice.Sluice;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The simulated faults of a line, tested with a stream of a hub.
@Timeout(60)
class CountingProxyTest {
    private Sluice hub;
    private CountingProxy line;

    @BeforeEach
    void open() throws IOException {
        hub = Sluice.inMemory().port(0).withoutShutdownHook().start();
        line = CountingProxy.open("127.0.0.1", new InetSocketAddress("127.0.0.1", hub.port()));
    }

    @AfterEach
    void close() {
        line.close();
        hub.close();
    }

    private Socket subscribe(String accept) throws IOException {
        return get("/channels/a", accept);
    }

    private Socket get(String path, String accept) throws IOException {
        var socket = new Socket("127.0.0.1", line.address().getPort());
        socket.setSoTimeout(60_000);
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: " + accept + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static String until(InputStream in, String end) throws IOException {
        var text = new StringBuilder();
        while (text.indexOf(end) < 0) {
            int read = in.read();
            if (read < 0) throw new IOException("ended after " + text);
            text.append((char) read);
        }
        return text.toString();
    }

    @Test
    void resetsAllConnectionsWhileItIsCut() throws Exception {
        try (var before = subscribe("text/event-stream")) {
            until(before.getInputStream(), "id:");
            line.cut();
            assertThatThrownBy(() -> until(before.getInputStream(), "never")).isInstanceOf(IOException.class);
            try (var during = subscribe("text/event-stream")) {
                assertThatThrownBy(() -> until(during.getInputStream(), "id:")).isInstanceOf(IOException.class);
            } catch (IOException reset) {
                assertThat(reset).hasMessageContaining("reset"); // The write may already fail.
            }
            line.mend();
            try (var after = subscribe("text/event-stream")) {
                assertThat(until(after.getInputStream(), "id:")).startsWith("HTTP/1.1 200");
            }
        }
    }

    @Test
    void takesConnectionsOfItsVisitorOnly() throws Exception {
        var visitor = InetAddress.getByName("127.0.0.2");
        try (var own = CountingProxy.open("127.0.0.1", new InetSocketAddress("127.0.0.1", hub.port()), visitor);
                var stranger = new Socket("127.0.0.1", own.address().getPort());
                var welcome = new Socket("127.0.0.1", own.address().getPort(), visitor, 0)) {
            byte[] request = "GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
            welcome.getOutputStream().write(request);
            assertThat(until(welcome.getInputStream(), "\r\n\r\n")).startsWith("HTTP/1.1 200");
            assertThatThrownBy(() -> {
                        stranger.getOutputStream().write(request);
                        until(stranger.getInputStream(), "\r\n\r\n");
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void passesNothingWhileItIsUnpluggedAndEverythingAfterwards() throws Exception {
        try (var socket = subscribe("text/event-stream")) {
            until(socket.getInputStream(), "id:");
            line.unplug(true);
            var arrived = new CountDownLatch(1);
            hub.channel("a").subscribe(event -> {
                if (event.text().equals("two")) arrived.countDown();
            });
            hub.channel("a").publish(Message.text("one"));
            hub.channel("a").publish(Message.text("two"));
            arrived.await();
            byte[] passed =
                    socket.getInputStream().readNBytes(socket.getInputStream().available());
            assertThat(new String(passed, StandardCharsets.US_ASCII)).doesNotContain("one");
            line.unplug(false);
            assertThat(until(socket.getInputStream(), "two")).contains("one");
        }
    }

    @Test
    void holdsBackAStreamUntilABufferIsFullAndNoPoll() throws Exception {
        line.fault().buffer(true);
        // The stream receives the event whether it subscribes before or after the publish.
        try (var stream = get("/channels/a?since=1m", "text/event-stream");
                var poll = subscribe("application/json")) {
            assertThat(until(poll.getInputStream(), "\"more\"")).contains("200 OK");
            assertThat(stream.getInputStream().available()).isZero();
            hub.channel("a").publish(Message.text("x".repeat(5_000)));
            assertThat(until(stream.getInputStream(), "xxxx")).contains("200 OK");
        }
    }
}
