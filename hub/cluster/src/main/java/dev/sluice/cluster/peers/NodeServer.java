package dev.sluice.cluster.peers;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.cluster.tls.NodeTls;
import dev.sluice.cluster.tls.TlsFront;
import dev.sluice.core.budget.FairShare;
import dev.sluice.core.cluster.ClusterRejectedException;
import dev.sluice.core.cluster.NodeAddress;
import dev.sluice.core.peers.SessionMessages;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Answers the other nodes of the cluster. It is not for clients: it listens on a separate port, and accepts
/// only requests with the cluster's token; with [NodeTls], only on connections that show the certificate of a
/// node.
///
/// | request | answer |
/// | --- | --- |
/// | `POST /proposals`, [ProposalCodec] | 202: this node leads and took them; 421 (RFC 9110 §15.5.20): it does not;
/// 400: one can't be read |
/// | `GET /status` | [NodeStatus] |
/// | `GET /watch` | an empty line each second, until the node ends |
/// | `GET /last` | the index of the last entry of the order that the node has on disk, a number in JSON |
/// | `GET /clock` | the node's time, in milliseconds since 1970, a number in JSON |
/// | `GET /digests/INDEX` | the node's digest there, a number in JSON; 404: not reached yet, or no longer known |
/// | `GET /followers/NODE` | [FollowerProgress] of the node with this id; 404: the asked node does not lead by Raft |
/// | `GET /copy` | the node's log, [FolderZip] |
/// | `POST /sessions`, [SessionMessages] | 200: the session has them; 404: there is no such session |
/// | `POST /members`, [Member] | 200: the node belongs to the cluster; 503: not now, the text has the reason |
/// | `POST /removals`, an address or id | 200: that node does not belong to the cluster; 421, 503; 409: never |
/// | `POST /leader`, an address or id | 200: that node leads; 421, 503, 409 |
public final class NodeServer implements AutoCloseable {
    static final String PROPOSALS = "/proposals";
    static final String STATUS = "/status";
    static final String WATCH = "/watch";
    static final String LAST = "/last";
    static final String CLOCK = "/clock";
    static final String DIGESTS = "/digests/";
    static final String FOLLOWERS = "/followers/";
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

    private static final int LENGTH_REQUIRED = 411;
    private static final int TOO_LARGE = 413;

    /// The maximum number of connections, enough for 32 nodes with a few each, and for operators. Further
    /// ones are closed at once.
    static final int CONNECTIONS_MAX = 256;

    /// The maximum number of requests with messages for sessions, which wait while a session's client does
    /// not read. They must leave connections for proposals.
    static final int SESSIONS_MAX = CONNECTIONS_MAX / 4;

    /// Each client's share of [#SESSIONS_MAX].
    private static final FairShare SHARE = new FairShare(FairShare.PERCENT_DEFAULT);

    /// A node gives up proposals before, so a slower sender is not a node.
    private static final int REQUEST_SECONDS_MAX = 10;

    /// A copy may be large, and its receiver slow; a receiver that has stopped must not block other copies
    /// for ever.
    private static final int RESPONSE_SECONDS_MAX = 6 * 60 * 60;

    static {
        // The JDK's server has these settings only per process, and reads them once. No other code here uses
        // it.
        limit("jdk.httpserver.maxConnections", CONNECTIONS_MAX);
        limit("sun.net.httpserver.maxReqTime", REQUEST_SECONDS_MAX);
        limit("sun.net.httpserver.maxRspTime", RESPONSE_SECONDS_MAX);
    }

    private static final int BACKLOG = 64;
    private static final JsonMapper JSON = JsonMapper.shared();

    /// The bytes of a request: four proposals of the largest size, and their repetitions.
    static final int PROPOSALS_BYTES_MAX = 8 * ProposalCodec.PROPOSAL_BYTES_MAX;

    /// The bytes of all requests that are being read.
    private static final int PENDING_BYTES_MAX = 2 * PROPOSALS_BYTES_MAX;

    private static final int MEMBER_BYTES_MAX = 4_096;

    private final HttpServer http;
    private final @Nullable TlsFront front;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore pendingBytes = new Semaphore(PENDING_BYTES_MAX);
    private final Semaphore pendingSessions = new Semaphore(SESSIONS_MAX);

    /// The sessions with a request that waits, each with its client.
    private final Map<String, Optional<String>> waitingSessions = new HashMap<>();

