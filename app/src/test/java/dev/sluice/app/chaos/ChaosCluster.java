package dev.sluice.app.chaos;

import static java.util.Objects.requireNonNull;

import dev.sluice.app.killed.HubProcess;
import dev.sluice.cluster.kafka.Brokers;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/// Three nodes, each in a process of its own, with a network between them that can be cut. The nodes keep the order
/// themselves, or three brokers of Kafka do, whose connections with the nodes can be cut as well. Unless the nodes are
/// plain, node 2 has a small disk, and the clocks of nodes 1 and 2 are an hour apart.
final class ChaosCluster implements AutoCloseable {
    static final int SIZE = 3;

    /// The node whose disk can be filled.
    static final int ON_SMALL_DISK = 2;

    private static final String TOKEN = "a secret of the nodes, of 32 bytes or more";
    private static final List<String> CLOCKS = List.of("+0", "+30m", "-30m");
    private static final long CATCH_UP_NS = 120_000_000_000L;
    private static final String DISK_SIZE = "768m";
    private static final int STATUS_MS = 2_000;

    private final Path folder;
    private final HttpClient http;
    private final NodeNetwork network = NodeNetwork.open(SIZE);
    private final Setup setup;
    private final @Nullable SmallDisk disk;
    private final List<HubProcess> nodes;
    private final @Nullable Brokers brokers;
    private final @Nullable ChaosCertificates certificates;
    private final Set<Integer> torn = new HashSet<>();
    private int replaced;

    /// The conditions under which nodes run.
    ///
    /// @param isPlain   no small disk, and no clocks that differ: needs no programs besides Sluice
    /// @param isInKafka whether brokers keep the order
    /// @param isSecured whether the nodes talk to each other over mutual TLS
    record Setup(boolean isPlain, boolean isInKafka, boolean isSecured) {
        static final Setup PLAIN = new Setup(true, false, false);
    }

    ChaosCluster(Path folder, HttpClient http, Setup setup) throws Exception {
        this.folder = folder;
        this.http = http;
        this.setup = setup;
        certificates = setup.isSecured
                ? new ChaosCertificates(
                        folder.resolve("certs"),
                        IntStream.range(0, SIZE).mapToObj(network::host).toList())
                : null;
        brokers = setup.isInKafka ? brokers(Files.createDirectories(folder.resolve("kafka")), network) : null;
        Files.writeString(folder.resolve("token"), TOKEN);
        for (int i = 0; i < SIZE; i++) Files.createDirectories(data(i));
        disk = setup.isPlain ? null : new SmallDisk(data(ON_SMALL_DISK), DISK_SIZE);
        nodes = atOnce(IntStream.range(0, SIZE).boxed().toList(), this::start);
    }

    private static Brokers brokers(Path folder, NodeNetwork network) throws Exception {
        var started = new Brokers(folder, SIZE);
        List<Integer> all = IntStream.range(0, SIZE).boxed().toList();
        network.add(
                all.stream().map(Brokers::host).toList(),
                all.stream().map(started::namedPort).toList());
        return started;
    }

    private Path data(int node) {
        return folder.resolve("node-" + node);
    }

    private HubProcess start(int node) throws IOException {
        String names = IntStream.range(0, SIZE)
                .mapToObj(each -> '"' + network.name(each) + '"')
                .collect(Collectors.joining(", "));
        Path file = Files.writeString(
                folder.resolve("node-" + node + ".toml"),
                """
                insecure = true
                [cluster]
                nodes = [%s]
                node = "%s"
                token_file = "%s"
                """.formatted(names, network.name(node), folder.resolve("token"))
                        + (certificates == null ? "" : certificates.settings(node))
                        + kafka());
        Path hosts = network.hosts(node, folder.resolve("hosts-" + node));
        List<String> shell = new ArrayList<>(disk != null && node == ON_SMALL_DISK ? disk.shell() : List.of());
        shell.add("env");
        shell.add("JDK_JAVA_OPTIONS=-Djdk.net.hosts.file=" + hosts);
        if (!setup.isPlain) shell.addAll(ClockOffset.environment(CLOCKS.get(node)));
        return new HubProcess(shell, data(node), "--config=" + file);
    }

    private String kafka() {
        if (brokers == null) return "";
        return """
                order = "kafka"
                insecure = true
                [cluster.kafka]
                servers = [%s]
                """.formatted(
                        brokers.named().stream().map(each -> '"' + each + '"').collect(Collectors.joining(", ")));
    }

    /// Something that is done for each node.
    private interface Step<T> {
        T of(int node) throws Exception;
    }

    private static <T> List<T> atOnce(List<Integer> nodes, Step<T> step) throws Exception {
        // Reads of a process's output would keep carriers of virtual threads, which the network's proxies need.
        try (var threads = Executors.newCachedThreadPool()) {
            List<Callable<T>> tasks = new ArrayList<>();
            for (int each : nodes) tasks.add(() -> step.of(each));
            List<T> results = new ArrayList<>();
            for (Future<T> each : threads.invokeAll(tasks)) results.add(each.get());
            return results;
        } catch (ExecutionException failed) {
            throw new AssertionError("a node does not start", failed.getCause());
        }
    }

