package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The limit of connections, the answer beyond it, and the thread that accepts them.
class ConnectionsTest {
    private static final Pattern LISTENER =
            Pattern.compile(" *\\d+: \\w+:(?<port>\\w+) \\w+:\\w+ 0A \\w+:(?<waiting>\\w+) .*");

    private static TestServer taking(int connections) {
        ServerSettings few =
                TestServer.settings(2).toBuilder().connectionsMax(connections).build();
        return TestServer.start(few);
    }

    @Test
    void answers503BeyondTheLimit() {
        try (TestServer server = taking(3)) {
            List<RawClient> streams = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                streams.add(new RawClient(server).get("/channels/news?as=sse"));
                streams.getLast().until("\n\n");
            }
            for (int i = 0; i < 20; i++) {
                // It has sent its request and more before the answer, which it can still read.
                try (RawClient late = new RawClient(server)) {
                    late.send("POST /channels/news HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n");
                    late.send("x".repeat(10_000));
                    assertThat(late.rest().toLowerCase(Locale.ROOT))
                            .startsWith("http/1.1 503 ")
                            .contains("\r\nretry-after: ", "\r\nconnection: close\r\n", "\"status\":503")
                            .contains("\r\ncache-control: no-store\r\n", "\r\nx-content-type-options: nosniff\r\n");
                }
            }
            server.publish("news", "still here");
            for (RawClient stream : streams) assertThat(stream.until("\n\n")).contains("data: still here");
            streams.getFirst().close();
            server.awaitConnections(2);
            assertThat(server.get("/livez").statusCode()).isEqualTo(200);
            for (RawClient stream : streams) stream.close();
        }
    }

    /// After a restart the event loops are busy while all clients reconnect: the kernel would refuse connections that
    /// exceed its backlog.
    @Test
    void acceptsConnectionsWhileTheLoopIsBusy() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        List<RawClient> clients = new ArrayList<>();
        try (TestServer server = TestServer.start(TestServer.settings(1));
                Closeable _ = busy::countDown) { // Closed before the server, which waits for its loop.
            server.server().hub().dispatchers().getFirst().execute(() -> await(busy));
            for (int i = 0; i < 20; i++) clients.add(new RawClient(server).get("/livez"));
            long deadlineNs = System.nanoTime() + TestServer.PATIENCE.toNanos();
            while (waiting(server.server().uri().getPort()) > 0) {
                assertThat(System.nanoTime())
                        .describedAs("connections still wait in the kernel")
                        .isLessThan(deadlineNs);
            }
            busy.countDown();
            for (RawClient client : clients) assertThat(client.until("\r\n")).contains(" 200 ");
        } finally {
            clients.forEach(RawClient::close);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException nobodyDoesThat) {
            throw new AssertionError(nobodyDoesThat);
        }
    }

    /// The number of connections to a port in the kernel's accept queue (`proc_net_tcp`: a listening socket has the
    /// length of this queue in the column that holds the unread bytes of other sockets).
    private static int waiting(int port) throws IOException {
        for (String family : List.of("tcp", "tcp6")) {
            for (String line : Files.readAllLines(Path.of("/proc/net", family))) {
                Matcher listener = LISTENER.matcher(line);
                boolean isIt = listener.matches() && Integer.parseInt(listener.group("port"), 16) == port;
                if (isIt) return Integer.parseInt(listener.group("waiting"), 16);
            }
        }
        throw new AssertionError("nobody listens on " + port);
    }
}
