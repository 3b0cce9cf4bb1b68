package dev.sluice.app.chaos;

import static java.util.Objects.requireNonNull;

import dev.sluice.app.killed.ChannelClient;
import dev.sluice.app.killed.HubProcess;
import dev.sluice.cluster.kafka.Brokers;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/// Nodes, each in a separate process, with a network between them that can be cut. The nodes keep the order
/// themselves, or three brokers of Kafka do, whose connections with the nodes can be cut as well. Unless the nodes are
/// plain, node 2 has a small disk, and the clocks of nodes 1 and 2 are an hour apart.
final class ChaosCluster implements AutoCloseable {
    static final int BROKERS = 3;

    /// The node whose disk can be filled.
    static final int ON_SMALL_DISK = 2;

    private static final String TOKEN = "a secret of the nodes, of 32 bytes or more";
    private static final List<String> CLOCKS = List.of("+0", "+30m", "-30m");
    private static final long CATCH_UP_NS = 120_000_000_000L;
    private static final String DISK_SIZE = "768m";
    private static final int STATUS_MS = 2_000;
    private static final int STARTS_MAX = 5;

    /// The exit code that asks to try again.
    private static final int UNAVAILABLE = 69;

    private final Path folder;
    private final HttpClient http;
    private final NodeNetwork network;
    private final Setup setup;
    private final Burners burners;
    private final NodeHistory nodeHistory = new NodeHistory();
    private final @Nullable SmallDisk disk;
    private final List<HubProcess> nodes;
    private final @Nullable Brokers brokers;
    private final @Nullable ChaosCertificates certificates;
    private final Set<Integer> torn = new HashSet<>();

    /// The starts that no test has waited for yet.
    private final Map<Integer, CompletableFuture<Void>> starting = new HashMap<>();

    /// When the process of a node that was not ready since has begun.
    private final Map<Integer, Long> begunNs = new HashMap<>();

    private volatile int firstTried = -1;
    private int replaced;

    /// The conditions under which nodes run.
    ///
    /// @param size      the number of nodes
    /// @param isPlain   no small disk, and no clocks that differ, so that no other programs than Sluice are
    ///     needed
    /// @param isInKafka whether brokers keep the order
    /// @param isSecured whether the nodes talk to each other over mutual TLS
    /// @param delay     the delay of all data between nodes, in each direction
    /// @param busy      the programs that keep processors busy at the same time
    record Setup(int size, boolean isPlain, boolean isInKafka, boolean isSecured, Duration delay, int busy) {
        static final Setup PLAIN = new Setup(3, true, false, false, Duration.ZERO, 0);
    }

    ChaosCluster(Path folder, HttpClient http, Setup setup) throws Exception {
        this.folder = folder;
        this.http = http;
        this.setup = setup;
        network = NodeNetwork.open(setup.size);
        certificates = setup.isSecured
                ? new ChaosCertificates(
                        folder.resolve("certs"),
                        all().stream().map(network::host).toList())
                : null;
        brokers = setup.isInKafka ? brokers(Files.createDirectories(folder.resolve("kafka")), network) : null;
        Files.writeString(folder.resolve("token"), TOKEN);
        for (int each : all()) Files.createDirectories(data(each));
        disk = setup.isPlain ? null : new SmallDisk(data(ON_SMALL_DISK), DISK_SIZE);
        network.usualDelay(setup.delay);
        burners = new Burners(setup.busy);
        nodes = atOnce(all(), this::start);
    }

    int size() {
        return setup.size;
    }

    boolean isPlain() {
        return setup.isPlain;
    }

    private List<Integer> all() {
        return IntStream.range(0, setup.size).boxed().toList();
    }

    private static Brokers brokers(Path folder, NodeNetwork network) throws Exception {
        var started = new Brokers(folder, BROKERS);
        List<Integer> all = IntStream.range(0, BROKERS).boxed().toList();
        network.add(
                all.stream().map(Brokers::host).toList(),
                all.stream().map(started::namedPort).toList());
        return started;
    }

