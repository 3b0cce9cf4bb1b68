package dev.sluice.cluster;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.sluice.core.peers.SessionMessages;
import dev.sluice.storage.ClusterRefusal;
import dev.sluice.storage.NodeAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Answers the other nodes of the cluster. Not for clients: it has a port of its own, and only takes requests with the
/// cluster's token; with [NodeTls], only on connections that show a certificate of a node.
///
/// | request | answer |
/// | --- | --- |
/// | `POST /proposals`, [Frames] | 202: this node leads and took them; 421 (RFC 9110 §15.5.20): it does not |
/// | `GET /status` | [NodeStatus] |
/// | `GET /digests/INDEX` | the node's digest there, a number in JSON; 404: it is not there yet, or no longer knows |
/// | `GET /copy` | the node's log, [FolderZip] |
/// | `POST /sessions`, [SessionMessages] | 200: the session has them; 404: there is no such session |
/// | `POST /members`, [Member] | 200: the node is one of the cluster's; 503: not now, as the text says |
/// | `POST /removals`, an address or id | 200: that node is none of the cluster's; 421, 503; 409: never, as the text
/// says |
/// | `POST /leader`, an address or id | 200: that node leads; 421, 503, 409 |
final class NodeServer implements AutoCloseable {
    static final String PROPOSALS = "/proposals";
    static final String STATUS = "/status";
    static final String DIGESTS = "/digests/";
    static final String SESSIONS = "/sessions";
    static final String COPY = "/copy";
    static final String MEMBERS = "/members";
    static final String REMOVALS = "/removals";
    static final String LEADER = "/leader";
    static final int OK = 200;
    static final int ACCEPTED = 202;
    static final int NOT_FOUND = 404;
    static final int UNAUTHORIZED = 401;
    static final int NOT_LEADER = 421;
    static final int REFUSED = 409;
    private static final int UNAVAILABLE = 503;

    private static final int BACKLOG = 64;
    private static final JsonMapper JSON = JsonMapper.shared();

    /// Four proposals of the largest size, and their repetitions.
    private static final long PROPOSALS_BYTES_MAX = 8L * RaftSettings.ENTRY_BYTES_MAX;

    private static final int MEMBER_BYTES_MAX = 4_096;

    private final HttpServer http;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final byte[] token;

    private NodeServer(HttpServer http, String token) {
        this.http = http;
        this.token = token.getBytes(StandardCharsets.UTF_8);
    }

    /// The services of a node for others. Methods may block.
    interface Node {
        /// Takes proposals if this node leads.
        boolean place(List<byte[]> proposals);

        NodeStatus status();

        /// As [dev.sluice.core.replication.ReplicatedLog#digestAt].
        @Nullable
        Long digestAt(long index);

        /// As [dev.sluice.core.peers.Peers.Receiver#take].
        CompletionStage<Boolean> take(SessionMessages messages);

        /// Makes a copy of the node's log; one at a time.
        Copy copy() throws IOException;

        /// Lets a node into the cluster.
        void add(Member member) throws IOException;

        /// Removes a node from the cluster, by its address or id.
        ///
        /// @throws NotLeader if this node does not lead
        void remove(String node) throws IOException;

        /// Has a node lead, by its address or id.
        ///
        /// @throws NotLeader if this node does not lead
        void lead(String node) throws IOException;
    }

