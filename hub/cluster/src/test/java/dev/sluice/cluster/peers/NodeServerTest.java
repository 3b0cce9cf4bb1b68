package dev.sluice.cluster.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.Ports;
import dev.sluice.core.access.Principal;
import dev.sluice.core.cluster.NodeAddress;
import dev.sluice.core.peers.Peers.Delivery;
import dev.sluice.core.peers.SessionMessages;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Requests of other nodes and of strangers to a node.
@Timeout(300)
final class NodeServerTest {
    private static final int DEADLINE_MS = 120_000;

    private final NodeAddress address = new NodeAddress("127.0.0.1", Ports.free());
    private final Leading node = new Leading();
    private final List<Socket> sockets = new ArrayList<>();
    private @Nullable NodeServer server;

    @BeforeEach
    void start() throws IOException {
        server = NodeServer.start(address, TestNode.TOKEN, null, node);
    }

    @AfterEach
    void close() throws IOException {
        for (Socket each : sockets) each.close();
        if (server != null) server.close();
    }

    /// Counts its requests.
    private static final class Leading extends TestNode {
        private final AtomicInteger taken = new AtomicInteger();
        private final AtomicInteger waiting = new AtomicInteger();
        private final CompletableFuture<Boolean> isRead = new CompletableFuture<>();

        @Override
        public boolean place(List<byte[]> proposals) {
            taken.addAndGet(proposals.size());
            return true;
        }

        @Override
        public CompletionStage<Boolean> take(SessionMessages messages) {
            waiting.incrementAndGet();
            return isRead;
        }

        @Override
        public Long digestAt(long index) {
            return 7L;
        }

        @Override
        public void remove(String removed) {
            taken.incrementAndGet();
        }

        @Override
        public void lead(String next) {
            taken.incrementAndGet();
        }
    }

    private Socket connect() throws IOException {
        var socket = new Socket();
        sockets.add(socket);
        socket.connect(new InetSocketAddress(address.host(), address.requestPort()));
        socket.setSoTimeout(DEADLINE_MS);
        return socket;
    }

    private static void send(Socket socket, String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
    }

    private static String proposals(String length) {
        return head("POST /proposals", TestNode.TOKEN) + length + "\r\n\r\n";
    }

    private static String head(String what, String token) {
        return what + " HTTP/1.1\r\nHost: node\r\n" + NodeClient.TOKEN_HEADER + ": " + token + "\r\n";
    }

    /// The status of the answer; 0 if the connection was closed.
    private static int status(Socket socket) throws IOException {
        byte[] line = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
        String text = new String(line, StandardCharsets.UTF_8);
        return text.isEmpty() ? 0 : Integer.parseInt(text.substring(text.indexOf(' ') + 1));
    }

    private int ask(String request) throws IOException {
        Socket socket = connect();
        send(socket, request);
        return status(socket);
    }

    @Test
    void refusesAllRequestsWithoutTheToken() throws IOException {
        String removal = "Content-Length: 1\r\n\r\na";
        for (String what : List.of("POST /proposals", "POST /removals", "POST /leader", "POST /members")) {
            assertThat(ask(head(what, "another token") + removal)).isEqualTo(401);
            assertThat(ask(what + " HTTP/1.1\r\nHost: node\r\n" + removal)).isEqualTo(401);
        }
        for (String what : List.of("GET /status", "GET /copy", "GET /digests/1")) {
            assertThat(ask(head(what, "another token") + "\r\n")).isEqualTo(401);
        }
        assertThat(node.taken).hasValue(0);
        assertThat(ask(head("POST /removals", TestNode.TOKEN) + removal)).isEqualTo(200);
        assertThat(node.taken).hasValue(1);
    }