    NodeNetwork network() {
        return network;
    }

    /// Those that keep the order; null: the nodes do.
    @Nullable
    Brokers brokers() {
        return brokers;
    }

    /// Fills the disk of one node.
    void fillDisk() throws IOException {
        requireNonNull(disk, "no node has a small disk").fill();
    }

    void freeDisk() throws IOException {
        if (disk != null) disk.free();
    }

    HubProcess node(int node) {
        return nodes.get(node);
    }

    String url(int node) {
        return nodes.get(node).url();
    }

    List<String> urls() {
        return nodes.stream().map(HubProcess::url).toList();
    }

    /// The folder of a node's data, for this process.
    Path folder(int node) {
        return disk != null && node == ON_SMALL_DISK ? disk.outside() : data(node);
    }

    /// Publishes to a channel that nobody reads, at a node that has to be up. There may be no answer in time.
    void publish(int node, String data) throws InterruptedException {
        new ChannelClient(http, () -> url(node), "ballast").publish(data);
    }

    /// Starts a node whose Raft log lacks what the node had acknowledged. It ends once it notices.
    void startTorn(int node) throws IOException {
        nodes.get(node).restart();
        torn.add(node);
    }

    /// Starts those that have ended, all at once.
    ///
    /// @return their number
    int restartEnded() throws Exception {
        List<Integer> ended = IntStream.range(0, SIZE)
                .filter(each -> !nodes.get(each).isAlive())
                .boxed()
                .toList();
        for (int each : ended) if (torn.remove(each) || hasLostVote(each)) replaceByEmpty(each);
        atOnce(ended, each -> {
            nodes.get(each).restart();
            return each;
        });
        return ended.size();
    }

    /// Whether a disk that was full in an election left an empty file of the node's vote.
    private boolean hasLostVote(int node) throws IOException {
        if (disk == null || node != ON_SMALL_DISK) return false;
        for (Path each : files(node)) if (each.endsWith("raft-meta") && Files.size(each) == 0) return true;
        return false;
    }

    private List<Path> files(int node) throws IOException {
        Path top = folder(node);
        try (Stream<Path> files = Files.walk(top)) {
            return files.filter(each -> !each.equals(top)).toList();
        }
    }

    /// As its operator has to, where a node can't go on with its folder.
    private void replaceByEmpty(int node) throws IOException {
        for (Path each : files(node).reversed()) Files.delete(each);
        replaced++;
    }

    /// How many nodes had to be replaced by empty ones.
    int replaced() {
        return replaced;
    }

    /// Waits until all nodes have applied what any has now. Nodes that have ended meanwhile are started.
    ///
    /// @return the number of nodes started
    int awaitCaughtUp() throws Exception {
        long committed = 0;
        for (int i = 0; i < SIZE; i++)
            committed = Math.max(committed, status(i).path("commit").asLong(0));
        int started = 0;
        for (long endNs = System.nanoTime() + CATCH_UP_NS; System.nanoTime() < endNs; ) {
            started += restartEnded();
            if (hasApplied(committed)) {
                torn.clear(); // It had acknowledged nothing else, or another node leads.
                return started;
            }
            LockSupport.parkNanos(20_000_000);
        }
        throw new AssertionError("not all nodes get to " + committed);
    }

    private boolean hasApplied(long index) {
        for (int i = 0; i < SIZE; i++) if (status(i).path("applied").asLong(0) < index) return false;
        return true;
    }

    /// The node that leads; waits until there is one.
    int leader() {
        for (long endNs = System.nanoTime() + 120_000_000_000L; System.nanoTime() < endNs; ) {
            for (int i = 0; i < SIZE; i++) {
                if (status(i).path("role").asString("").equals("leader")) return i;
            }
            LockSupport.parkNanos(20_000_000);
        }
        throw new AssertionError("no node leads: " + statuses());
    }

    /// The status of all nodes.
    String statuses() {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < SIZE; i++)
            all.append("\n  node ").append(i).append(": ").append(status(i));
        return all.toString();
    }

    /// The status of a node; missing without an answer.
    private JsonNode status(int node) {
        String host = network.own(node).getHostAddress() + ":" + (network.port() + 1);
        String scheme = certificates == null ? "http" : "https";
        try {
            var asked = (HttpURLConnection)
                    URI.create(scheme + "://" + host + "/status").toURL().openConnection();
            if (certificates != null) certificates.use(asked);
            asked.setRequestProperty("Sluice-Cluster-Token", TOKEN);
            asked.setConnectTimeout(STATUS_MS);
            asked.setReadTimeout(STATUS_MS);
            try (InputStream answer = asked.getInputStream()) {
                return JsonMapper.shared().readTree(answer);
            }
        } catch (IOException _) {
            return MissingNode.getInstance(); // It does not run, or is stopped.
        }
    }

    @Override
    public void close() {
        nodes.forEach(HubProcess::close);
        if (brokers != null) brokers.close();
        if (disk != null) disk.close();
        network.close();
    }
}
