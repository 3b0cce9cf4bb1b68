package dev.sluice.config;

import dev.sluice.storage.ClusterSettings;
import dev.sluice.storage.NodeAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `[cluster]`: the nodes that keep one log together.
public final class ClusterTable {
    private static final int NODES_MAX = 32;

    private static final SettingType.Text ADDRESS =
            new SettingType.Text("a host and a port, as \"10.0.0.1:9420\"", ClusterTable::isAddress);

    public static final Setting<List<String>> NODES = new Setting<>(
            "cluster.nodes",
            new SettingType.Several<>(ADDRESS, NODES_MAX),
            List.of(),
            "The addresses of the nodes that keep one log, each for other nodes, with this node's own among them: the same"
                    + " on all of them. With an empty list, this node keeps its log alone. The port is for Raft, and the"
                    + " next one for what nodes ask each other besides.");
    public static final Setting<String> NODE = new Setting<>(
            "cluster.node",
            new SettingType.Text("one of `cluster.nodes`, or \"\" for none", text -> text.isEmpty() || isAddress(text)),
            "",
            "The address of this node, one of `cluster.nodes`.");
    public static final Setting<String> TOKEN_FILE = new Setting<>(
            "cluster.token_file",
            new SettingType.Text("the path of a file", text -> text.indexOf('\0') < 0),
            "",
            "The file with the secret that all nodes have and clients do not, of 32 bytes or more.");
    public static final Setting<Boolean> VOTES = new Setting<>(
            "cluster.votes",
            new SettingType.Switch(),
            true,
            "Whether the node counts for majorities. One that does not only follows: it serves readers and passes"
                    + " publishes on, and no publish waits for it.");
    public static final Setting<Duration> PUBLISH_TIMEOUT = Setting.time(
            "cluster.publish_timeout",
            Duration.ofSeconds(1),
            Duration.ofMinutes(5),
            Duration.ofSeconds(10),
            "How long a publish waits for a majority of the nodes; then it is answered 503.");

    public static final List<Setting<?>> ALL = List.of(NODES, NODE, TOKEN_FILE, VOTES, PUBLISH_TIMEOUT);

    private ClusterTable() {}

    private static boolean isAddress(String text) {
        try {
            NodeAddress.parse(text);
            return true;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /// The node's part in a cluster; empty if it keeps its log alone.
    ///
    /// @param folder the base of relative paths
    /// @throws InvalidConfiguration if the file with the secret can't be used
    public static Optional<ClusterSettings> settings(Configuration configuration, Path folder)
            throws InvalidConfiguration {
        List<NodeAddress> nodes =
                configuration.get(NODES).stream().map(NodeAddress::parse).toList();
        if (nodes.isEmpty()) return Optional.empty();
        Path file = folder.resolve(configuration.get(TOKEN_FILE));
        try {
            byte[] secret = KeyFiles.secret(KeyFiles.content(file));
            return Optional.of(new ClusterSettings(
                    NodeAddress.parse(configuration.get(NODE)),
                    nodes,
                    configuration.get(VOTES),
                    new String(secret, StandardCharsets.UTF_8),
                    configuration.get(PUBLISH_TIMEOUT)));
        } catch (IllegalArgumentException unsuitable) {
            throw new InvalidConfiguration(
                    List.of(configuration.fault(TOKEN_FILE, "'" + file + "' " + unsuitable.getMessage())));
        }
    }

    static List<Fault> contradictions(Values values) {
        List<Fault> faults = new ArrayList<>();
        List<String> nodes = values.get(NODES);
        if (nodes.isEmpty()) return faults;
        if (!nodes.contains(values.get(NODE)))
            faults.add(fault(values, NODE, "must be one of 'cluster.nodes', " + nodes + "."));
        if (values.get(TOKEN_FILE).isEmpty())
            faults.add(fault(values, NODES, "needs 'cluster.token_file', a secret of all nodes."));
        for (String each : nodes) {
            if (isLoopback(NodeAddress.parse(each).host()) || values.get(SecurityTable.INSECURE)) continue;
            faults.add(fault(
                    values,
                    NODES,
                    "has an address of a network, where the nodes would talk without TLS: only on one that nobody else"
                            + " can listen to, with 'insecure = true'."));
            break;
        }
        if (values.get(StorageTable.MEMORY))
            faults.add(fault(values, NODES, "needs a log on disk: leave out 'storage.memory'."));
        return faults;
    }

    private static boolean isLoopback(String host) {
        return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
    }

    private static Fault fault(Values values, Setting<?> setting, String message) {
        return values.value(setting).source().fault("'" + setting.key() + "' " + message);
    }
}
