package dev.sluice.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.cluster.peers.Member;
import dev.sluice.cluster.peers.NodeClient;
import dev.sluice.cluster.peers.TestCertificates;
import dev.sluice.cluster.peers.TestNode;
import dev.sluice.core.Ports;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cluster.ClusterSettings;
import dev.sluice.core.cluster.NodeAddress;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventType;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.ChannelScan;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Contents;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.NotPublishedException;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.ResolvedCursor;
import dev.sluice.core.log.Retention;
import dev.sluice.core.log.RetentionRules;
import dev.sluice.core.log.TestLog;
import dev.sluice.core.log.UnknownOutcomeException;
import dev.sluice.core.replication.ReplicatedLog;
import dev.sluice.server.tls.CertificateAuthority;
import dev.sluice.storage.RocksLog;
import dev.sluice.storage.RocksLogBuilder;
import dev.sluice.storage.engine.ReplicaDamage;
import dev.sluice.storage.repair.Backup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// Nodes with folders, that find each other and keep one log. They wait most of the time, so tests run side by side.
@Execution(ExecutionMode.CONCURRENT)
final class ClusterNodeTest {
    private static final ChannelName CHANNEL = new ChannelName("news");

    @TempDir
    Path folder;

    private final List<NodeAddress> addresses = new ArrayList<>();
    /// Certifies the nodes of a test; null: they talk in plain text.
    private @Nullable CertificateAuthority authority;

    private final List<Boolean> votes = new ArrayList<>();
    private Duration timeout = Duration.ofSeconds(60);
    private InstantSource clock = InstantSource.system();
    private final Map<Integer, ReplicatedLog> open = new ConcurrentHashMap<>();

    private final List<Thread> starting = new CopyOnWriteArrayList<>();

    /// Maintains the logs, as a hub does.
    private final ScheduledExecutorService maintenance = Executors.newSingleThreadScheduledExecutor();

    @BeforeEach
    void maintain() {
        maintenance.scheduleWithFixedDelay(() -> open.values().forEach(Log::maintain), 0, 250, TimeUnit.MILLISECONDS);
    }

    @AfterEach
    void close() {
        maintenance.close();
        starting.forEach(Thread::interrupt);
        open.values().forEach(Log::close);
    }

    private void addresses(int count) {
        while (addresses.size() < count) addresses.add(new NodeAddress("127.0.0.1", Ports.free()));
    }

    private Path folderOf(int node) {
        return folder.resolve("node-" + node);
    }

    private static RocksLogBuilder log(Path folder) {
        return RocksLog.builder(folder).retention(new RetentionRules(List.of(), Retention.ALL));
    }

