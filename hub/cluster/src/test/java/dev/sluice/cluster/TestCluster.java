package dev.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cluster.folder.NodeFile;
import dev.sluice.cluster.peers.Member;
import dev.sluice.cluster.peers.TestNode;
import dev.sluice.core.Ports;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cluster.ClusterRejectedException;
import dev.sluice.core.cluster.ClusterReport;
import dev.sluice.core.cluster.ClusterSettings;
import dev.sluice.core.cluster.KafkaSettings;
import dev.sluice.core.cluster.NodeAddress;
import dev.sluice.core.cluster.NodeReport;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventType;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.ChannelScan;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.ResolvedCursor;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.RetentionRules;
import dev.sluice.core.log.TestLog;
import dev.sluice.core.peers.ReplicationStatus.Role;
import dev.sluice.core.presence.MemberKey;
import dev.sluice.core.presence.MemberLeases;
import dev.sluice.core.presence.PresenceSettings;
import dev.sluice.core.replication.ReplicatedLog;
import dev.sluice.storage.RocksLog;
import dev.sluice.storage.RocksLogBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// Nodes with folders and an operator, in this process.
final class TestCluster implements AutoCloseable {
    private static final ChannelName CHANNEL = new ChannelName("news");

    final List<NodeAddress> addresses = new ArrayList<>();
    private final Path folder;
    private final KafkaSettings kafka;
    private final Map<Integer, KafkaSettings> other = new ConcurrentHashMap<>();
    private final Map<Integer, ReplicatedLog> open = new ConcurrentHashMap<>();
    private final List<Thread> starting = new CopyOnWriteArrayList<>();

    /// Maintains the logs, as a hub does.
    private final ScheduledExecutorService maintenance = Executors.newSingleThreadScheduledExecutor();

    TestCluster(Path folder, int size) {
        this(folder, size, null);
    }

    /// @param kafka the topic with the order; null for Raft
    TestCluster(Path folder, int size, KafkaSettings kafka) {
        this.folder = folder;
        this.kafka = kafka;
        grow(size);
        maintenance.scheduleWithFixedDelay(() -> open.values().forEach(Log::maintain), 0, 250, TimeUnit.MILLISECONDS);
    }

    /// Adds the addresses of nodes that do not run yet.
    void grow(int size) {
        while (addresses.size() < size) addresses.add(new NodeAddress("127.0.0.1", Ports.free()));
    }

    ClusterSettings settings(int node, boolean votes) {
        return new ClusterSettings(
                addresses.get(node),
                addresses,
                votes,
                TestNode.TOKEN,
                null,
                Duration.ofSeconds(60),
                other.getOrDefault(node, kafka));
    }

    AdminClient operator() throws IOException {
        return new AdminClient(settings(0, true));
    }

    /// Gives a node settings of Kafka that differ from those of the others.
    void configure(int node, KafkaSettings settings) {
        other.put(node, settings);
    }

    Path folderOf(int node) {
        return folder.resolve("node-" + node);
    }

    RocksLogBuilder log(int node) {
        return RocksLog.builder(folderOf(node)).retention(new RetentionRules(List.of(), Retention.ALL));
    }

