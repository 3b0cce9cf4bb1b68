package dev.sluice.config;

import dev.sluice.config.setting.Fault;
import dev.sluice.config.setting.InvalidConfigurationException;
import dev.sluice.config.setting.Setting;
import dev.sluice.config.setting.SettingType;
import dev.sluice.core.cluster.KafkaSettings;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// `[cluster.kafka]`: the topic that keeps the order of a cluster's log.
public final class KafkaTable {
    private static final int SERVERS_MAX = 32;
    private static final int REPLICAS_MAX = 32;
    private static final int TOPIC_LENGTH_MAX = 249; // Kafka's limit.
    private static final Pattern TOPIC_NAME = Pattern.compile("[a-zA-Z0-9._-]{1," + TOPIC_LENGTH_MAX + "}");
    private static final Pattern SERVER = Pattern.compile("[^\\s,]+:[0-9]{1,5}");

    /// The properties that configure how a client connects. All others would affect the guarantees of the
    /// order.
    private static final List<String> PREFIXES =
            List.of("client.", "metadata.", "reconnect.", "sasl.", "security.", "socket.", "ssl.");

    public static final Setting<List<String>> SERVERS = new Setting<>(
            "cluster.kafka.servers",
            new SettingType.Several<>(
                    new SettingType.Text(
                            "the host and port of a broker, as \"10.0.0.1:9092\"",
                            text -> SERVER.matcher(text).matches()),
                    SERVERS_MAX),
            List.of(),
            "Brokers to ask for the others (Kafka's `bootstrap.servers`). Needs `order = \"kafka\"` in `[cluster]`.");
    public static final Setting<String> TOPIC = new Setting<>(
            "cluster.kafka.topic",
            new SettingType.Text(
                    "the name of a topic",
                    text -> TOPIC_NAME.matcher(text).matches() && !text.equals(".") && !text.equals("..")),
            "sluice",
            "The topic, of one partition, for this cluster alone. The node that founds the cluster creates it unless it is"
                    + " there.");
    public static final Setting<Long> REPLICAS = Setting.count(
            "cluster.kafka.replicas",
            1,
            REPLICAS_MAX,
            3,
            "The brokers that keep the topic, at least. A publish is acknowledged once all but one of them have it, or the"
                    + " only one. Less than 3 is to try things out.");
    public static final Setting<String> PROPERTIES_FILE = new Setting<>(
            "cluster.kafka.properties_file",
            new SettingType.Text("the path of a file", text -> text.indexOf('\0') < 0),
            "",
            "A file of Java properties for Kafka's clients, for how they connect: `security.…`, `sasl.…`, `ssl.…`, `client.…`,"
                    + " `socket.…`, `reconnect.…`, `metadata.…`. It has secrets: only the hub's user should be able to read"
                    + " it.");

    static final List<Setting<?>> ALL = List.of(SERVERS, TOPIC, REPLICAS, PROPERTIES_FILE);

    private KafkaTable() {}

    /// @param folder the base of relative paths
    /// @throws InvalidConfigurationException if the file of properties can't be used
    static KafkaSettings settings(Configuration configuration, Path folder) throws InvalidConfigurationException {
        Map<String, String> client = client(configuration, folder);
        if (!isTls(client) && !isPlainAllowed(configuration)) {
            throw new InvalidConfigurationException(List.of(configuration.fault(
                    SERVERS,
                    "has an address of a network, where connections need TLS: 'security.protocol=SSL' or 'SASL_SSL' in"
                            + " 'cluster.kafka.properties_file'. Without it only on a network that nobody else can reach,"
                            + " with 'cluster.insecure = true'.")));
        }
        return new KafkaSettings(
                configuration.get(SERVERS),
                configuration.get(TOPIC),
                Math.toIntExact(configuration.get(REPLICAS)),
                client);
    }

    private static boolean isTls(Map<String, String> client) {
        return client.getOrDefault("security.protocol", "PLAINTEXT").endsWith("SSL");
    }

    private static boolean isPlainAllowed(Configuration configuration) {
        return configuration.get(ClusterTable.INSECURE)
                || configuration.get(SecurityTable.INSECURE)
                || configuration.get(SERVERS).stream()
                        .allMatch(each -> ClusterTable.isLoopback(each.substring(0, each.lastIndexOf(':'))));
    }

    private static Map<String, String> client(Configuration configuration, Path folder)
            throws InvalidConfigurationException {
        if (configuration.get(PROPERTIES_FILE).isEmpty()) return Map.of();
        Path file = folder.resolve(configuration.get(PROPERTIES_FILE));
        var properties = new Properties();
        try (Reader text = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(text);
        } catch (IOException | IllegalArgumentException unreadable) {
            throw new InvalidConfigurationException(
                    List.of(configuration.fault(PROPERTIES_FILE, "'" + file + "' can't be read: " + unreadable)));
        }
        Map<String, String> client = new TreeMap<>();
        List<Fault> faults = new ArrayList<>();
        for (String name : properties.stringPropertyNames()) {
            if (PREFIXES.stream().anyMatch(name::startsWith)) client.put(name, properties.getProperty(name));
            else
                faults.add(configuration.fault(
                        PROPERTIES_FILE,
                        "'" + file + "' has '" + name + "', which does not say how to connect: names there begin with "
                                + String.join(", ", PREFIXES) + "."));
        }
        if (!faults.isEmpty()) throw new InvalidConfigurationException(faults);
        return client;
    }
}
