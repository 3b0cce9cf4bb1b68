package dev.sluice.cluster.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.access.Principal;
import dev.sluice.core.peers.Peers.Delivery;
import dev.sluice.core.peers.SessionMessages;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Requests to nodes that do not answer as they should.
final class NodeClientTest {
    @TempDir
    Path folder;

    /// Behaves like a node that is stopped or cut off.
    @Test
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void limitsTheWaitForAStalledCopy() throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var client = new NodeClient(TestNode.TOKEN, null)) {
            Thread.ofVirtual().start(() -> beginToAnswer(server));
            String node = "127.0.0.1:" + server.getLocalPort();
            assertThatThrownBy(() -> client.copy(node, folder.resolve("copy"), Duration.ofSeconds(1)))
                    .isInstanceOf(IOException.class)
                    .hasMessage("the node stopped sending its copy");
        }
    }

    @Test
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void onlyANodeThatRefusesConnectionsIsGone() throws Exception {
        var messages = new SessionMessages("a session", Principal.ANONYMOUS, null, new byte[1]);
        try (var unused = new Socket();
                var client = TestNode.client()) {
            unused.bind(new InetSocketAddress("127.0.0.1", 0)); // Nobody else listens at its port, nor it itself.
            String refusing = "127.0.0.1:" + unused.getLocalPort();
            assertThat(client.send(refusing, messages).toCompletableFuture().join())
                    .isEqualTo(Delivery.GONE);
            assertThat(client.awaitEnd(refusing, () -> true)).isTrue();
            // A label has at most 63 octets (RFC 1035 §2.3.4), so that no resolver of the machine is asked.
            String unresolved = "n".repeat(64) + ".invalid:1";
            assertThat(client.send(unresolved, messages).toCompletableFuture().join())
                    .isEqualTo(Delivery.UNKNOWN);
            assertThat(client.awaitEnd(unresolved, () -> true)).isFalse();
        }
    }

    /// A leader may be far away, and a publish has up to 12 MiB.
    @Test
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void givesLargeProposalsMoreTime() throws Exception {
        byte[] large = new byte[4 << 20];
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var client = new NodeClient(TestNode.TOKEN, null)) {
            Thread.ofVirtual().start(() -> takeSlowly(server, large.length));
            assertThat(client.propose("127.0.0.1:" + server.getLocalPort(), List.of(large), () -> true))
                    .isTrue();
        }
    }

    private static void takeSlowly(ServerSocket server, int bytes) {
        try (Socket connection = server.accept()) {
            connection.getInputStream().readNBytes(bytes);
            TimeUnit.MILLISECONDS.sleep(1_500); // More than a node has for an answer.
            connection
                    .getOutputStream()
                    .write("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            connection.getInputStream().readAllBytes(); // Until the client has its answer.
        } catch (IOException | InterruptedException _) {
            // The client gave up.
        }
    }

    private static void beginToAnswer(ServerSocket server) {
        try (Socket connection = server.accept()) {
            connection
                    .getOutputStream()
                    .write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nPK\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            connection.getInputStream().readAllBytes(); // Until the client gives up.
        } catch (IOException _) {
            // The client gave up.
        }
    }
}
