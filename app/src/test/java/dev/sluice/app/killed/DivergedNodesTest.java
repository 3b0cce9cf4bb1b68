package dev.sluice.app.killed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.cli.CommandContext;
import dev.sluice.app.command.RootCommand;
import dev.sluice.server.Await;
import dev.sluice.storage.engine.ReplicaDamage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Nodes, each in a separate process, that have decided differently.
@Tag("long") // Each starts three processes, twice.
final class DivergedNodesTest {
    private static final int NODES = 3;

    /// EX_IOERR of sysexits.h: a service manager starts it again.
    private static final int IO = 74;

    @TempDir
    Path folder;

    private static boolean publish(HttpClient client, HubProcess node, String data) {
        var request = HttpRequest.newBuilder(URI.create(node.url() + "/channels/k"))
                .header("Idempotency-Key", data)
                .POST(BodyPublishers.ofString(data))
                .build();
        try {
            return client.send(request, BodyHandlers.ofString()).statusCode() == 201;
        } catch (IOException _) {
            return false; // It begins again.
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /// Nodes that are equal.
    private ClusterProcesses equalNodes(HttpClient client) throws Exception {
        var cluster = new ClusterProcesses(folder, NODES, client);
        Await.that(() -> publish(client, cluster.node(1), "all-are-equal"));
        cluster.awaitEqual();
        return cluster;
    }

    private static void start(ClusterProcesses cluster, int... nodes) throws InterruptedException {
        List<Thread> starting = new ArrayList<>();
        for (int node : nodes) {
            starting.add(Thread.ofPlatform().start(() -> {
                try {
                    cluster.node(node).restart();
                } catch (IOException failed) {
                    throw new UncheckedIOException(failed);
                }
            }));
        }
        for (Thread each : starting) each.join();
    }

    @Test
    void aMajorityEndsWhereNoneIsEqualAndEndsAgainAfterARestart() throws Exception {
        try (var client = HttpClient.newHttpClient();
                var cluster = equalNodes(client)) {
            for (int i = 0; i < NODES; i++) cluster.node(i).stop();
            ReplicaDamage.changeDigest(cluster.data(0), 1);
            ReplicaDamage.changeDigest(cluster.data(1), 2);
            for (int i = 0; i < 2; i++) {
                start(cluster, 0, 1, 2);
                List<HubProcess> ended = new ArrayList<>();
                Await.that(() -> {
                    ended.clear();
                    for (int node = 0; node < NODES; node++)
                        if (!cluster.node(node).isAlive()) ended.add(cluster.node(node));
                    return 2 * ended.size() > NODES;
                });
                for (HubProcess each : ended) assertThat(each.awaitEnd()).isEqualTo(IO);
                // One that is left, as it had no answer of the others any more, has no majority.
                for (int node = 0; node < NODES; node++) {
                    assertThat(publish(client, cluster.node(node), "nowhere")).isFalse();
                    if (cluster.node(node).isAlive()) cluster.node(node).kill();
                }
            }
        }
    }

    @Test
    void aLeaderThatIsOutvotedRecoversWithoutARestart() throws Exception {
        try (var client = HttpClient.newHttpClient();
                var cluster = equalNodes(client)) {
            for (int i = 0; i < NODES; i++) cluster.node(i).stop();
            ReplicaDamage.changeDigest(cluster.data(0), 1);
            start(cluster, 0, 1);
            lead(cluster, 0);
            start(cluster, 2);
            Await.that(() -> cluster.status(0).path("leader").isMissingNode() || cluster.leader() != 0);
            Await.that(() -> publish(client, cluster.node(1), "without-it"));
            Await.that(() -> publish(client, cluster.node(0), "equal-again"));
            cluster.awaitEqual();
            assertThat(cluster.node(0).isAlive()).isTrue();
        }
    }

    /// Has a node lead.
    private void lead(ClusterProcesses cluster, int node) {
        var context = new CommandContext(
                InputStream.nullInputStream(),
                new ByteArrayOutputStream(),
                System.err,
                Map.of(),
                folder,
                false,
                readerGone -> {});
        String address = cluster.status(node).path("address").asString();
        Await.that(() -> RootCommand.run(context, "cluster", "lead", "--config=" + cluster.file(1), address) == 0);
    }
}
