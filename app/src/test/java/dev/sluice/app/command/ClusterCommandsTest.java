package dev.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The commands for the nodes of a cluster, on a cluster of one.
final class ClusterCommandsTest {
    @TempDir
    private Path folder;

    private String node = "";

    @BeforeEach
    void configure() throws IOException {
        node = "127.0.0.1:" + Ports.free();
        Files.writeString(folder.resolve("token"), "a secret of the nodes, of 32 bytes or more");
        Files.writeString(folder.resolve("node.toml"), """
                [cluster]
                nodes = ["%1$s"]
                node = "%1$s"
                token_file = "token"
                """.formatted(node));
    }

    private Terminal here() {
        return new Terminal(folder, Map.of());
    }

    private Terminal at(Running serve) {
        return new Terminal(folder, Map.of("SLUICE_URL", serve.url()));
    }

    private static void assertLine(Terminal.Ended ended, int exitCode, String part) {
        assertThat(ended.err()).startsWith("sluice: ").contains(part).hasLineCount(1);
        assertThat(ended.exitCode()).isEqualTo(exitCode);
        assertThat(ended.out()).isEmpty();
    }

    @Test
    void reportInOneLineWhatTheyCannotDo() {
        assertLine(here().run("cluster", "status"), 78, "No cluster is configured here");
        assertLine(here().run("cluster", "status", "--config=node.toml"), 69, "No node of the cluster answers");
        assertLine(here().run("cluster", "remove", "--config=node.toml", node), 69, "No node of the cluster answers");
        assertLine(here().run("cluster", "recover"), 64, "add --yes");
        assertLine(here().run("cluster", "recover", "--yes"), 66, "There is no log in");
        assertThat(folder.resolve("data")).doesNotExist();
        var ended = here().run("cluster", "status", "--config=node.toml", "--set=cluster.token_file=none");
        assertThat(ended.exitCode()).isEqualTo(78);
        assertThat(ended.err()).startsWith("--set cluster.token_file: ").contains("does not exist");
    }

    /// A service manager tries again after all codes but 64 and 78.
    @Test
    void aNodeThatCannotStartReportsWhetherToRetry() throws IOException {
        Path data = Files.createDirectories(folder.resolve("data"));
        String member = "id = 1\ncluster = 1-2-3-4-5\nstarts = 1\n";
        Files.writeString(data.resolve("node"), member + "stage = MEMBER\nremoved = true\n");
        assertLine(serve(), 78, "This node was removed from its cluster.");
        Files.writeString(data.resolve("node"), member + "stage = DETACHING\n");
        assertLine(serve(), 78, "was interrupted: run it again");
        Files.writeString(data.resolve("node"), member + "stage = MEMBER\n");
        assertLine(serve(), 74, "raft' is missing");
        Files.writeString(data.resolve("node"), member);
        assertLine(serve(), 74, "is damaged (no 'stage')");
        Files.delete(data.resolve("node"));
        try (var _ = new ServerSocket(
                1 + Integer.parseInt(node.substring(node.indexOf(':') + 1)), 1, InetAddress.getLoopbackAddress())) {
            assertLine(serve(), 69, "in use");
        }
    }

    private Terminal.Ended serve() {
        return here().run("serve", "--port=0", "--config=node.toml");
    }

    @Test
    @Tag("long") // Seconds.
    void showAClusterAndDetachItsOnlyNode() {
        String first;
        try (var serve = here().start("serve", "--port=0", "--config=node.toml")) {
            first = at(serve).run("pub", "news", "in a cluster").out().strip();
            var status = here().run("cluster", "status", "--config=node.toml");
            assertThat(status.exitCode()).isZero();
            assertThat(status.out()).contains(node).contains("leader").contains(" ok");
            assertThat(here().run("cluster", "lead", "--config=node.toml", node))
                    .isEqualTo(new Terminal.Ended(0, node + " leads.\n", ""));
            assertLine(here().run("cluster", "lead", "--config=node.toml", "127.0.0.1:1"), 1, "There is no such node");
            assertLine(here().run("cluster", "remove", "--config=node.toml", node), 1, "the only voting node");
            assertLine(here().run("cluster", "recover", "--yes"), 69, "in use by another process");
        }
        try (var serve = here().start("serve", "--port=0")) {
            serve.awaitErr("is that of a single hub from now on");
            String second =
                    at(serve).run("pub", "news", "alone", "--close").out().strip();
            assertThat(second).isNotEqualTo(first);
            assertThat(at(serve).run("sub", "news", "--after", first).out()).isEqualTo("alone\n");
        }
        assertLine(here().run("cluster", "recover", "--yes"), 78, "is that of a single hub");
    }
}
