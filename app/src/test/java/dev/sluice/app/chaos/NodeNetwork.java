package dev.sluice.app.chaos;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/// The network between nodes on this machine: TCP proxies, a pair of ports for each node and each node that it talks
/// to. Links can be cut in one direction, and delayed. No rights of an administrator are needed.
///
/// All nodes have the same port on different addresses (127.0.0.0/8), and know each other by name. Each node
/// has a file of hosts (`jdk.net.hosts.file`) in which the others' names lead to proxies for this node alone:
///
/// ```
/// node 0: node-1 = 127.x.1.2  ─ proxy: link 0→1 ─►  127.x.0.2 = node 1
///                             ◄─ link 1→0 ────────
/// ```
///
/// Servers that the nodes share, such as brokers, come after the nodes: `link 0→3` leads from node 0 to the first of
/// three nodes' first server.
final class NodeNetwork implements AutoCloseable {
    private static final int BACKLOG = 64;

    private final int size;
    private final int subnet;
    private final int port;
    private Link[][] links;
    private final List<Server> servers = new ArrayList<>();
    private final List<ServerSocket> listeners = new ArrayList<>();
    private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();

    /// A server that all nodes know by a name.
    private record Server(String host, int port) {}

    /// Opens the proxies for some nodes, on a port that nothing uses, and the next one.
    static NodeNetwork open(int size) {
        while (true) {
            var random = ThreadLocalRandom.current();
            var network = new NodeNetwork(size, random.nextInt(1, 255), random.nextInt(20_000, 32_000));
            try {
                network.listen();
                return network;
            } catch (IOException _) {
                network.close(); // In use: other ones.
            }
        }
    }

    private NodeNetwork(int size, int subnet, int port) {
        this.size = size;
        this.subnet = subnet;
        this.port = port;
        links = links(size);
    }

    private static Link[][] links(int size) {
        var made = new Link[size][size];
        for (Link[] each : made) for (int to = 0; to < size; to++) each[to] = new Link();
        return made;
    }

    /// Makes nodes reach further servers through proxies. Call it before a node starts.
    ///
    /// @param ports of the servers, on 127.0.0.1
    void add(List<String> hosts, List<Integer> ports) throws IOException {
        links = links(size + hosts.size());
        for (int i = 0; i < hosts.size(); i++) {
            servers.add(new Server(hosts.get(i), ports.get(i)));
            var target = new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.get(i));
            for (int node = 0; node < size; node++) proxy(node, size + i, ports.get(i), target);
        }
    }

    private void listen() throws IOException {
        for (int node = 0; node < size; node++) {
            for (int next = port; next <= port + 1; next++) new ServerSocket(next, 1, own(node)).close();
            for (int to = 0; to < size; to++) if (to != node) proxy(node, to);
        }
    }

    private void proxy(int from, int to) throws IOException {
        for (int next = port; next <= port + 1; next++) proxy(from, to, next, new InetSocketAddress(own(to), next));
    }

    private void proxy(int from, int to, int at, InetSocketAddress target) throws IOException {
        var listener = new ServerSocket(at, BACKLOG, address(from + 1, to));
        listeners.add(listener);
        Thread.ofVirtual().start(() -> accept(listener, target, from, to));
    }

    private void accept(ServerSocket listener, InetSocketAddress target, int from, int to) {
        try {
            while (true) {
                Socket accepted = listener.accept();
                var connection =
                        new ProxiedConnection(accepted, target, links[from][to], links[to][from], connections::remove);
                connections.add(connection);
                connection.start();
            }
        } catch (IOException _) {
            // The network is closed.
        }
    }

    /// The address where a node listens.
    InetAddress own(int node) {
        return address(0, node);
    }

    private InetAddress address(int third, int node) {
        try {
            return InetAddress.getByAddress(new byte[] {127, (byte) subnet, (byte) third, (byte) (node + 1)});
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// The first of the two ports of all nodes.
    int port() {
        return port;
    }

    /// A node, as nodes know it: `host:port`.
    String name(int node) {
        return host(node) + ":" + port;
    }

    String host(int node) {
        return "node-" + node;
    }

    /// Writes the file of hosts of a node.
    Path hosts(int node, Path file) throws IOException {
        StringBuilder lines = new StringBuilder("127.0.0.1 localhost\n");
        lines.append("127.0.0.1 ")
                .append(InetAddress.getLocalHost().getHostName())
                .append('\n');
        for (int to = 0; to < size; to++) {
            InetAddress seen = to == node ? own(to) : address(node + 1, to);
            lines.append(seen.getHostAddress()).append(' ').append(host(to)).append('\n');
        }
        for (int i = 0; i < servers.size(); i++) {
            lines.append(address(node + 1, size + i).getHostAddress())
                    .append(' ')
                    .append(servers.get(i).host())
                    .append('\n');
        }
        return Files.writeString(file, lines);
    }

    /// Data from one node to another does not arrive until [#heal]; then it does, because TCP sends it again.
    void cut(int from, int to) {
        links[from][to].cut();
    }

    /// Breaks all connections between two nodes.
    void reset(int one, int other) {
        for (ProxiedConnection each : connections) {
            if (each.uses(links[one][other])) each.close();
        }
    }

    /// Delays all data.
    void delay(Duration delay) {
        for (Link[] each : links) for (Link link : each) link.delay(delay);
    }

    /// Delays all data by this time, also after all faults are healed.
    void usualDelay(Duration delay) {
        for (Link[] each : links) for (Link link : each) link.usualDelay(delay);
    }

    /// No cuts, and no delay but the usual one.
    void heal() {
        for (Link[] each : links) for (Link link : each) link.heal();
    }

    @Override
    public void close() {
        heal();
        try {
            for (ServerSocket each : listeners) each.close();
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
        for (ProxiedConnection each : connections) each.close();
    }
}