    private final CountDownLatch closed = new CountDownLatch(1);
    private final byte[] token;

    private NodeServer(HttpServer http, @Nullable TlsFront front, String token) {
        this.http = http;
        this.front = front;
        this.token = token.getBytes(StandardCharsets.UTF_8);
    }

    /// The services of a node for others. Methods may block.
    public interface Node {
        /// Takes proposals if this node leads.
        ///
        /// @throws MalformedProposalException if no node could read one of them; then it takes none
        boolean place(List<byte[]> proposals) throws MalformedProposalException;

        NodeStatus status();

        /// The index of the last entry of the order that the node has, committed or not.
        long last();

        /// The time by this node's clock, in milliseconds since 1970.
        long timeMs();

        /// As [dev.sluice.core.replication.ReplicatedLog#digestAt].
        @Nullable
        Long digestAt(long index);

        /// The progress of another node.
        ///
        /// @return null if this node does not lead by Raft, or does not know the progress
        default @Nullable FollowerProgress follower(String node) {
            return null;
        }

        /// As [dev.sluice.core.peers.Peers.Receiver#take].
        CompletionStage<Boolean> take(SessionMessages messages);

        /// Makes a copy of the node's log; one at a time.
        Checkpoint copy() throws IOException;

        /// Admits a node to the cluster.
        void add(Member member) throws IOException;

        /// Removes a node, given by its address or id, from the cluster.
        ///
        /// @throws NotLeaderException if this node does not lead
        void remove(String node) throws IOException;

        /// Hands leadership over to a node, given by its address or id.
        ///
        /// @throws NotLeaderException if this node does not lead
        void lead(String node) throws IOException;
    }

