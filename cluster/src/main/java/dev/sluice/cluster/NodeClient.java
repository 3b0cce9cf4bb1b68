package dev.sluice.cluster;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/// Asks other nodes of the cluster ([NodeServer]). Methods block, and may be called from any thread.
public final class NodeClient implements AutoCloseable {
    static final String TOKEN_HEADER = "Sluice-Cluster-Token";

    /// A node that takes longer to take proposals is stopped or cut off; the nodes choose another leader meanwhile.
    private static final Duration PROPOSAL_TIMEOUT = Duration.ofSeconds(1);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PROPOSAL_TIMEOUT)
            .build();
    private final String token;

    /// @param token all nodes of the cluster have the same
    public NodeClient(String token) {
        this.token = token;
    }

    /// Sends proposals to a node.
    ///
    /// @return whether it took them; if not, it may have taken them nevertheless
    boolean propose(String node, Iterable<byte[]> proposals) throws InterruptedException {
        HttpRequest request = request(node, NodeServer.PROPOSALS)
                .timeout(PROPOSAL_TIMEOUT)
                .POST(BodyPublishers.ofByteArray(Frames.write(proposals)))
                .build();
        try {
            HttpResponse<Void> response = http.send(request, BodyHandlers.discarding());
            return response.statusCode() == NodeServer.ACCEPTED;
        } catch (IOException _) {
            return false; // It is gone, or cut off: the caller looks for another leader.
        }
    }

    private HttpRequest.Builder request(String node, String path) {
        return HttpRequest.newBuilder(URI.create("http://" + node + path)).header(TOKEN_HEADER, token);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
