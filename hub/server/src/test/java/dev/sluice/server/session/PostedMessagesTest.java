package dev.sluice.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.log.ForwardingLog;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.core.peers.Peers;
import dev.sluice.core.peers.SessionMessages;
import dev.sluice.server.Await;
import dev.sluice.server.RawClient;
import dev.sluice.server.TestServer;
import dev.sluice.server.metrics.BudgetFill;
import dev.sluice.server.publish.PublishSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Requests with very many messages for a session over Server-Sent Events, whose client does not read the answers.
final class PostedMessagesTest {
    /// The answers fill all buffers of the kernel several times over.
    private static final int MESSAGES = 100_000;

    private static final Pattern SESSION = Pattern.compile("\"session\":\"([^\"]+)\"");

    /// A server with one event loop, and a budget for few bodies.
    private final TestServer server = TestServer.start(TestServer.settings(1).toBuilder()
            .publish(new PublishSettings(1 << 20, 1000, 1 << 20, 4 * MESSAGES, 256, 1 << 20, Budget.LEASES.count()))
            .build());

    private final List<RawClient> clients = new ArrayList<>();

    @AfterEach
    void close() {
        clients.forEach(RawClient::close);
        server.close();
    }

    private RawClient client() {
        RawClient client = new RawClient(server);
        clients.add(client);
        return client;
    }

    private RawClient stream() {
        return client().get("/session", "Accept: text/event-stream");
    }

    private static String session(RawClient stream) {
        Matcher welcome = SESSION.matcher(stream.until("}\n\n\r\n"));
        assertThat(welcome.find()).isTrue();
        return welcome.group(1);
    }

    private RawClient post(String session, String body) {
        return client().send("POST /session/" + session + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body);
    }

    private static String invalid(int messages) {
        return "x\n".repeat(messages);
    }

    private long inFlight() {
        return inFlight(server);
    }

    private static long inFlight(TestServer server) {
        return server.server().reading().budgets().stream()
                .filter(each -> each.name().equals("in-flight"))
                .mapToLong(BudgetFill::used)
                .findFirst()
                .orElseThrow();
    }

    private void awaitInFlight(long bytes) {
        Await.that(() -> inFlight() == bytes, () -> inFlight() + " bytes in flight, not " + bytes);
    }

    /// The next message of the server that is not a heartbeat.
    private static String next(BufferedReader lines) throws IOException {
        while (true) {
            String line = lines.readLine();
            assertThat(line).isNotNull();
            if (line.startsWith("data: ") && !line.contains("\"op\":\"heartbeat\"")) return line;
        }
    }

    @Test
    void waitInTheBudgetAndBesideOtherWorkUntilTheClientReads() throws IOException {
        RawClient stream = stream();
        String session = session(stream);
        RawClient first = post(session, invalid(MESSAGES));
        awaitInFlight(2 * MESSAGES);
        // Requests on two connections have no order before that.
        Await.that(() -> !stream.hasNothing(), () -> "none of the messages is answered");
        RawClient second = post(session, "{\"op\":\"ping\",\"ref\":1}\n{\"op\":\"ping\",\"ref\":2}");
        // Each runs between tasks of the only event loop, in which the messages would be handled.
        for (int i = 0; i < 200; i++)
            assertThat(server.get("/livez").statusCode()).isEqualTo(200);
        assertThat(first.hasNothing()).isTrue();
        assertThat(second.hasNothing()).isTrue();
        assertThat(inFlight()).isGreaterThan(2 * MESSAGES);

        var lines = new BufferedReader(new InputStreamReader(stream.socket().getInputStream(), StandardCharsets.UTF_8));
        for (int i = 0; i < MESSAGES; i++) assertThat(next(lines)).contains("\"op\":\"error\"");
        assertThat(next(lines)).contains("\"op\":\"pong\"", "\"ref\":1");
        assertThat(next(lines)).contains("\"op\":\"pong\"", "\"ref\":2");
        assertThat(first.until("\r\n")).contains(" 204 ");
        assertThat(second.until("\r\n")).contains(" 204 ");
        awaitInFlight(0);
    }

    @Test
    void areDroppedWhenTheSessionEnds() {
        RawClient stream = stream();
        RawClient post = post(session(stream), invalid(MESSAGES));
        awaitInFlight(2 * MESSAGES);
        stream.close();
        assertThat(post.until("\r\n")).contains(" 404 ");
        awaitInFlight(0);
    }

    @Test
    void endTheSlowestSessionWhenTheBudgetRunsShort() {
        List<RawClient> posts = IntStream.range(0, 3)
                .mapToObj(_ -> post(session(stream()), invalid(MESSAGES / 2)))
                .toList();
        awaitInFlight(3 * MESSAGES);
        assertThat(server.post("/channels/a", "b".repeat(MESSAGES / 2)).statusCode())
                .isEqualTo(201);
        Await.that(() -> posts.stream().anyMatch(each -> !each.hasNothing()), () -> "no session has ended");
        RawClient ended =
                posts.stream().filter(each -> !each.hasNothing()).findFirst().orElseThrow();
        assertThat(ended.until("\r\n")).contains(" 404 ");
    }

    /// A node of a cluster, the other one of which answers when the test says so.
    private static final class OneOfTwo extends ForwardingLog {
        private final CompletableFuture<Peers.Delivery> delivery = new CompletableFuture<>();
        private final AtomicReference<String> client = new AtomicReference<>();

        OneOfTwo() {
            super(MemoryLog.builder(InstantSource.system()).open());
        }

        @Override
        public Peers peers() {
            return new Peers() {
                @Override
                public String self() {
                    return "a1";
                }

                @Override
                public CompletionStage<Delivery> send(String node, SessionMessages messages) {
                    client.set(messages.client());
                    return delivery;
                }

                @Override
                public void receive(Receiver receiver) {}
            };
        }
    }

    @Test
    void leaveTheBudgetWhenAnotherNodeHasThemEvenIfTheirClientHasLeft() throws IOException {
        OneOfTwo log = new OneOfTwo();
        try (TestServer node = TestServer.start(log)) {
            RawClient post = new RawClient(node);
            post.send("POST /session/b2.1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 200\r\n\r\n" + invalid(100));
            Await.that(() -> inFlight(node) == 200, () -> inFlight(node) + " bytes in flight");
            post.socket().setSoLinger(true, 0); // Otherwise it only ends its half of the connection.
            post.close();
            node.awaitConnections(0);
            log.delivery.complete(Peers.Delivery.TAKEN);
            assertThat(inFlight(node)).isZero();
        }
    }

    /// The other node limits what each client makes wait there.
    @Test
    void reachAnotherNodeWithTheirClient() {
        OneOfTwo log = new OneOfTwo();
        log.delivery.complete(Peers.Delivery.TAKEN);
        try (TestServer node = TestServer.start(log)) {
            assertThat(node.post("/session/b2.1", invalid(1)).statusCode()).isEqualTo(204);
            assertThat(log.client).hasValue("127.0.0.1");
        }
    }
}