    /// Listens on the port for requests between nodes.
    ///
    /// @param tls null if the nodes talk in plain text
    /// @throws IOException if the port can't be used
    public static NodeServer start(NodeAddress address, String token, @Nullable NodeTls tls, Node node)
            throws IOException {
        var port = new InetSocketAddress(address.host(), address.requestPort());
        var behind = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        HttpServer http = HttpServer.create(tls == null ? port : behind, BACKLOG);
        NodeServer server = new NodeServer(http, tls == null ? null : front(port, tls, http), token);
        http.setExecutor(server.threads);
        server.handle(PROPOSALS, "POST", exchange -> server.place(exchange, node));
        server.handle(STATUS, "GET", exchange -> answer(exchange, OK, JSON.writeValueAsBytes(node.status())));
        server.handle(LAST, "GET", exchange -> answer(exchange, OK, JSON.writeValueAsBytes(node.last())));
        server.handle(WATCH, "GET", server::watch);
        server.handle(CLOCK, "GET", exchange -> answer(exchange, OK, JSON.writeValueAsBytes(node.timeMs())));
        server.handle(DIGESTS, "GET", exchange -> {
            Long digest = node.digestAt(index(exchange));
            if (digest == null) exchange.sendResponseHeaders(NOT_FOUND, -1);
            else answer(exchange, OK, JSON.writeValueAsBytes(digest));
        });
        server.handle(FOLLOWERS, "GET", exchange -> {
            String path = exchange.getRequestURI().getPath();
            FollowerProgress progress = node.follower(path.substring(FOLLOWERS.length()));
            if (progress == null) exchange.sendResponseHeaders(NOT_FOUND, -1);
            else answer(exchange, OK, JSON.writeValueAsBytes(progress));
        });
        server.handle(SESSIONS, "POST", exchange -> server.take(exchange, node));
        server.handle(COPY, "GET", exchange -> {
            try (Checkpoint copy = node.copy()) {
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

    private static void limit(String property, int value) {
        if (System.getProperty(property) == null) System.setProperty(property, Integer.toString(value));
    }

    private void place(HttpExchange exchange, Node node) throws IOException {
        withBody(exchange, bytes -> {
            List<byte[]> proposals = ProposalCodec.read(exchange.getRequestBody(), bytes);
            return node.place(proposals) ? ACCEPTED : NOT_LEADER;
        });
    }

    private void take(HttpExchange exchange, Node node) throws IOException {
        if (!pendingSessions.tryAcquire()) throw new IOException("too many messages of sessions wait");
        try {
            withBody(exchange, bytes -> {
                byte[] body = exchange.getRequestBody().readNBytes(bytes);
                return take(JSON.readValue(body, SessionMessages.class), node) ? OK : NOT_FOUND;
            });
        } finally {
            pendingSessions.release();
        }
    }

    private boolean take(SessionMessages messages, Node node) throws IOException {
        begin(messages);
        try {
            return node.take(messages).toCompletableFuture().join();
        } finally {
            synchronized (waitingSessions) {
                waitingSessions.remove(messages.session());
            }
        }
    }

    /// One request of a session may wait, and a client has a share of the places: one that does not read must not take
    /// the places of others.
    private void begin(SessionMessages messages) throws IOException {
        Optional<String> client = Optional.ofNullable(messages.client());
        synchronized (waitingSessions) {
            if (waitingSessions.containsKey(messages.session()))
                throw new IOException("messages of this session wait already");
            long held = waitingSessions.values().stream().filter(client::equals).count();
            if (client.isPresent() && !SHARE.permits(held, 1, SESSIONS_MAX - waitingSessions.size()))
                throw new IOException("this client's share of sessions' messages waits already");
            waitingSessions.put(messages.session(), client);
        }
    }

    /// Reads a body of the given length, and returns the status.
    private interface BodyAnswer {
        int status(int bytes) throws IOException;
    }

    private void withBody(HttpExchange exchange, BodyAnswer answer) throws IOException {
        int bytes = length(exchange);
        if (bytes < 0) {
            exchange.sendResponseHeaders(LENGTH_REQUIRED, -1);
        } else if (bytes > PROPOSALS_BYTES_MAX) {
            exchange.sendResponseHeaders(TOO_LARGE, -1);
        } else if (!pendingBytes.tryAcquire(bytes)) {
            throw new IOException("too many bytes at once");
        } else {
            try {
                exchange.sendResponseHeaders(answer.status(bytes), -1);
            } finally {
                pendingBytes.release(bytes);
            }
        }
    }

    /// @return -1 if the request has no length, the greatest number if the length is malformed
    private static int length(HttpExchange exchange) {
        String length = exchange.getRequestHeaders().getFirst("Content-Length");
        if (length == null) return -1;
        try {
            return Integer.parseUnsignedInt(length) < 0 ? Integer.MAX_VALUE : Integer.parseInt(length);
        } catch (NumberFormatException _) {
            return Integer.MAX_VALUE;
        }
    }

    private static TlsFront front(InetSocketAddress port, NodeTls tls, HttpServer http) throws IOException {
        try {
            return TlsFront.start(port, tls, http.getAddress());
        } catch (IOException inUse) {
            http.stop(0);
            throw inUse;
        }
    }

    /// Keeps the connection open until this server is closed or the process ends, which the other node's
    /// system notices at once. The JDK's server notices only by a failed write that the other node is gone,
    /// and counts the connection until then.
    private void watch(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(OK, 0);
        OutputStream lines = exchange.getResponseBody();
        lines.flush();
        try {
            while (!closed.await(1, TimeUnit.SECONDS)) {
                lines.write('\n');
                lines.flush();
            }
        } catch (InterruptedException _) {
            // This server was closed.
        }
    }

    /// The address where HTTP is served; with TLS, it is behind a [TlsFront].
    InetSocketAddress httpAddress() {
        return http.getAddress();
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
            if (exchange.getResponseCode() >= 0) throw failed; // Cut: half an answer must not look complete.
            int status = switch (failed) {
                case JacksonException _, MalformedProposalException _ -> 400;
                case NotLeaderException _ -> NOT_LEADER;
                case ClusterRejectedException _ -> REFUSED;
                default -> UNAVAILABLE;
            };
            answer(exchange, status, String.valueOf(failed.getMessage()).getBytes(StandardCharsets.UTF_8));
        }
    }

    /// @return 0, which no proposal has, if the path has no index
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
        if (front != null && !front.isOwn(exchange.getRemoteAddress())) return false;
        List<String> given = exchange.getRequestHeaders().getOrDefault(NodeClient.TOKEN_HEADER, List.of());
        return given.size() == 1 && MessageDigest.isEqual(given.getFirst().getBytes(StandardCharsets.UTF_8), token);
    }

    @Override
    public void close() {
        closed.countDown();
        if (front != null) front.close();
        http.stop(0);
        threads.shutdownNow();
    }
}