    private Path data(int node) {
        return folder.resolve("node-" + node);
    }

    private HubProcess start(int node) throws IOException {
        String names =
                all().stream().map(each -> '"' + network.name(each) + '"').collect(Collectors.joining(", "));
        Path file = Files.writeString(
                folder.resolve("node-" + node + ".toml"),
                """
                insecure = true
                [subscribe]
                presence_linger = "%ds"
                [cluster]
                nodes = [%s]
                node = "%s"
                token_file = "%s"
                """.formatted(Members.LINGER.toSeconds(), names, network.name(node), folder.resolve("token"))
                        + (certificates == null ? "" : certificates.settings(node))
                        + kafka());
        Path hosts = network.hosts(node, folder.resolve("hosts-" + node));
        List<String> shell = new ArrayList<>(disk != null && node == ON_SMALL_DISK ? disk.shell() : List.of());
        shell.add("env");
        shell.add("JDK_JAVA_OPTIONS=-Djdk.net.hosts.file=" + hosts);
        if (!setup.isPlain) shell.addAll(ClockOffset.environment(CLOCKS.get(node % CLOCKS.size())));
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

    /// An action for each node.
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

    /// The brokers that keep the order; null if the nodes do.
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

    /// Publishes to a channel without readers, at a node that must be up. There may be no answer in time.
    void publish(int node, String data) throws InterruptedException {
        new ChannelClient(http, () -> url(node), "ballast").publish(data);
    }

    /// The outcomes of the nodes' processes.
    NodeHistory nodeHistory() {
        return nodeHistory;
    }

    /// Makes publishers that delete their events try this node first.
    void tryFirstAt(int node) {
        firstTried = node;
    }

    void tryFirstAtAny() {
        firstTried = -1;
    }

    /// The node at which a publish is tried whose event is deleted.
    int firstTried(Random random) {
        int chosen = firstTried;
        return chosen < 0 ? random.nextInt(setup.size) : chosen;
    }

    void kill(int node) throws Exception {
        awaitStarted(node);
        nodeHistory.endangered(node);
        nodes.get(node).kill();
    }

    /// Starts a node that was killed, and does not wait for it.
    void startAside(int node) {
        nodeHistory.started(node);
        begunNs.put(node, System.nanoTime());
        // Reads of a process's output would keep carriers of virtual threads, which the network's proxies need.
        Executor thread = task -> Thread.ofPlatform().daemon().start(task);
        starting.put(
                node,
                CompletableFuture.runAsync(
                        () -> {
                            try {
                                restart(node);
                            } catch (IOException failed) {
                                throw new UncheckedIOException(failed);
                            } catch (InterruptedException stopped) {
                                throw new CancellationException(stopped.toString());
                            }
                        },
                        thread));
    }

    /// Starts a node, again if Raft ends on it while it is let into the cluster: its message says so, and service
    /// managers do it.
    private void restart(int node) throws IOException, InterruptedException {
        HubProcess process = nodes.get(node);
        for (int i = 1; ; i++) {
            try {
                process.restart();
                return;
            } catch (AssertionError ended) { // It has no first line.
                if (i == STARTS_MAX || process.awaitEnd() != UNAVAILABLE) throw ended;
            }
        }
    }

    private void awaitStarted(int node) throws Exception {
        CompletableFuture<Void> start = starting.remove(node);
        if (start == null) return;
        try {
            start.get(NodeHistory.READY_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            throw new AssertionError("node " + node + " does not start", failed.getCause());
        } catch (TimeoutException _) {
            notReady(node, NodeHistory.READY_MS, "its start does not end");
        }
    }

    private void notReady(int node, long afterMs, String why) {
        nodeHistory.notReady(node, afterMs, why);
        throw new AssertionError(nodeHistory.violations().toString());
    }

    /// Starts a node whose Raft log lacks what the node had acknowledged. It ends once it notices.
    void startTorn(int node) throws IOException {
        begunNs.put(node, System.nanoTime());
        nodes.get(node).restart();
        torn.add(node);
    }

    /// Starts the nodes that have ended, all at the same time.
    ///
    /// @return their number, including nodes whose start no test had waited for
    int restartEnded() throws Exception {
        int started = starting.size();
        for (int each : List.copyOf(starting.keySet())) awaitStarted(each);
        List<Integer> ended =
                all().stream().filter(each -> !nodes.get(each).isAlive()).toList();
        for (int each : ended) {
            nodeHistory.ended(each, nodes.get(each).awaitEnd());
            if (torn.remove(each) || hasLostVote(each)) replaceByEmpty(each);
            startAside(each);
        }
        for (int each : ended) awaitStarted(each);
        return started + ended.size();
    }

    /// Waits until all nodes are ready, after a fault is over. Nodes that have ended meanwhile are started.
    ///
    /// @return the number of nodes started
    /// @throws AssertionError if one takes too long
    int awaitReady() throws Exception {
        long overNs = System.nanoTime();
        Map<Integer, Duration> usedBefore = new HashMap<>();
        for (int each : all()) usedBefore.put(each, nodes.get(each).processorTime());
        int started = 0;
        for (List<Integer> waiting = new ArrayList<>(all()); !waiting.isEmpty(); LockSupport.parkNanos(20_000_000)) {
            started += restartEnded();
            for (int each : List.copyOf(waiting)) {
                String why = notReady(each);
                long afterMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNs.getOrDefault(each, overNs));
                Duration used = nodes.get(each)
                        .processorTime()
                        .minus(
                                begunNs.containsKey(each)
                                        ? Duration.ZERO
                                        : usedBefore.getOrDefault(each, Duration.ZERO));
                if (why == null) {
                    nodeHistory.ready(each, afterMs, used);
                    begunNs.remove(each);
                    waiting.remove((Integer) each);
                } else if (NodeHistory.isTooLate(afterMs, used)) {
                    notReady(each, afterMs, why + ", after " + used.toMillis() + " ms of processor time");
                }
            }
        }
        return started;
    }

    /// The reason why a node is not ready; null if it is.
    private @Nullable String notReady(int node) throws InterruptedException {
        try {
            var answer = http.send(
                    HttpRequest.newBuilder(URI.create(url(node) + "/readyz"))
                            .timeout(Duration.ofMillis(STATUS_MS))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200 ? null : answer.body();
        } catch (IOException failed) {
            return failed.toString();
        }
    }

    /// Returns true if a full disk in an election left an empty vote file.
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

    /// As its operator must do if a node can't continue with its folder.
    private void replaceByEmpty(int node) throws IOException {
        for (Path each : files(node).reversed()) Files.delete(each);
        replaced++;
    }

    /// The number of nodes that had to be replaced by empty ones.
    int replaced() {
        return replaced;
    }

    /// Waits until all nodes have applied the entries that any node has now. Nodes that have ended are
    /// started.
    ///
    /// @return the number of nodes started
    int awaitCaughtUp() throws Exception {
        long committed = 0;
        for (int i = 0; i < setup.size; i++)
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
        for (int i = 0; i < setup.size; i++) if (status(i).path("applied").asLong(0) < index) return false;
        return true;
    }

    /// The node that leads; waits until there is one.
    int leader() {
        for (long endNs = System.nanoTime() + 120_000_000_000L; System.nanoTime() < endNs; ) {
            for (int i = 0; i < setup.size; i++) {
                if (status(i).path("role").asString("").equals("leader")) return i;
            }
            LockSupport.parkNanos(20_000_000);
        }
        throw new AssertionError("no node leads: " + statuses());
    }

    /// The status of all nodes.
    String statuses() {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < setup.size; i++)
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
        burners.close();
        if (brokers != null) brokers.close();
        if (disk != null) disk.close();
        network.close();
    }
}
