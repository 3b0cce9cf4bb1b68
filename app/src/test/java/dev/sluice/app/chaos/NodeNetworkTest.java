package dev.sluice.app.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NodeNetworkTest {
    private static final int TIMEOUT_MS = 60_000;

    @TempDir
    Path folder;

    private final NodeNetwork network = NodeNetwork.open(2);
    private ServerSocket node1;
    private Socket near;
    private Socket far;

    /// Node 0 connects to node 1, by the address in its file of hosts.
    @BeforeEach
    void connect() throws IOException {
        node1 = new ServerSocket(network.port(), 8, network.own(1));
        near = new Socket(seenBy(0, 1), network.port());
        far = node1.accept();
        near.setSoTimeout(TIMEOUT_MS);
        far.setSoTimeout(TIMEOUT_MS);
    }

    private InetAddress seenBy(int node, int other) throws IOException {
        Path hosts = network.hosts(node, folder.resolve("hosts"));
        for (String line : Files.readAllLines(hosts)) {
            if (line.endsWith(" node-" + other)) return InetAddress.getByName(line.substring(0, line.indexOf(' ')));
        }
        throw new AssertionError("node " + other + " has no address for node " + node);
    }

    @AfterEach
    void close() throws IOException {
        near.close();
        far.close();
        node1.close();
        network.close();
    }

    @Test
    void carriesBothDirections() throws IOException {
        near.getOutputStream().write(1);
        assertThat(far.getInputStream().read()).isEqualTo(1);
        far.getOutputStream().write(2);
        assertThat(near.getInputStream().read()).isEqualTo(2);
    }

    @Test
    void holdsOnlyTheDirectionThatIsCut() throws IOException {
        network.cut(0, 1);
        near.getOutputStream().write(1);
        far.getOutputStream().write(2);
        assertThat(near.getInputStream().read()).isEqualTo(2);
        assertThat(far.getInputStream().available()).isZero();
        network.heal();
        assertThat(far.getInputStream().read()).isEqualTo(1);
    }

    @Test
    void delaysWhatItCarries() throws IOException {
        network.delay(Duration.ofMillis(200));
        long sentNs = System.nanoTime();
        near.getOutputStream().write(1);
        assertThat(far.getInputStream().read()).isEqualTo(1);
        assertThat(Duration.ofNanos(System.nanoTime() - sentNs)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
    }

    @Test
    void carriesTheEnd() throws IOException {
        near.getOutputStream().write(1);
        near.shutdownOutput();
        assertThat(far.getInputStream().readAllBytes()).containsExactly(1);
        far.shutdownOutput();
        assertThat(near.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void breaksConnections() throws IOException {
        network.reset(1, 0);
        assertThat(far.getInputStream().read()).isEqualTo(-1);
        assertThat(near.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void refusesWhereTheNodeIsDown() throws IOException {
        node1.close();
        try (var refused = new Socket(seenBy(0, 1), network.port())) {
            refused.setSoTimeout(TIMEOUT_MS);
            assertThat(refused.getInputStream().read()).isEqualTo(-1);
        }
    }
}
