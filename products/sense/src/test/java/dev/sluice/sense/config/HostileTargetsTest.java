package dev.sluice.sense.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.sluice.sense.check.Outcome;
import dev.sluice.sense.heartbeat.HeartbeatLog;
import dev.sluice.sense.server.ServerRegistry;
import dev.sluice.sense.server.ServerStore;
import dev.sluice.sense.store.Database;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Targets that violate their protocol: a check of one does not hang, keeps no resources, and never is
/// unclear, because then nobody would be alerted.
class HostileTargetsTest {
    private static final Duration BROKEN = Duration.ofSeconds(60);

    private final Database database = Database.inMemory();
    private final InstantSource clock = InstantSource.system();
    private final DefinitionParser parser = new DefinitionParser(
            CheckTypes.all(
                    new HeartbeatLog(database, clock), new ServerRegistry(new ServerStore(database), clock), clock),
            Map.of());
    private final BlockingQueue<Socket> accepted = new LinkedBlockingQueue<>();
    private ServerSocket server;

    /// Sent at once to each client that connects.
    private volatile String answer = "";

    private volatile boolean isHeldOpen;

    @BeforeEach
    void listen() throws Exception {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (true) {
                try {
                    Socket socket = server.accept();
                    accepted.add(socket);
                    socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                    if (!isHeldOpen) socket.shutdownOutput();
                } catch (IOException closed) {
                    if (server.isClosed()) return;
                }
            }
        });
    }

    @AfterEach
    void close() throws Exception {
        server.close();
        for (Socket socket : accepted) socket.close();
    }

    private Outcome run(String type, Map<String, Object> values) throws Exception {
        Map<String, Object> all = new HashMap<>(values);
        all.put("name", "a");
        all.put("type", type);
        return parser.check(all).check().run();
    }

    private String url(String scheme) {
        return scheme + "://localhost:" + server.getLocalPort() + "/";
    }

    @Test
    void anAnswerThatBreaksTheRulesOfHttpIsAFailure() {
        String ok = "HTTP/1.1 200 OK\r\n";
        String moved = "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: ";
        List<String> answers = List.of(
                "",
                "\0\1\2",
                "HTTP/9.9 200 OK\r\n\r\n",
                "HTTP/1.1 99999 OK\r\n\r\n",
                "HTTP/1.1 ABC OK\r\n\r\n",
                ok + "Content-Length: many\r\n\r\n",
                ok + "Content-Length: -5\r\n\r\n",
                ok + "Content-Length: 99999999999999999999\r\n\r\n",
                ok + "Transfer-Encoding: chunked\r\n\r\nZZ\r\n",
                ok + "Transfer-Encoding: chunked\r\n\r\n-1\r\n",
                ok + "Na\0me: x\r\n\r\n",
                moved + "http://[bad\r\n\r\n",
                moved + "/a b\r\n\r\n",
                moved + "http://localhost:99999999/\r\n\r\n",
                moved + "http:///x\r\n\r\n",
                moved + "ftp://localhost/\r\n\r\n",
                moved + "mailto:a@b\r\n\r\n",
                "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\n\r\n",
                "HTTP/1.1 401 No\r\nWWW-Authenticate: ???\r\nContent-Length: 0\r\n\r\n");
        for (String each : answers) {
            answer = each;
            for (String type : List.of("http", "sse", "hub"))
                assertTimeoutPreemptively(
                        BROKEN,
                        () -> assertThat(run(type, Map.of("url", url("http"))))
                                .as(type + " " + each)
                                .isInstanceOf(Outcome.Failed.class));
            assertTimeoutPreemptively(
                    BROKEN,
                    () -> assertThat(run("websocket", Map.of("url", url("ws"))))
                            .as("websocket " + each)
                            .isInstanceOf(Outcome.Failed.class));
        }
    }

    @Test
    void anEventIsExaminedBeforeTheEndOfItsLineWhichMayNeverArrive() {
        isHeldOpen = true;
        answer =
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: hello\r\n\r\ndata: " + "x".repeat(200_000);
        assertTimeoutPreemptively(
                BROKEN, () -> assertThat(run("sse", Map.of("url", url("http")))).isInstanceOf(Outcome.Passed.class));
    }

    @Test
    void aStreamWithoutTheEventIsNotReadForEver() {
        isHeldOpen = true;
        answer = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: " + "x".repeat(2_000_000);
        assertTimeoutPreemptively(
                BROKEN, () -> assertThat(run("sse", Map.of("url", url("http")))).isInstanceOf(Outcome.Failed.class));
    }

    @Test
    void anUnansweredHandshakeKeepsNoConnectionAfterItsTimeout() throws Exception {
        isHeldOpen = true;
        Thread run = Thread.ofVirtual().start(() -> {
            try {
                run("websocket", Map.of("url", url("ws"), "timeout", "100ms"));
            } catch (Exception interrupted) {
                return;
            }
        });
        Socket socket = accepted.poll(60, TimeUnit.SECONDS);
        assertThat(socket).isNotNull();
        run.interrupt();
        assertTimeoutPreemptively(BROKEN, () -> socket.getInputStream().readAllBytes(), "the end of the connection");
    }

    @Test
    void aProgramHasEndedAlsoIfItsChildHoldsItsOutput(@TempDir Path folder) throws Exception {
        Path flag = Files.createFile(folder.resolve("flag"));
        String child = "while [ -e '" + flag + "' ]; do sleep 0.1; done";
        var fields =
                new Fields(Map.of("command", List.of("sh", "-c", "(" + child + ") & echo fine")), (key, message) -> {
                    throw new AssertionError(key + " " + message);
                });
        var check = parser.checkTypes().get("command").reader().read(fields, "a");
        try {
            assertTimeoutPreemptively(
                    BROKEN,
                    () -> assertThat(check.run())
                            .isInstanceOfSatisfying(
                                    Outcome.Passed.class,
                                    passed -> assertThat(passed.answer()).isEqualTo("fine")));
        } finally {
            Files.delete(flag);
        }
    }

    @Test
    void anUnknownNameServerIsAFailureAndNotAMistakeOfTheDefinition() throws Exception {
        assertThat(run("dns", Map.of("host", "shop.example", "server", "no-such-host.invalid")))
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.failure().found()).contains("no-such-host.invalid"));
    }
}