    @Test
    void limitsTheBytesOfProposals() throws Exception {
        assertThat(ask(proposals("Transfer-Encoding: chunked"))).isEqualTo(411);
        assertThat(ask(proposals("Content-Length: " + (NodeServer.PROPOSALS_BYTES_MAX + 1))))
                .isEqualTo(413);
        assertThat(ask(proposals("Content-Length: 4294967295"))).isEqualTo(413);
        List<Socket> slow = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Socket each = connect();
            slow.add(each);
            send(each, proposals("Content-Length: " + NodeServer.PROPOSALS_BYTES_MAX));
        }
        try (var client = TestNode.client()) {
            String peer = Member.requestAddress(address);
            while (client.propose(peer, List.of(new byte[9]), () -> true)) Thread.onSpinWait(); // Both are being read.
            for (Socket each : slow) each.close();
            while (!client.propose(peer, List.of(new byte[9]), () -> true)) Thread.onSpinWait();
        }
    }

    @Test
    void reservesConnectionsForProposalsWhileSessionsStall() throws Exception {
        try (var client = TestNode.client()) {
            String peer = Member.requestAddress(address);
            List<CompletionStage<Delivery>> sent = new ArrayList<>();
            for (int i = 0; i < NodeServer.SESSIONS_MAX; i++) sent.add(client.send(peer, messages("session " + i)));
            while (node.waiting.get() < NodeServer.SESSIONS_MAX) Thread.onSpinWait();
            assertThat(outcome(client.send(peer, messages("one more")))).isEqualTo(Delivery.UNKNOWN);
            assertThat(client.propose(peer, List.of(new byte[1]), () -> true)).isTrue();
            node.isRead.complete(true);
            for (var each : sent) assertThat(outcome(each)).isEqualTo(Delivery.TAKEN);
        }
    }

    @Test
    void givesAClientWhoseSessionsStallAShareOfThePlaces() throws Exception {
        try (var client = TestNode.client()) {
            String peer = Member.requestAddress(address);
            int share = NodeServer.SESSIONS_MAX / 4;
            for (int i = 0; i < share; i++) client.send(peer, messages("session " + i, "10.0.0.9"));
            while (node.waiting.get() < share) Thread.onSpinWait();
            assertThat(outcome(client.send(peer, messages("one more", "10.0.0.9"))))
                    .isEqualTo(Delivery.UNKNOWN);
            client.send(peer, messages("another", "10.0.0.8"));
            while (node.waiting.get() < share + 1) Thread.onSpinWait();
            node.isRead.complete(true);
        }
    }

    @Test
    void givesASessionThatStallsOnePlaceOnly() throws Exception {
        try (var client = TestNode.client()) {
            String peer = Member.requestAddress(address);
            CompletionStage<Delivery> waiting = client.send(peer, messages("stalls"));
            while (node.waiting.get() < 1) Thread.onSpinWait();
            assertThat(outcome(client.send(peer, messages("stalls")))).isEqualTo(Delivery.UNKNOWN);
            CompletionStage<Delivery> other = client.send(peer, messages("another"));
            while (node.waiting.get() < 2) Thread.onSpinWait();
            node.isRead.complete(true);
            assertThat(outcome(waiting)).isEqualTo(Delivery.TAKEN);
            assertThat(outcome(other)).isEqualTo(Delivery.TAKEN);
            assertThat(outcome(client.send(peer, messages("stalls")))).isEqualTo(Delivery.TAKEN);
        }
    }

    private static SessionMessages messages(String session) {
        return messages(session, null);
    }

    private static SessionMessages messages(String session, @Nullable String client) {
        return new SessionMessages(session, Principal.ANONYMOUS, client, new byte[1]);
    }

    private static Delivery outcome(CompletionStage<Delivery> sent) throws Exception {
        return sent.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @Test
    void closesConnectionsBeyondItsLimit() throws Exception {
        for (int i = 0; i < NodeServer.CONNECTIONS_MAX; i++) connect();
        try (var client = TestNode.client()) {
            String peer = Member.requestAddress(address);
            assertThatThrownBy(() -> client.digest(peer, 1)).isInstanceOf(IOException.class);
            for (Socket each : sockets) each.close();
            awaitDigest(client);
        }
    }

    @Test
    void closesTheConnectionsOfNodesThatWatchedItAndAreGone() throws Exception {
        for (int i = 0; i < NodeServer.CONNECTIONS_MAX; i++)
            assertThat(ask(head("GET /watch", TestNode.TOKEN) + "\r\n")).isEqualTo(200);
        try (var client = TestNode.client()) {
            for (Socket each : sockets) each.close();
            awaitDigest(client);
        }
    }

    private void awaitDigest(NodeClient client) throws InterruptedException {
        while (true) {
            try {
                assertThat(client.digest(Member.requestAddress(address), 1)).isEqualTo(7);
                return;
            } catch (IOException _) {
                Thread.onSpinWait(); // It has not noticed all that were closed.
            }
        }
    }

    @Test
    @Tag("long") // Ten seconds.
    void limitsTheTimeForARequest() throws IOException {
        assertThat(ask("GET /status HTTP/1.1\r\nHost:")).isZero();
        assertThat(ask(proposals("Content-Length: 10") + "abc")).isZero();
    }
}
