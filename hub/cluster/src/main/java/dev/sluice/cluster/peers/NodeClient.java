package dev.sluice.cluster.peers;

import dev.sluice.cluster.tls.NodeTls;
import dev.sluice.core.cluster.ClusterRejectedException;
import dev.sluice.core.peers.Peers.Delivery;
import dev.sluice.core.peers.SessionMessages;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Sends requests to the other nodes of the cluster ([NodeServer]). Methods block, and may be called from any
/// thread.
public final class NodeClient implements AutoCloseable {
    static final String TOKEN_HEADER = "Sluice-Cluster-Token";

    /// A node that needs longer to answer is stopped or cut off; by then the nodes elect another leader.
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(1);

    /// The lowest rate at which proposals reach a leader, which may be far away.
    private static final int PROPOSAL_BYTES_PER_MS = 1_000;

    /// The node that receives proposals gives up a second later.
    private static final int TRANSFER_MS_MAX = 8_000;

    /// The time for messages to a session, which takes none while its client does not read.
    private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(30);

    /// The time for adding a node, which has to catch up first.
    private static final Duration CHANGE_TIMEOUT = Duration.ofSeconds(30);

    /// A node makes a copy within seconds; one that sends nothing for longer is stopped or cut off.
    private static final Duration COPY_TIMEOUT = Duration.ofMinutes(1);

    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpClient http;
    private final String scheme;
    private final String token;
    private final Duration answerTime;

    /// @param token the token that all nodes of the cluster share
    /// @param tls   null if the nodes talk in plain text
    public NodeClient(String token, @Nullable NodeTls tls) {
        this(token, tls, ANSWER_TIMEOUT);
    }

    /// @param answerTime how long a node may take to accept a connection, and to answer
    NodeClient(String token, @Nullable NodeTls tls, Duration answerTime) {
        this.token = token;
        this.answerTime = answerTime;
        var builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(answerTime);
        http = (tls == null ? builder : tls.on(builder)).build();
        scheme = tls == null ? "http" : "https";
    }

    /// Sends proposals to a node.
    ///
    /// @param isWanted asked several times a second, on the thread of the caller
    /// @return true if the node confirmed that it took them; if false, it may have taken them nevertheless
    public boolean propose(String node, Iterable<byte[]> proposals, BooleanSupplier isWanted)
            throws InterruptedException {
        byte[] body = ProposalCodec.write(proposals);
        HttpRequest request = request(node, NodeServer.PROPOSALS)
                .timeout(answerTime.plusMillis(Math.min(body.length / PROPOSAL_BYTES_PER_MS, TRANSFER_MS_MAX)))
                .POST(BodyPublishers.ofByteArray(body))
                .build();
        var answer = http.sendAsync(request, BodyHandlers.discarding());
        try {
            while (isWanted.getAsBoolean()) {
                try {
                    return answer.get(100, TimeUnit.MILLISECONDS).statusCode() == NodeServer.ACCEPTED;
                } catch (TimeoutException _) {
                    // The proposals are still on their way.
                }
            }
            return false;
        } catch (ExecutionException _) {
            return false; // The node is down or cut off; the caller looks for another leader.
        } finally {
            answer.cancel(true);
        }
    }

    /// Asks a node for its status.
    ///
    /// @throws IOException if it does not answer
    public NodeStatus status(String node) throws IOException, InterruptedException {
        return read(node, get(node, NodeServer.STATUS), NodeStatus.class);
    }

    /// Waits until a node's process or the connection to it ends, or the caller no longer wants to wait. The
    /// caller is asked regularly, because a connection that was cut may never end.
    ///
    /// @param isWanted asked about once a second, on the thread of the caller
    /// @return true if the node's port refuses connections, so that its process is gone
    public boolean awaitEnd(String node, BooleanSupplier isWanted) throws InterruptedException {
        var ended = http.sendAsync(request(node, NodeServer.WATCH).GET().build(), BodyHandlers.discarding());
        try {
            while (isWanted.getAsBoolean()) {
                try {
                    ended.get(1, TimeUnit.SECONDS);
                    return isGone(node);
                } catch (ExecutionException _) { // The connection has ended or failed.
                    return isGone(node);
                } catch (TimeoutException _) {
                    // The connection still exists.
                }
            }
            return false;
        } finally {
            ended.cancel(true); // Closes the connection.
        }
    }

    private boolean isGone(String node) throws InterruptedException {
        try {
            last(node);
            return false;
        } catch (IOException failed) {
            return isRefused(failed);
        }
    }

    /// Whether a node refused the connection, so that its process is gone. A node that is cut off does not
    /// answer. The client wraps all failures to connect, also of names that do not resolve, in a
    /// `ConnectException`; after a refusal it tries the same channel once more, which is closed by then.
    private static boolean isRefused(Throwable failed) {
        boolean isUnconnected = false;
        Throwable root = failed;
        for (Throwable each = failed; each != null; each = each.getCause()) {
            if (each instanceof HttpConnectTimeoutException) return false;
            isUnconnected |= each instanceof ConnectException;
            root = each;
        }
        return isUnconnected && (root.getClass() == ConnectException.class || root instanceof ClosedChannelException);
    }

    /// Asks a node for the index of the last entry of the order that it has.
    ///
    /// @throws IOException if it does not answer
    public long last(String node) throws IOException, InterruptedException {
        return read(node, get(node, NodeServer.LAST), Long.class);
    }

