package dev.sluice.app.killed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.cli.CommandContext;
import dev.sluice.app.command.RootCommand;
import dev.sluice.server.Await;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A hub's log becomes that of a cluster, goes back to one hub, and is restored from the backup of any node: all events
/// keep their ids, and a reader's cursor from before stays valid.
@Tag("long") // Many processes, one after the other.
final class HubAndClusterTest {
    private static final int NODES = 3;

    @TempDir
    Path folder;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /// The events published, in their order.
    private final List<Entry> published = new ArrayList<>();

    private record Entry(String id, String data) {}

    @Test
    void idsAndCursorsOutliveAClusterAndItsBackups() throws Exception {
        try (var hub = new HubProcess(List.of(), folder.resolve("node-0"))) {
            publish(hub, "alone");
            publish(hub, "alone too");
            assertThat(hub.stop()).isZero();
        }
        int inBackups = growAndShrink();
        try (var hub = new HubProcess(List.of(), folder.resolve("node-0"))) {
            assertThat(read(hub)).isEqualTo(published);
            publish(hub, "alone again");
            assertThat(read(hub)).isEqualTo(published);
        }
        for (int i = 0; i < NODES; i++) restore(i, published.subList(0, inBackups));
    }

    /// Returns how many events there were when the backups were made.
    private int growAndShrink() throws Exception {
        int inBackups;
        try (var cluster = new ClusterProcesses(folder, NODES, http)) {
            for (int i = 0; i < NODES; i++) publish(cluster.node(i), "at node " + i);
            for (int i = 0; i < NODES; i++) {
                HubProcess node = cluster.node(i);
                Await.that(() -> read(node).equals(published));
            }
            inBackups = published.size();
            for (int i = 0; i < NODES; i++)
                run("backup", folder.resolve("kept-" + i).toString(), "--data=" + folder.resolve("node-" + i));
            publish(cluster.node(1), "after the backups");
            for (int i = NODES - 1; i > 0; i--)
                run("cluster", "remove", "--config=" + cluster.file(0), cluster.address(i));
            publish(cluster.node(0), "the last node of the cluster");
            assertThat(cluster.node(0).stop()).isZero();
        }
        return inBackups;
    }

    /// Restores a backup as the first node of a new cluster.
    private void restore(int node, List<Entry> backedUp) throws Exception {
        Path restored = folder.resolve("restored-" + node);
        run("restore", folder.resolve("kept-" + node).toString(), "--data=" + restored.resolve("node-0"));
        try (var cluster = new ClusterProcesses(restored, NODES, http)) {
            Entry more = place(cluster.node(1), "after the restoration");
            List<Entry> expected = new ArrayList<>(backedUp);
            expected.add(more);
            for (int i = 0; i < NODES; i++) {
                HubProcess each = cluster.node(i);
                Await.that(() -> read(each).equals(expected));
            }
        }
    }

    private void publish(HubProcess node, String data) {
        published.add(place(node, data));
    }

    private Entry place(HubProcess node, String data) {
        var request = HttpRequest.newBuilder(URI.create(node.url() + "/channels/news"))
                .header("Idempotency-Key", data.replace(' ', '-'))
                .POST(BodyPublishers.ofString(data));
        var answers = new ArrayList<HttpResponse<String>>();
        Await.that(
                () -> {
                    answers.add(send(request));
                    return answers.getLast().statusCode() == 201; // 503 during an election.
                },
                () -> "answered " + answers.getLast().statusCode() + " "
                        + answers.getLast().body());
        return new Entry(json(answers.getLast()).path("id").asString(), data);
    }

    /// All events: the first, and those after it, as a reader gets them that had it when the hub was alone.
    private List<Entry> read(HubProcess node) {
        List<Entry> all = new ArrayList<>(List.of(published.getFirst()));
        String after = "?as=json&limit=1000&after=" + published.getFirst().id();
        JsonNode page = json(send(HttpRequest.newBuilder(URI.create(node.url() + "/channels/news" + after))));
        if (page.has("gap")) throw new AssertionError("a gap: " + page);
        for (JsonNode each : page.path("events"))
            all.add(new Entry(each.path("id").asString(), each.path("data").asString()));
        return all;
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return JsonMapper.shared().readTree(answer.body());
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    private void run(String... words) {
        var out = new ByteArrayOutputStream();
        var context =
                new CommandContext(InputStream.nullInputStream(), out, out, Map.of(), folder, false, readerGone -> {});
        assertThat(RootCommand.run(context, words))
                .as(() -> String.join(" ", words) + ": " + out.toString(StandardCharsets.UTF_8))
                .isZero();
    }
}
