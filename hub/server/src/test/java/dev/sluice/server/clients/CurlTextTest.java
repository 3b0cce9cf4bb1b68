package dev.sluice.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Draft;
import dev.sluice.server.TestServer;
import dev.sluice.server.proxy.HostileProxy;
import dev.sluice.server.proxy.ProxiedConnection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Tests raw text with `curl -N`, which carries no cursors: a client that loses its connection starts again from a
/// known cursor.
@Timeout(60)
final class CurlTextTest {
    /// The exit code of curl for an incomplete body.
    private static final int PARTIAL_FILE = 18;

    @Test
    void detectsACutAndReadsTheSameBytesAgain() throws Exception {
        try (var server = TestServer.start();
                var proxy = HostileProxy.before(server)) {
            Cursor start = server.publish("answer", "of another time");
            var uri = proxy.uri("/channels/answer?after=" + start).toString();
            List<String> pieces = List.of("Once upon", " a time, 从前", "\nthere 🌊 was", " a hub", ".\n");

            Process first = curl(uri);
            ProxiedConnection connection =
                    proxy.await("with a head", each -> each.sentToClient().contains("\r\n\r\n"));
            for (String piece : pieces.subList(0, 2)) server.publish("answer", piece);
            assertThat(read(first.getInputStream(), "Once upon a time, 从前".getBytes(StandardCharsets.UTF_8).length))
                    .isEqualTo("Once upon a time, 从前");
            connection.cutAfter(10); // A chunk's length, and the start of its data.
            for (String piece : pieces.subList(2, 5)) server.publish("answer", piece);
            assertThat(first.waitFor()).isEqualTo(PARTIAL_FILE);

            server.publish(Draft.end(new ChannelName("answer")));
            Process again = curl(uri);
            assertThat(again.getInputStream().readAllBytes())
                    .isEqualTo(String.join("", pieces).getBytes(StandardCharsets.UTF_8));
            assertThat(again.waitFor())
                    .as("the end of the channel is the end of the body")
                    .isZero();
        }
    }

    private static Process curl(String uri) throws IOException {
        return new ProcessBuilder("curl", "--silent", "--no-buffer", "-H", "Accept: text/plain", uri).start();
    }

    private static String read(InputStream in, int bytes) throws IOException {
        var read = new ByteArrayOutputStream();
        while (read.size() < bytes) {
            int next = in.read();
            if (next < 0) break;
            read.write(next);
        }
        return read.toString(StandardCharsets.UTF_8);
    }
}
