package dev.sluice.app.killed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.Ports;
import dev.sluice.server.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A node of a cluster that gets another address, as a pod does that is started on another machine. The names
/// are those of a file of hosts, which the JVM reads at each look-up.
@Tag("long") // It starts three processes.
final class MovedNodeTest {
    private static final Duration FOUND_MAX = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<Integer> ports = List.of(Ports.inARow(6), Ports.inARow(6), Ports.inARow(6));

    @Test
    void isReachedByTheOthersWithinAMinute() throws Exception {
        writeHosts("127.0.0.13");
        Files.writeString(folder.resolve("token"), "a secret of the nodes, of 32 bytes or more");
        var nodes = start();
        try {
            publish(nodes.get(0), "before");
            Await.that(() -> read(nodes.get(2)).contains("before"));
            nodes.get(2).kill();
            publish(nodes.get(0), "away");

            writeHosts("127.0.0.99");
            long movedNs = System.nanoTime();
            nodes.get(2).restart();
            Await.that(() -> read(nodes.get(2)).contains("away"));
            publish(nodes.get(0), "after");
            Await.that(() -> read(nodes.get(2)).contains("after"));

            assertThat(Duration.ofNanos(System.nanoTime() - movedNs)).isLessThan(FOUND_MAX);
        } finally {
            nodes.forEach(HubProcess::close);
        }
    }

    private void writeHosts(String third) throws IOException {
        Path next = Files.writeString(
                folder.resolve("hosts.next"),
                "127.0.0.11 node-0.test\n127.0.0.12 node-1.test\n" + third + " node-2.test\n127.0.0.1 localhost\n");
        Files.move(next, folder.resolve("hosts"), StandardCopyOption.ATOMIC_MOVE);
    }

    private List<HubProcess> start() throws InterruptedException {
        var nodes = new HubProcess[3];
        var starting = IntStream.range(0, nodes.length)
                .mapToObj(i -> Thread.ofPlatform().start(() -> nodes[i] = node(i)))
                .toList();
        for (var each : starting) each.join();
        return new ArrayList<>(List.of(nodes));
    }

    private HubProcess node(int index) {
        try {
            return new HubProcess(
                    List.of(
                            "env",
                            "JDK_JAVA_OPTIONS=-Djdk.net.hosts.file=" + folder.resolve("hosts"),
                            "SLUICE_CLUSTER_NODES="
                                    + IntStream.range(0, 3)
                                            .mapToObj(this::address)
                                            .collect(Collectors.joining(",")),
                            "SLUICE_CLUSTER_NODE=" + address(index),
                            "SLUICE_CLUSTER_TOKEN_FILE=" + folder.resolve("token"),
                            "SLUICE_CLUSTER_INSECURE=true"),
                    folder.resolve("node-" + index));
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private String address(int index) {
        return "node-" + index + ".test:" + ports.get(index);
    }

    private void publish(HubProcess node, String data) {
        var request = HttpRequest.newBuilder(URI.create(node.url() + "/channels/news"))
                .header("Idempotency-Key", data)
                .POST(BodyPublishers.ofString(data));
        Await.that(() -> send(request).statusCode() == 201);
    }

    private String read(HubProcess node) {
        return send(HttpRequest.newBuilder(URI.create(node.url() + "/channels/news?as=json&after=earliest")))
                .body();
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