    /// Asks a node for the time by its clock, in milliseconds since 1970.
    ///
    /// @throws IOException if it does not answer
    public long timeMs(String node) throws IOException, InterruptedException {
        return read(node, get(node, NodeServer.CLOCK), Long.class);
    }

    /// Asks a node for its digest at an index.
    ///
    /// @return null if the node has not reached the index yet, or no longer knows the digest
    /// @throws IOException if it does not answer
    @Nullable
    public Long digest(String node, long index) throws IOException, InterruptedException {
        return readIfFound(node, get(node, NodeServer.DIGESTS + index), Long.class);
    }

    /// Asks a leader for the progress of another node.
    ///
    /// @param follower the id of that node
    /// @return null if the asked node does not lead by Raft, or does not know the progress
    /// @throws IOException if it does not answer
    @Nullable
    public FollowerProgress follower(String node, String follower) throws IOException, InterruptedException {
        return readIfFound(node, get(node, NodeServer.FOLLOWERS + follower), FollowerProgress.class);
    }

    private HttpResponse<byte[]> get(String node, String path) throws IOException, InterruptedException {
        return http.send(request(node, path).timeout(answerTime).GET().build(), BodyHandlers.ofByteArray());
    }

    private static <T> @Nullable T readIfFound(String node, HttpResponse<byte[]> response, Class<T> type)
            throws IOException {
        return response.statusCode() == NodeServer.NOT_FOUND ? null : read(node, response, type);
    }

    private static <T> T read(String node, HttpResponse<byte[]> response, Class<T> type) throws IOException {
        requireOk(node, response);
        return JSON.readValue(response.body(), type);
    }

    /// Sends messages of a session's client to the node that holds the session. Does not block; the stage
    /// never fails.
    CompletionStage<Delivery> send(String node, SessionMessages messages) {
        HttpRequest request = request(node, NodeServer.SESSIONS)
                .timeout(SESSION_TIMEOUT)
                .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(messages)))
                .build();
        return http.sendAsync(request, BodyHandlers.discarding())
                .handle((response, failed) -> failed == null ? delivery(response.statusCode()) : delivery(failed));
    }

    private static Delivery delivery(int status) {
        return switch (status) {
            case NodeServer.OK -> Delivery.TAKEN;
            case NodeServer.NOT_FOUND -> Delivery.GONE;
            default -> Delivery.UNKNOWN;
        };
    }

    /// The outcome of a failed request. A node that refuses connections has no sessions any more; one that is
    /// cut off may still have them.
    private static Delivery delivery(Throwable failed) {
        return isRefused(failed) ? Delivery.GONE : Delivery.UNKNOWN;
    }

    /// Asks the leader to admit a node.
    ///
    /// @throws IOException if the attempt failed and may be repeated
    public void join(String leader, Member member) throws IOException, InterruptedException {
        HttpRequest request = request(leader, NodeServer.MEMBERS)
                .timeout(CHANGE_TIMEOUT)
                .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(member)))
                .build();
        requireOk(leader, http.send(request, BodyHandlers.ofByteArray()));
    }

    /// Asks the leader to remove a node, given by its address or id.
    ///
    /// @throws NotLeaderException      if the asked node does not lead
    /// @throws ClusterRejectedException if the node must not be removed
    public void remove(String leader, String node) throws IOException, InterruptedException {
        change(leader, NodeServer.REMOVALS, node);
    }

    /// Asks the leader to hand leadership over to a node, given by its address or id.
    ///
    /// @throws NotLeaderException      if the asked node does not lead
    /// @throws ClusterRejectedException if that node can't lead
    public void lead(String leader, String node) throws IOException, InterruptedException {
        change(leader, NodeServer.LEADER, node);
    }

    private void change(String leader, String path, String node) throws IOException, InterruptedException {
        HttpRequest request = request(leader, path)
                .timeout(CHANGE_TIMEOUT)
                .POST(BodyPublishers.ofString(node))
                .build();
        HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
        if (response.statusCode() == NodeServer.NOT_LEADER) throw new NotLeaderException();
        if (response.statusCode() == NodeServer.REFUSED) {
            throw new ClusterRejectedException(new String(response.body(), StandardCharsets.UTF_8));
        }
        requireOk(leader, response);
    }

    /// Copies a node's log into a folder that does not exist yet.
    ///
    /// @throws IOException if the node does not answer, or sends nothing for a minute
    public void copy(String node, Path to) throws IOException, InterruptedException {
        copy(node, to, COPY_TIMEOUT);
    }

    /// @param silenceMax how long the node may send nothing in between
    void copy(String node, Path to, Duration silenceMax) throws IOException, InterruptedException {
        HttpRequest request =
                request(node, NodeServer.COPY).timeout(COPY_TIMEOUT).GET().build();
        HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
        try (InputStream body = new CopyInput(response.body(), silenceMax)) {
            requireOk(node, response);
            FolderZip.extract(body, to);
        }
    }

    private static void requireOk(String node, HttpResponse<?> response) throws IOException {
        if (response.statusCode() == NodeServer.OK) return;
        if (response.statusCode() == NodeServer.UNAUTHORIZED) {
            throw new IOException("node " + node + " answered 401: its cluster.token_file has another secret");
        }
        String why = response.body() instanceof byte[] text ? ": " + new String(text, StandardCharsets.UTF_8) : "";
        throw new IOException("node " + node + " answered " + response.statusCode() + why);
    }

    private HttpRequest.Builder request(String node, String path) {
        return HttpRequest.newBuilder(URI.create(scheme + "://" + node + path)).header(TOKEN_HEADER, token);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
