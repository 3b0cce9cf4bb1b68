package dev.sluice.config;

import dev.sluice.config.key.NodeCertificateFiles;
import dev.sluice.config.setting.Fault;
import dev.sluice.config.setting.InvalidConfigurationException;
import dev.sluice.config.setting.Setting;
import dev.sluice.config.setting.SettingType;
import dev.sluice.config.setting.Values;
import dev.sluice.core.cluster.ClusterSettings;
import dev.sluice.core.cluster.NodeAddress;
import dev.sluice.core.cluster.NodeCertificates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// `[cluster]`: the nodes that keep one log together.
public final class ClusterTable {
    private static final int NODES_MAX = 32;
    /// Leaves room for names: an order takes 16 MiB at a time.
    private static final long PUBLISH_BYTES_MAX = 12 * Settings.MIB;

    private static final Pattern LOOPBACK = Pattern.compile("localhost|127\\.[0-9.]+|\\[::1]");

    private static final SettingType.Text ADDRESS =
            new SettingType.Text("a host and a port, as \"10.0.0.1:9420\"", ClusterTable::isAddress);

    public static final Setting<List<String>> NODES = new Setting<>(
            "cluster.nodes",
            new SettingType.Several<>(ADDRESS, NODES_MAX),
            List.of(),
            "The addresses of all nodes, this one included, for other nodes; the same list on each. Empty:"
                    + " this node keeps its log alone. The port is for Raft, the next one for what nodes ask each"
                    + " other.");
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
    public static final Setting<String> CERTIFICATE_FILE = file(
            "cluster.certificate_file",
            "The certificate of this node (PEM), followed by those of the authorities between it and the root. It names"
                    + " the host of `cluster.node`, and is for servers and clients. With it, `key_file` and `ca_file`,"
                    + " the nodes talk to each other over TLS only.");
    public static final Setting<String> KEY_FILE = file(
            "cluster.key_file",
            "The private key of `certificate_file` (PEM, not encrypted). Only the hub's user should be able to read it.");
    public static final Setting<String> CA_FILE = file(
            "cluster.ca_file",
            "The authorities (PEM) whose certificates are taken from other nodes, all of them: it should certify nothing"
                    + " but nodes of this cluster. `sluice cluster certs` makes one.");
    public static final Setting<Boolean> INSECURE = new Setting<>(
            "cluster.insecure",
            new SettingType.Switch(),
            false,
            "Whether the nodes may talk over a network without TLS, on which nobody else can listen or connect. On"
                    + " loopback they always may; `insecure` at the top has the same effect here.");
    public static final Setting<Keeper> ORDER = new Setting<>(
            "cluster.order",
            new SettingType.Word<>(Keeper.class),
            Keeper.RAFT,
            "What keeps the order of all publishes: `raft`, the nodes themselves; `kafka`, a topic of Apache Kafka, for those"
                    + " who run it already (`[cluster.kafka]`).");
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
            "How long a publish waits for a majority of the nodes, or for Kafka; then it is answered 503.");

    public static final List<Setting<?>> ALL = Stream.concat(
                    Stream.of(
                            NODES,
                            NODE,
                            TOKEN_FILE,
                            CERTIFICATE_FILE,
                            KEY_FILE,
                            CA_FILE,
                            INSECURE,
                            VOTES,
                            PUBLISH_TIMEOUT,
                            ORDER),
                    KafkaTable.ALL.stream())
            .toList();

    /// The system that keeps the order of a cluster.
    public enum Keeper {
        RAFT,
        KAFKA
    }

    private static final List<Setting<String>> CERTIFICATES = List.of(CERTIFICATE_FILE, KEY_FILE, CA_FILE);

    private ClusterTable() {}

    private static Setting<String> file(String key, String about) {
        return new Setting<>(
                key,
                new SettingType.Text("the path of a file", text -> text.indexOf('\0') < 0),
                "",
                about + " Read again when it changes.");
    }

    private static boolean isAddress(String text) {
        try {
            NodeAddress.parse(text);
            return true;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /// The settings of a node of a cluster; empty for a single hub.
    ///
    /// @param folder the base of relative paths
    /// @throws InvalidConfigurationException if the file with the secret can't be used
    public static Optional<ClusterSettings> settings(Configuration configuration, Path folder)
            throws InvalidConfigurationException {
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
                    certificate(configuration, folder),
                    configuration.get(PUBLISH_TIMEOUT),
                    configuration.get(ORDER) == Keeper.KAFKA ? KafkaTable.settings(configuration, folder) : null));
        } catch (IllegalArgumentException unsuitable) {
            throw new InvalidConfigurationException(
                    List.of(configuration.fault(TOKEN_FILE, "'" + file + "' " + unsuitable.getMessage())));
        }
    }

    private static @Nullable NodeCertificates certificate(Configuration configuration, Path folder)
            throws InvalidConfigurationException {
        if (configuration.get(CERTIFICATE_FILE).isEmpty()) return null;
        var files = new NodeCertificateFiles(
                folder.resolve(configuration.get(CERTIFICATE_FILE)),
                folder.resolve(configuration.get(KEY_FILE)),
                folder.resolve(configuration.get(CA_FILE)));
        try {
            files.read();
            return files;
        } catch (IOException unusable) {
            throw new InvalidConfigurationException(
                    List.of(configuration.fault(CERTIFICATE_FILE, String.valueOf(unusable.getMessage()))));
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
        List<String> missing = CERTIFICATES.stream()
                .filter(each -> values.get(each).isEmpty())
                .map(Setting::key)
                .toList();
        if (!missing.isEmpty() && missing.size() < CERTIFICATES.size()) {
            faults.add(fault(values, NODES, "has TLS with all of the files of a certificate: add " + missing + "."));
        }
        if (!missing.isEmpty() && !isPlainAllowed(values)) {
            faults.add(fault(
                    values,
                    NODES,
                    "has an address of a network, where the nodes need TLS: 'sluice cluster certs' makes certificates."
                            + " Without them only on a network that nobody else can reach, with 'cluster.insecure ="
                            + " true'."));
        }
        if (values.get(ORDER) == Keeper.KAFKA) {
            if (values.get(KafkaTable.SERVERS).isEmpty())
                faults.add(fault(values, ORDER, "needs 'cluster.kafka.servers', the brokers of Kafka."));
            if (!values.get(VOTES))
                faults.add(fault(values, VOTES, "is for Raft: with Kafka, the brokers vote, and no node does."));
        }
        for (Setting<Long> each : List.of(PublishTable.EVENT_MAX, PublishTable.ATOMIC_MAX)) {
            if (values.get(each) > PUBLISH_BYTES_MAX)
                faults.add(
                        fault(values, each, "may be 12MiB at most in a cluster, whose order takes 16 MiB at a time."));
        }
        if (values.get(StorageTable.MEMORY))
            faults.add(fault(values, NODES, "needs a log on disk: leave out 'storage.memory'."));
        return faults;
    }

    private static boolean isPlainAllowed(Values values) {
        return values.get(INSECURE)
                || values.get(SecurityTable.INSECURE)
                || values.get(NODES).stream()
                        .allMatch(each -> isLoopback(NodeAddress.parse(each).host()));
    }

    static boolean isLoopback(String host) {
        return LOOPBACK.matcher(host).matches();
    }

    private static Fault fault(Values values, Setting<?> setting, String message) {
        return values.value(setting).source().fault("'" + setting.key() + "' " + message);
    }
}
