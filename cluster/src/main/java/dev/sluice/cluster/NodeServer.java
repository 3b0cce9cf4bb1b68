package dev.sluice.cluster;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Answers the other nodes of the cluster. Not for clients: it has a port of its own, and only takes requests with the
/// cluster's token.
///
/// | request | answer |
/// | --- | --- |
/// | `POST /proposals`, [Frames] | 202: this node leads and took them; 421 (RFC 9110 §15.5.20): it does not |
public final class NodeServer implements AutoCloseable {
    static final String PROPOSALS = "/proposals";
    static final int ACCEPTED = 202;
    static final int NOT_LEADER = 421;

    private static final int BACKLOG = 64;

    /// Four proposals of the largest size, and their repetitions.
    private static final long BODY_MAX = 8L * RaftSettings.ENTRY_BYTES_MAX;

    private final HttpServer http;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final byte[] token;

    private NodeServer(HttpServer http, String token) {
        this.http = http;
        this.token = token.getBytes(StandardCharsets.UTF_8);
    }

    /// Listens on the node's port.
    ///
    /// @throws IOException if the port can't be used
    public static NodeServer start(Member self, String token, RatisOrder order) throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(self.host(), self.nodePort()), BACKLOG);
        NodeServer server = new NodeServer(http, token);
        http.setExecutor(server.threads);
        server.handle(PROPOSALS, "POST", exchange -> place(order, exchange));
        http.start();
        return server;
    }

    /// Answers one kind of request.
    private interface Answer {
        /// @return the status
        int to(HttpExchange exchange) throws IOException;
    }

    private void handle(String path, String method, Answer answer) {
        http.createContext(path, exchange -> {
            try (exchange) {
                int status = !isMember(exchange)
                        ? 401
                        : exchange.getRequestMethod().equals(method) ? answer.to(exchange) : 405;
                exchange.sendResponseHeaders(status, -1);
            }
        });
    }

    private boolean isMember(HttpExchange exchange) {
        List<String> given = exchange.getRequestHeaders().getOrDefault(NodeClient.TOKEN_HEADER, List.of());
        return given.size() == 1 && MessageDigest.isEqual(given.getFirst().getBytes(StandardCharsets.UTF_8), token);
    }

    private static int place(RatisOrder order, HttpExchange exchange) throws IOException {
        List<byte[]> proposals = Frames.read(exchange.getRequestBody(), BODY_MAX);
        return order.place(proposals) instanceof Leader.Self ? ACCEPTED : NOT_LEADER;
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }
}