    private CompletableFuture<ReplicatedLog> start(int node) {
        var settings = new ClusterSettings(
                addresses.get(node),
                addresses,
                node >= votes.size() || votes.get(node),
                TestNode.TOKEN,
                authority == null ? null : TestCertificates.of(authority, "127.0.0.1"),
                timeout,
                null);
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return new ClusterNode(settings, log(folderOf(node)).replica(), clock).open();
                    } catch (IOException | InterruptedException failed) {
                        throw new IllegalStateException(failed.getMessage(), failed);
                    }
                },
                task -> starting.add(Thread.ofVirtual().start(task)));
    }

    private void startAll(int... nodes) throws Exception {
        Map<Integer, CompletableFuture<ReplicatedLog>> starting = new HashMap<>();
        for (int node : nodes) starting.put(node, start(node));
        for (var each : starting.entrySet())
            open.put(each.getKey(), each.getValue().get(60, TimeUnit.SECONDS));
    }

    private void stop(int node) {
        ReplicatedLog stopped = open.remove(node);
        CompletableFuture.runAsync(() -> {}, maintenance).join(); // It must not be closed while it is maintained.
        stopped.close();
    }

    /// Repeats a publish until the cluster confirms it: on a busy machine, an election takes longer than a
    /// publish waits. Each attempt follows an answer of all nodes, and has the key of the first.
    private static Cursor publish(Log log, String data) {
        var once = new Conditions(
                new Conditions.Idempotency("", UUID.randomUUID().toString(), data), new Conditions.Newest.Any());
        while (true) {
            CompletableFuture<AppendResult> outcome =
                    log.append(publication(data, once)).toCompletableFuture();
            if (!outcome.handle((_, _) -> isWithoutAnswer(outcome)).join()) return id(TestLog.get(outcome));
            TestLog.get(log.peers().reports());
        }
    }

    private static boolean isWithoutAnswer(CompletableFuture<?> outcome) {
        return outcome.isCompletedExceptionally()
                && (outcome.exceptionNow() instanceof NotPublishedException
                        || outcome.exceptionNow() instanceof UnknownOutcomeException);
    }

    private static Cursor id(AppendResult appended) {
        return appended instanceof AppendResult.Same same ? same.id() : ((AppendResult.Placed) appended).id();
    }

    private static Publication publication(String data) {
        return publication(data, Conditions.NONE);
    }

    private static Publication publication(String data, Conditions conditions) {
        return new Publication(Draft.event(CHANNEL, EventType.MESSAGE, Contents.text(data)), conditions);
    }

    /// The events of a node's copy, once it has this one.
    private static List<String> eventsUpTo(Log log, Cursor last) {
        assertThat(TestLog.get(log.resolve(last.text()))).isInstanceOf(ResolvedCursor.At.class);
        List<String> events = new ArrayList<>();
        ChannelScan.read(log, CHANNEL, Filter.NONE, event -> events.add(Contents.data(event)));
        return events;
    }

    @Test
    void nodesFoundAClusterAndHaveTheSameLog() throws Exception {
        addresses(3);
        startAll(0, 1, 2);
        publish(open.get(0), "a");
        publish(open.get(1), "b");
        Cursor last = publish(open.get(2), "c");
        for (Log each : open.values()) assertThat(eventsUpTo(each, last)).containsExactly("a", "b", "c");
    }

    @Test
    void publishesGoOnWithoutALeaderAndANodeThatWasAwayCatchesUp() throws Exception {
        addresses(3);
        startAll(0, 1, 2);
        publish(open.get(1), "all");
        stop(0); // This node founded the cluster, and leads it.
        Cursor last = publish(open.get(1), "without the founder");
        assertThat(eventsUpTo(open.get(2), last)).containsExactly("all", "without the founder");
        startAll(0);
        assertThat(eventsUpTo(open.get(0), last)).containsExactly("all", "without the founder");
    }

    @Test
    void theLogOfASingleHubBecomesTheLogOfAClusterWithTheSameIds() throws Exception {
        Cursor early;
        try (Log single = log(folderOf(0)).open()) {
            early = publish(single, "alone");
        }
        addresses(1);
        startAll(0);
        publish(open.get(0), "a cluster of one");
        addresses(2);
        startAll(1);
        publish(open.get(1), "of two");
        addresses(3);
        startAll(2);
        Cursor last = publish(open.get(2), "of three");
        for (Log each : open.values()) {
            assertThat(eventsUpTo(each, last)).containsExactly("alone", "a cluster of one", "of two", "of three");
            assertThat(TestLog.get(each.resolve(early.text()))).isInstanceOf(ResolvedCursor.At.class);
        }
    }

    @Test
    void allNodesStartAgainWithWhatWasAcknowledged() throws Exception {
        addresses(3);
        startAll(0, 1, 2);
        Cursor last = publish(open.get(1), "before");
        for (int node : List.of(0, 1, 2)) stop(node);
        startAll(2, 1, 0);
        for (Log each : open.values()) assertThat(eventsUpTo(each, last)).containsExactly("before");
        last = publish(open.get(2), "after");
        for (Log each : open.values()) assertThat(eventsUpTo(each, last)).containsExactly("before", "after");
    }

    @Test
    void aNodeThatDoesNotVoteFollowsAndDelaysNoPublish() throws Exception {
        addresses(2);
        votes.add(false);
        votes.addFirst(true);
        startAll(0, 1);
        Cursor last = publish(open.get(1), "by the follower");
        assertThat(eventsUpTo(open.get(0), last)).containsExactly("by the follower");
        stop(1);
        publish(open.get(0), "without it");
    }

    @Test
    void publishesFailInTimeWithoutAMajorityAndReadsGoOn() throws Exception {
        addresses(2);
        timeout = Duration.ofSeconds(2);
        clock = InstantSource.fixed(Instant.now()); // As if it were set back now and then.
        startAll(0, 1);
        Cursor last = publish(open.get(0), "both");
        stop(1);
        var lonely = open.get(0).append(publication("one"));
        assertThatThrownBy(() -> lonely.toCompletableFuture().get(60, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfAny(NotPublishedException.class, UnknownOutcomeException.class);
        assertThat(eventsUpTo(open.get(0), last)).containsExactly("both");
        while (open.get(0).notReady() == null)
            TimeUnit.MILLISECONDS.sleep(20); // Five seconds after the leader was last seen.
        assertThat(open.get(0).notReady()).contains("no leader");
        var atOnce = open.get(0).append(publication("at once")).toCompletableFuture();
        assertThat(atOnce.exceptionNow()).isInstanceOf(NotPublishedException.class);
        startAll(1);
        List<String> again = new ArrayList<>();
        while (again.isEmpty()) { // It may take an election.
            var publish = open.get(1).append(publication("both again")).toCompletableFuture();
            publish.handle((placed, failed) -> placed).get(60, TimeUnit.SECONDS);
            ChannelScan.read(open.get(1), CHANNEL, Filter.NONE, event -> {
                if (Contents.data(event).equals("both again")) again.add("once more");
            });
        }
    }

    @Test
    void aNodesLogCannotBeOpenedAloneButItsBackupCan() throws Exception {
        addresses(1);
        startAll(0);
        Cursor id = publish(open.get(0), "kept");
        Backup.take(folderOf(0), folder.resolve("backup"));
        stop(0);
        assertThatThrownBy(() -> log(folderOf(0)).open()).hasMessageContaining("a node's copy of a cluster's log");
        Backup.restore(folder.resolve("backup"), folder.resolve("alone"), null);
        try (Log alone = log(folder.resolve("alone")).open()) {
            assertThat(eventsUpTo(alone, id)).containsExactly("kept");
            publish(alone, "alone");
        }
    }

    @Test
    @Tag("long") // 128 MiB on three disks.
    void aNodeThatWasAwayForLongerThanTheOthersKeepTheOrderReceivesACopy() throws Exception {
        addresses(3);
        startAll(0, 1, 2);
        stop(2);
        String data = "x".repeat(1 << 20);
        Cursor last = publish(open.get(0), "first");
        for (int i = 0; i < 128; i++) last = publish(open.get(0), data);
        while (hasFirstSegment(0) || hasFirstSegment(1)) TimeUnit.MILLISECONDS.sleep(50);
        startAll(2);
        while (open.get(2).failure() == null) TimeUnit.MILLISECONDS.sleep(50);
        assertThat(open.get(2).failure()).contains("gets a copy");
        stop(2);
        startAll(2);
        assertThat(eventsUpTo(open.get(2), last)).hasSize(129).startsWith("first");
        last = publish(open.get(2), "by the node that was away");
        for (Log each : open.values()) assertThat(eventsUpTo(each, last)).hasSize(130);
    }

    @Test
    void aNodeThatDiffersFromTheOthersStopsAndReceivesACopy() throws Exception {
        addresses(3);
        startAll(0, 1, 2);
        publish(open.get(2), "all are equal");
        stop(2);
        ReplicaDamage.changeDigest(folderOf(2));
        startAll(2);
        Cursor last = publish(open.get(0), "one is not");
        while (open.get(2).failure() == null) TimeUnit.MILLISECONDS.sleep(20); // It compares once a second.
        assertThat(open.get(2).failure()).contains("Nodes of the cluster differ", "gets a copy");
        assertThat(open.get(2).isReplacedWhenOpened()).isTrue();
        assertThat(List.of(open.get(0), open.get(1))).extracting(Log::failure).containsOnlyNulls();
        stop(2);
        startAll(2);
        assertThat(eventsUpTo(open.get(2), last)).containsExactly("all are equal", "one is not");
        publish(open.get(2), "equal again");
        long index = open.get(2).progress().index();
        while (open.get(0).digestAt(index) == null) TimeUnit.MILLISECONDS.sleep(20);
        assertThat(open.get(2).digestAt(index)).isEqualTo(open.get(0).digestAt(index));
    }

    /// Whether the Raft log of a node still begins at its beginning.
    private boolean hasFirstSegment(int node) throws IOException {
        try (var files = Files.walk(folderOf(node).resolve("raft"))) {
            return files.map(each -> each.getFileName().toString()).anyMatch(name -> name.startsWith("log_0-"));
        }
    }

    @Test
    @Tag("long")
    void nodesWithCertificatesElectPublishReadAndCopyOverTls() throws Exception {
        authority = TestCertificates.authority();
        addresses(3);
        startAll(0, 1, 2);
        publish(open.get(0), "a");
        Cursor last = publish(open.get(2), "b");
        for (Log each : open.values()) assertThat(eventsUpTo(each, last)).containsExactly("a", "b");
        stop(0); // This node founded the cluster, and leads it.
        last = publish(open.get(1), "without the founder");
        startAll(0);
        // Before the copy for the next node, with which the others cut off their logs.
        assertThat(eventsUpTo(open.get(0), last)).containsExactly("a", "b", "without the founder");
        addresses(4);
        startAll(3); // Begins with a copy.
        last = publish(open.get(3), "by the new one");
        for (Log each : open.values())
            assertThat(eventsUpTo(each, last)).containsExactly("a", "b", "without the founder", "by the new one");
    }

    @Test
    void twoNodesWithALogEachFoundNoCluster() throws Exception {
        for (int node : List.of(0, 1)) log(folderOf(node)).open().close();
        addresses(2);
        var starts = CompletableFuture.anyOf(start(0), start(1)); // The other one may wait for the one that refused.
        assertThatThrownBy(() -> starts.get(60, TimeUnit.SECONDS))
                .hasMessageContaining("only one of the logs can begin a cluster");
        assertThat(folderOf(0).resolve("node")).doesNotExist();
        assertThat(folderOf(1).resolve("node")).doesNotExist();
    }

    @Test
    void aNodeWhoseDiskIsFullEndsInsteadOfCopyingForEver() throws IOException {
        Path copy = Files.createDirectories(folder.resolve("copy/db")).getParent();
        var failed = new IOException("No space left on device");
        ClusterNode.requireRoom(copy, 65L << 20, failed);
        assertThat(copy).exists();
        assertThatThrownBy(() -> ClusterNode.requireRoom(copy, 63L << 20, failed))
                .hasMessageContaining("has no room for a copy")
                .hasCause(failed);
        assertThat(copy).doesNotExist();
    }

    @Test
    void aNodeWithoutTheTokenIsRefused() throws Exception {
        addresses(1);
        startAll(0);
        try (var stranger = new NodeClient("another token", null)) {
            String node = Member.requestAddress(addresses.getFirst());
            assertThatThrownBy(() -> stranger.status(node)).hasMessageContaining("401");
            assertThatThrownBy(() -> stranger.copy(node, folder.resolve("stolen")))
                    .hasMessageContaining("401");
            assertThat(stranger.propose(node, List.of(new byte[1]), () -> true)).isFalse();
        }
    }
}