    CompletableFuture<ReplicatedLog> starting(int node, boolean votes) {
        var settings = settings(node, votes);
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return new ClusterNode(settings, log(node).replica(), InstantSource.system()).open();
                    } catch (IOException | InterruptedException failed) {
                        throw new IllegalStateException(failed.getMessage(), failed);
                    }
                },
                task -> starting.add(Thread.ofVirtual().start(task)));
    }

    void start(int... nodes) throws Exception {
        List<CompletableFuture<ReplicatedLog>> logs = new ArrayList<>();
        for (int node : nodes) logs.add(starting(node, true));
        for (int i = 0; i < nodes.length; i++) open.put(nodes[i], logs.get(i).get(60, TimeUnit.SECONDS));
    }

    /// Makes a node hold members of channels, as its hub does. Waits until it may.
    void beginLease(int node) throws Exception {
        var begun = new CompletableFuture<Void>();
        MemberLeases.Listener listener = new MemberLeases.Listener() {
            @Override
            public void listed(ChannelName channel, String client, long timeMs) {}

            @Override
            public void unlisted(ChannelName channel, String client) {}

            @Override
            public void held(Set<MemberKey> held) {
                begun.complete(null);
            }
        };
        node(node).holds().open(PresenceSettings.DEFAULTS, Runnable::run, listener);
        begun.get(60, TimeUnit.SECONDS);
    }

    void startListener(int node) throws Exception {
        open.put(node, starting(node, false).get(60, TimeUnit.SECONDS));
    }

    void stop(int node) {
        ReplicatedLog stopped = open.remove(node);
        CompletableFuture.runAsync(() -> {}, maintenance).join(); // It must not be closed while it is maintained.
        stopped.close();
    }

    /// Turns a node's folder into that of a single hub.
    void detach(int node, boolean isForced) throws IOException {
        new Detachment(log(node).replica(), InstantSource.system()).run(isForced);
    }

    ReplicatedLog node(int node) {
        return open.get(node);
    }

    static Cursor publish(Log log, String data) {
        return ((AppendResult.Placed) TestLog.get(log.append(publication(data)))).id();
    }

    static Publication publication(String data) {
        return new Publication(Draft.event(CHANNEL, EventType.MESSAGE, Contents.text(data)), Conditions.NONE);
    }

    /// The events of a node's copy, once it has this one.
    static List<String> eventsUpTo(Log log, Cursor last) {
        assertThat(TestLog.get(log.resolve(last.text()))).isInstanceOf(ResolvedCursor.At.class);
        List<String> events = new ArrayList<>();
        ChannelScan.read(log, CHANNEL, Filter.NONE, event -> events.add(Contents.data(event)));
        return events;
    }

    /// The events of the copy of a node that does not vote and was away, once it has this one. Opens the node again
    /// if it needs a copy of another node's log, as its hub does.
    List<String> eventsOfReturned(int node, Cursor last) throws Exception {
        var resolved = node(node).resolve(last.text()).toCompletableFuture();
        for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60); !resolved.isDone(); ) {
            if (System.nanoTime() > end) throw new AssertionError("node " + node + " does not have the event");
            if (node(node).isReplacedWhenOpened()) {
                stop(node);
                startListener(node);
                break;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return eventsUpTo(node(node), last);
    }

    /// The report of the cluster, once it is as expected.
    ClusterReport awaitReport(Predicate<ClusterReport> expected) throws Exception {
        try (AdminClient operator = operator()) {
            ClusterReport report = operator.report();
            for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60); !expected.test(report); ) {
                if (System.nanoTime() > end) throw new AssertionError("still " + report);
                TimeUnit.MILLISECONDS.sleep(20);
                report = operator.report();
            }
            return report;
        }
    }

    /// A request of an operator.
    interface Request {
        void make() throws IOException, InterruptedException;
    }

    /// Repeats the request until the leader refuses it for the expected reason. The leader must not carry it
    /// out.
    void awaitRefusal(Request request, String message) throws Exception {
        for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60); System.nanoTime() < end; ) {
            try {
                request.make();
                throw new AssertionError("not refused");
            } catch (ClusterRejectedException refused) {
                assertThat(refused).hasMessageContaining(message);
                return;
            } catch (IOException _) {
                TimeUnit.MILLISECONDS.sleep(20); // It could not be done.
            }
        }
        throw new AssertionError("neither done nor refused");
    }

    /// Waits until a node's log has failed for this reason.
    void awaitFailure(int node, String reason) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (node(node).failure() == null) {
            if (System.nanoTime() > end) throw new AssertionError("node " + node + " did not notice");
            TimeUnit.MILLISECONDS.sleep(20);
        }
        assertThat(node(node).failure()).contains(reason);
    }

    /// Waits until a node's folder says that it was removed.
    void awaitRemoval(int node) throws Exception {
        for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60); System.nanoTime() < end; ) {
            NodeFile file = NodeFile.read(folderOf(node));
            if (file != null && file.isRemoved()) return;
            TimeUnit.MILLISECONDS.sleep(20);
        }
        throw new AssertionError("node " + node + " did not notice");
    }

    /// The term of the leader.
    long term() throws Exception {
        return awaitReport(ClusterReport::hasLeader).nodes().stream()
                .mapToLong(NodeReport::term)
                .max()
                .orElseThrow();
    }

    /// The node that leads; waits until there is one.
    int leader() throws Exception {
        ClusterReport report = awaitReport(ClusterReport::hasLeader);
        for (NodeReport each : report.nodes()) {
            if (each.role() == Role.LEADER) return indexOf(each);
        }
        throw new AssertionError(report);
    }

    /// The id of a node's folder.
    String idOf(int node) throws IOException {
        NodeFile file = NodeFile.read(folderOf(node));
        if (file == null) throw new AssertionError("node " + node + " has no id");
        return Member.hexId(file.id());
    }

    private int indexOf(NodeReport node) {
        return addresses.indexOf(NodeAddress.parse(node.address()));
    }

    @Override
    public void close() {
        maintenance.close();
        starting.forEach(Thread::interrupt);
        open.values().forEach(Log::close);
    }
}
