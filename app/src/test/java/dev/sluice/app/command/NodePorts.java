package dev.sluice.app.command;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/// Ports for a node of a cluster.
final class NodePorts {
    private NodePorts() {}

    /// A free port with a free one after it, below those that the system gives to others.
    static int free() {
        var loopback = InetAddress.getLoopbackAddress();
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (var _ = new ServerSocket(port, 1, loopback);
                    var _ = new ServerSocket(port + 1, 1, loopback)) {
                return port;
            } catch (IOException _) {
                // In use: another one.
            }
        }
    }
}
