package dev.sluice.cluster.kafka;

import dev.sluice.core.Ports;
import dev.sluice.core.cluster.KafkaSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;

/// Brokers of Kafka on loopback, each in its own process. They are also the controllers.
public final class Brokers implements AutoCloseable {
    /// The logger of the admin client, set to a level at which it does not log each connection. A field,
    /// because the JDK garbage-collects loggers without references.
    private static final Logger KAFKA_LOG = Logger.getLogger("org.apache.kafka");

    static {
        KAFKA_LOG.setLevel(Level.SEVERE);
    }

    private static final String CLUSTER = "AAAAAAAAAAAAAAAAAAAAAQ";

    private final Path folder;
    private final List<Integer> ports = new ArrayList<>();
    private final Process[] processes;

    /// Starts brokers, and waits until they are one cluster.
    public Brokers(Path folder, int size) throws Exception {
        this.folder = folder;
        processes = new Process[size];
        for (int i = 0; i < size; i++) ports.add(Ports.inARow(3));
        for (int i = 0; i < size; i++) format(i);
        for (int i = 0; i < size; i++) start(i);
        awaitAll();
    }

    private void format(int broker) throws Exception {
        Path data = Files.createDirectories(folder.resolve("broker-" + broker));
        Path file = Files.writeString(file(broker), """
                process.roles=broker,controller
                node.id=%d
                controller.quorum.voters=%s
                listeners=PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d,NAMED://127.0.0.1:%d
                advertised.listeners=PLAINTEXT://127.0.0.1:%d,NAMED://%s
                inter.broker.listener.name=PLAINTEXT
                controller.listener.names=CONTROLLER
                listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,NAMED:PLAINTEXT
                log.dirs=%s
                auto.create.topics.enable=false
                # A broker that was killed is missed after so long.
                broker.heartbeat.interval.ms=500
                broker.session.timeout.ms=3000
                replica.lag.time.max.ms=5000
                """.formatted(
                        broker + 1,
                        IntStream.range(0, ports.size())
                                .mapToObj(each -> "%d@127.0.0.1:%d".formatted(each + 1, ports.get(each) + 1))
                                .collect(Collectors.joining(",")),
                        ports.get(broker),
                        ports.get(broker) + 1,
                        namedPort(broker),
                        ports.get(broker),
                        named().get(broker),
                        data));
        var out = new ByteArrayOutputStream();
        int code = StorageTool.execute(
                new String[] {"format", "-t", CLUSTER, "-c", file.toString()},
                new PrintStream(out, true, StandardCharsets.UTF_8));
        if (code != 0) throw new AssertionError(out.toString(StandardCharsets.UTF_8));
    }

    private Path file(int broker) {
        return folder.resolve("broker-" + broker + ".properties");
    }

    /// Starts a broker that does not run. Does not wait until it answers.
    public void start(int broker) throws IOException {
        processes[broker] = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Xmx384m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "kafka.Kafka",
                        file(broker).toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("broker-" + broker + ".out").toFile()))
                .start();
    }

    private void awaitAll() throws Exception {
        try (Admin admin = admin()) {
            for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120); System.nanoTime() < end; ) {
                try {
                    if (admin.describeCluster().nodes().get().size() == processes.length) return;
                } catch (ExecutionException _) {
                    // Not up yet.
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
        throw new AssertionError("the brokers did not start: " + folder);
    }

    public int size() {
        return processes.length;
    }

    public List<String> servers() {
        return ports.stream().map(each -> "127.0.0.1:" + each).toList();
    }

    /// The addresses of the brokers for clients that connect by name. The name may lead through a proxy.
    public List<String> named() {
        return IntStream.range(0, ports.size())
                .mapToObj(each -> host(each) + ":" + namedPort(each))
                .toList();
    }

    public static String host(int broker) {
        return "broker-" + broker;
    }

    /// The port where a broker listens for clients that connect by name.
    public int namedPort(int broker) {
        return ports.get(broker) + 2;
    }

    /// The settings of a topic on all brokers.
    public KafkaSettings topic(String name) {
        return new KafkaSettings(servers(), name, processes.length, Map.of());
    }

    public Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", String.join(",", servers())));
    }

    /// Creates a topic as a node does, with these differences.
    public void create(String topic, Map<String, String> different) throws Exception {
        Map<String, String> config = new HashMap<>(TopicRequirements.ofNew(topic(topic)));
        config.putAll(different);
        var made = new NewTopic(topic, Optional.of(1), Optional.of((short) size())).configs(config);
        try (Admin admin = admin()) {
            for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60); ; ) {
                try {
                    admin.createTopics(List.of(made)).all().get();
                    return;
                } catch (ExecutionException failed) {
                    // One of this name is being deleted still.
                    if (!(failed.getCause() instanceof TopicExistsException) || System.nanoTime() > end) throw failed;
                }
            }
        }
    }

    public void delete(String topic) throws Exception {
        try (Admin admin = admin()) {
            admin.deleteTopics(List.of(topic)).all().get();
        }
    }

    /// Drops all records of a topic, as its retention does.
    public void dropAll(String topic) throws Exception {
        try (Admin admin = admin()) {
            admin.deleteRecords(Map.of(new TopicPartition(topic, Topic.PARTITION), RecordsToDelete.beforeOffset(-1)))
                    .all()
                    .get();
        }
    }

    /// The broker that leads a topic.
    public int leader(String topic) throws Exception {
        try (Admin admin = admin()) {
            var described = admin.describeTopics(List.of(topic)).allTopicNames().get();
            return described.get(topic).partitions().getFirst().leader().id() - 1;
        }
    }

    /// Kills all brokers, removes the end of a topic from each, and starts them again, as if all had lost
    /// power.
    public void cutShort(String topic) throws Exception {
        for (int i = 0; i < size(); i++) kill(i);
        for (int i = 0; i < size(); i++) {
            Path log = folder.resolve("broker-" + i)
                    .resolve(topic + "-" + Topic.PARTITION)
                    .resolve("0".repeat(20) + ".log");
            try (var file = FileChannel.open(log, StandardOpenOption.WRITE)) {
                file.truncate(file.size() / 2);
            }
        }
        startEnded();
    }

    /// Starts those that do not run, and waits until they do.
    public void startEnded() throws Exception {
        for (int i = 0; i < size(); i++) if (!isAlive(i)) start(i);
        awaitAll();
    }

    /// Kills a broker (SIGKILL).
    public void kill(int broker) throws InterruptedException {
        processes[broker].destroyForcibly();
        if (!processes[broker].waitFor(60, TimeUnit.SECONDS)) throw new AssertionError("the broker did not end");
    }

    public boolean isAlive(int broker) {
        return processes[broker].isAlive();
    }

    /// Sends a signal, such as `STOP`.
    public void signal(int broker, String name) throws IOException, InterruptedException {
        var kill = new ProcessBuilder("kill", "-" + name, Long.toString(processes[broker].pid())).start();
        if (kill.waitFor() != 0) throw new AssertionError("the signal was not sent");
    }

    @Override
    public void close() {
        for (Process each : processes) if (each != null) each.destroyForcibly();
    }
}
