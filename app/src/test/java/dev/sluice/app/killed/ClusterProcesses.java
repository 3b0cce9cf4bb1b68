package dev.sluice.app.killed;

import dev.sluice.core.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/// The nodes of a cluster, each in a separate process.
final class ClusterProcesses implements AutoCloseable {
    /// Indexes of the order that are tried: not each has a proposal.
    private static final int DIGESTS = 8;

    private static final String TOKEN = "a secret of the nodes, of 32 bytes or more";

    private final HttpClient client;
    private final Path folder;
    private final String settings;
    private final String order;
    private final List<Integer> ports = new ArrayList<>();
    private final HubProcess[] nodes;

    ClusterProcesses(Path folder, int size, HttpClient client) throws Exception {
        this(folder, size, client, "");
    }

    /// @param settings further lines of each node's file
    ClusterProcesses(Path folder, int size, HttpClient client, String settings) throws Exception {
        this(folder, size, client, settings, "");
    }

    /// @param order further lines of the table `cluster`, and tables after it
    ClusterProcesses(Path folder, int size, HttpClient client, String settings, String order) throws Exception {
        this.order = order;
        this.client = client;
        this.folder = folder;
        this.settings = settings;
        nodes = new HubProcess[size];
        Files.writeString(folder.resolve("token"), TOKEN);
        for (int i = 0; i < size; i++) ports.add(Ports.inARow(6));
        List<Thread> starting = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            int node = i;
            starting.add(Thread.ofPlatform().start(() -> start(node)));
        }
        for (Thread each : starting) each.join();
        for (HubProcess each : nodes) if (each == null) throw new AssertionError("a node did not start");
    }

    private void start(int node) {
        try {
            Path file = Files.writeString(
                    file(node),
                    settings
                            + """
                    [cluster]
                    nodes = [%s]
                    node = "127.0.0.1:%d"
                    token_file = "%s"
                    """.formatted(
                                            String.join(
                                                    ", ",
                                                    ports.stream()
                                                            .map(port -> "\"127.0.0.1:" + port + "\"")
                                                            .toList()),
                                            ports.get(node),
                                            folder.resolve("token"))
                            + order);
            nodes[node] = new HubProcess(List.of(), data(node), "--config=" + file);
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /// The folder of a node's data.
    Path data(int node) {
        return folder.resolve("node-" + node);
    }

    /// A node's settings.
    Path file(int node) {
        return folder.resolve("node-" + node + ".toml");
    }

    /// A node as the others know it.
    String address(int node) {
        return "127.0.0.1:" + ports.get(node);
    }

    int size() {
        return nodes.length;
    }

    HubProcess node(int index) {
        return nodes[index];
    }

    /// The node that leads; waits until there is one.
    int leader() {
        for (long end = System.nanoTime() + 60_000_000_000L; System.nanoTime() < end; ) {
            for (int i = 0; i < nodes.length; i++) {
                OptionalInt leader = leaderBy(i);
                if (leader.isPresent()) return leader.getAsInt();
            }
            LockSupport.parkNanos(20_000_000);
        }
        throw new AssertionError("no node leads");
    }

    private OptionalInt leaderBy(int node) {
        return status(node).path("role").asString("").equals("leader") ? OptionalInt.of(node) : OptionalInt.empty();
    }

    /// The status of a node; missing if it does not answer.
    JsonNode status(int node) {
        return ask(node, "/status");
    }

    private JsonNode ask(int node, String path) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + (ports.get(node) + 1) + path))
                .header("Sluice-Cluster-Token", TOKEN)
                .timeout(Duration.ofSeconds(2))
                .build();
        try {
            String answer = client.send(request, BodyHandlers.ofString()).body();
            return answer.isEmpty()
                    ? MissingNode.getInstance()
                    : JsonMapper.shared().readTree(answer);
        } catch (IOException _) {
            return MissingNode.getInstance(); // It does not run.
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /// Waits until all nodes have decided the same so far, by their digests. Something has to be published just before.
    void awaitEqual() {
        String difference = "nothing to compare";
        for (long end = System.nanoTime() + 120_000_000_000L; System.nanoTime() < end; ) {
            long applied = status(leader()).path("applied").asLong(0);
            for (long index = applied; index > Math.max(0, applied - DIGESTS); index--) {
                List<JsonNode> digests = new ArrayList<>();
                for (int i = 0; i < nodes.length; i++) digests.add(ask(i, "/digests/" + index));
                if (digests.stream().anyMatch(JsonNode::isMissingNode)) continue;
                if (digests.stream().distinct().count() == 1) return;
                difference = "at " + index + ": " + digests;
            }
            LockSupport.parkNanos(20_000_000);
        }
        throw new AssertionError("not all nodes have the same: " + difference);
    }

    @Override
    public void close() {
        for (HubProcess each : nodes) if (each != null) each.close();
    }
}