    /// Listens on the port for what nodes ask each other.
    ///
    /// @param tls null: the nodes talk in plain text
    /// @throws IOException if the port can't be used
    static NodeServer start(NodeAddress address, String token, @Nullable NodeTls tls, Node node) throws IOException {
        HttpServer http = listen(new InetSocketAddress(address.host(), address.requestPort()), tls);
        NodeServer server = new NodeServer(http, token);
        http.setExecutor(server.threads);
        server.handle(PROPOSALS, "POST", exchange -> {
            List<byte[]> proposals = Frames.read(exchange.getRequestBody(), PROPOSALS_BYTES_MAX);
            exchange.sendResponseHeaders(node.place(proposals) ? ACCEPTED : NOT_LEADER, -1);
        });
        server.handle(STATUS, "GET", exchange -> answer(exchange, OK, JSON.writeValueAsBytes(node.status())));
        server.handle(DIGESTS, "GET", exchange -> {
            Long digest = node.digestAt(index(exchange));
            if (digest == null) exchange.sendResponseHeaders(NOT_FOUND, -1);
            else answer(exchange, OK, JSON.writeValueAsBytes(digest));
        });
        server.handle(SESSIONS, "POST", exchange -> {
            var messages = JSON.readValue(
                    exchange.getRequestBody().readNBytes(RaftSettings.ENTRY_BYTES_MAX), SessionMessages.class);
            boolean taken = node.take(messages).toCompletableFuture().join();
            exchange.sendResponseHeaders(taken ? OK : NOT_FOUND, -1);
        });
        server.handle(COPY, "GET", exchange -> {
            try (Copy copy = node.copy()) {
                exchange.sendResponseHeaders(OK, 0);
                FolderZip.write(copy.folder(), exchange.getResponseBody());
            }
        });
        server.handle(MEMBERS, "POST", exchange -> {
            byte[] body = exchange.getRequestBody().readNBytes(MEMBER_BYTES_MAX);
            node.add(JSON.readValue(body, Member.class));
            exchange.sendResponseHeaders(OK, -1);
        });
        server.handle(REMOVALS, "POST", exchange -> {
            node.remove(text(exchange));
            exchange.sendResponseHeaders(OK, -1);
        });
        server.handle(LEADER, "POST", exchange -> {
            node.lead(text(exchange));
            exchange.sendResponseHeaders(OK, -1);
        });
        http.start();
        return server;
    }

    private static HttpServer listen(InetSocketAddress address, @Nullable NodeTls tls) throws IOException {
        if (tls == null) return HttpServer.create(address, BACKLOG);
        HttpsServer https = HttpsServer.create(address, BACKLOG);
        https.setHttpsConfigurator(new HttpsConfigurator(tls.serverContext()) {
            @Override
            public void configure(HttpsParameters connection) {
                connection.setSSLParameters(NodeTls.serverParameters());
            }
        });
        return https;
    }

    /// Answers one kind of request.
    private interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    private void handle(String path, String method, Answer answer) {
        http.createContext(path, exchange -> {
            try (exchange) {
                if (!isMember(exchange)) exchange.sendResponseHeaders(UNAUTHORIZED, -1);
                else if (!exchange.getRequestMethod().equals(method)) exchange.sendResponseHeaders(405, -1);
                else answerOrSayWhyNot(exchange, answer);
            }
        });
    }

    private static void answerOrSayWhyNot(HttpExchange exchange, Answer answer) throws IOException {
        try {
            answer.to(exchange);
        } catch (IOException | RuntimeException failed) {
            if (exchange.getResponseCode() >= 0) throw failed; // Cut, so that half an answer is not taken for all.
            int status = switch (failed) {
                case JacksonException _ -> 400;
                case NotLeader _ -> NOT_LEADER;
                case ClusterRefusal _ -> REFUSED;
                default -> UNAVAILABLE;
            };
            answer(exchange, status, String.valueOf(failed.getMessage()).getBytes(StandardCharsets.UTF_8));
        }
    }

    /// @return 0, which no proposal has, if the address has none
    private static long index(HttpExchange exchange) {
        try {
            return Long.parseLong(exchange.getRequestURI().getPath().substring(DIGESTS.length()));
        } catch (NumberFormatException _) {
            return 0;
        }
    }

    private static String text(HttpExchange exchange) throws IOException {
        return new String(exchange.getRequestBody().readNBytes(MEMBER_BYTES_MAX), StandardCharsets.UTF_8);
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private boolean isMember(HttpExchange exchange) {
        List<String> given = exchange.getRequestHeaders().getOrDefault(NodeClient.TOKEN_HEADER, List.of());
        return given.size() == 1 && MessageDigest.isEqual(given.getFirst().getBytes(StandardCharsets.UTF_8), token);
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }
}
