package dev.sluice.cluster.kafka;

import static java.util.Objects.requireNonNull;

import dev.sluice.cluster.order.DiskCheck;
import dev.sluice.cluster.order.Leader;
import dev.sluice.cluster.order.NodeOrder;
import dev.sluice.cluster.order.StateMachine;
import dev.sluice.cluster.order.Voters;
import dev.sluice.cluster.peers.Member;
import dev.sluice.cluster.peers.NodeClient;
import dev.sluice.cluster.peers.NodePeers;
import dev.sluice.cluster.tls.NodeTls;
import dev.sluice.core.cluster.ClusterRejectedException;
import dev.sluice.core.cluster.ClusterSettings;
import dev.sluice.core.cluster.KafkaSettings;
import dev.sluice.core.peers.ReplicationStatus;
import dev.sluice.core.replication.Order;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The order of a node in a Kafka topic. A proposal is placed once all in-sync replicas have it; its offset
/// is its place. `docs/decisions/0038-when-kafka-orders.md` describes the guarantees. Methods may be called
/// from any thread.
final class KafkaOrder implements NodeOrder {
    private static final System.Logger LOG = System.getLogger(KafkaOrder.class.getName());

    /// Longer than brokers usually take to elect another leader.
    private static final int WITHOUT_BROKER_SECONDS = 5;

    /// The number of proposals that a node applies in some tenths of a second.
    private static final int BEHIND_MAX = 1_000;

    /// A fraction of the shortest retention that a topic may have, so that a killed node still finds there
    /// the entries that it had not saved.
    private static final long SAVED_NS = TimeUnit.MINUTES.toNanos(5);

    private final UUID cluster;
    private final ClusterSettings settings;
    private final KafkaSettings kafka;
    private final @Nullable NodeTls tls;
    private final Runnable onClose;
    private final Topic topic;
    private final NodePeers peers;
    private final NodeWatch nodes;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("topic-watch").daemon().factory());
    private @Nullable UUID topicId;
    private @Nullable DiskCheck disk;
    private volatile @Nullable StateMachine replica;
    private volatile @Nullable TopicReader reader;
    private volatile @Nullable TopicWriter writer;
    private volatile Leader leader = Leader.NONE;
    private final AtomicLong leaderChanges = new AtomicLong();
    private volatile long seenNs = System.nanoTime();
    private volatile long last;
    private volatile int inSync;
    private volatile boolean isThere = true;
    private volatile boolean closed;
    private long savedNs = System.nanoTime();

    /// @param tls     TLS for requests between nodes; null for plain text
    /// @param onClose called once this has ended
    /// @throws IOException if the settings of Kafka's clients can't be used
    KafkaOrder(
            Member self,
            UUID cluster,
            ClusterSettings settings,
            KafkaSettings kafka,
            NodeClient client,
            @Nullable NodeTls tls,
            Runnable onClose)
            throws IOException {
        this.cluster = cluster;
        this.settings = settings;
        this.kafka = kafka;
        this.tls = tls;
        this.onClose = onClose;
        topic = new Topic(kafka);
        nodes = new NodeWatch(
                self, cluster.toString(), settings, client, this::problem, NodeWatch.LOOK_MAX, System::nanoTime);
        peers = new NodePeers(self, this::members, nodes::knowsAll, client);
    }

    /// Starts to take part. Delivers the entries of the topic after the replica's place, then new ones.
    ///
    /// @param folder the node's folder
    /// @param id     the id of the topic that the replica was in
    /// @param from   the replica's place
    void start(Path folder, UUID id, Order.Position from, StateMachine end) {
        topicId = id;
        replica = end;
        disk = new DiskCheck(folder.toFile()::getUsableSpace, end);
        writer = topic.writer(cluster, settings.publishTimeout());
        reader = topic.reader(cluster, from, new Read(end));
        watch.scheduleWithFixedDelay(this::look, 0, 1, TimeUnit.SECONDS);
    }

    /// Ends a node that has applied entries which the topic no longer has. The node saves them first: it may
    /// be the only one that has them, and after a restart it cannot read them from the topic again.
    private static void saveAndEnd(StateMachine replica, String reason) {
        try {
            if (replica.failure() == null) replica.save();
        } catch (RuntimeException failed) {
            LOG.log(System.Logger.Level.ERROR, "the applied entries can't be saved", failed);
        }
        replica.orderEnded(reason);
    }

    /// Passes the topic's entries to the replica.
    private record Read(StateMachine replica) implements TopicReader.Listener {
        @Override
        public void placed(Order.Position at, long stampMs, byte[] proposal) {
            replica.placed(at, stampMs, proposal);
        }

        @Override
        public void dropped() {
            replica.needsCopy();
        }

        @Override
        public void ended(String reason) {
            saveAndEnd(replica, reason);
        }
    }

    @Override
    public void propose(byte[] proposal) {
        TopicWriter now = writer;
        if (now != null) now.send(proposal);
    }

    @Override
    public void repeat(List<byte[]> proposals) {
        TopicWriter now = writer;
        if (now != null) now.repeat(proposals);
    }

    @Override
    public boolean isLeader() {
        return leader instanceof Leader.Self;
    }

    @Override
    public Leader leader() {
        return leader;
    }

    /// Each node writes to the topic itself.
    @Override
    public boolean take(List<byte[]> proposals) {
        return false;
    }

    private void look() {
        try {
            lookAtTopic();
            nodes.look();
            Leader now = nodes.leader();
            boolean isChanged = !now.equals(leader);
            leader = now;
            StateMachine end = requireNonNull(replica);
            if (isChanged) {
                leaderChanges.incrementAndGet();
                end.leaderChanged();
            }
            if (isLeader()) nodes.lost(end.nodesWithLease()).forEach(end::nodeLost);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error failed) { // An exception would cancel all further checks.
            if (closed) return;
            LOG.log(System.Logger.Level.ERROR, "the topic and the other nodes could not be checked", failed);
        }
    }

    private void lookAtTopic() throws InterruptedException {
        try {
            Optional<Topic.State> state = topic.look();
            isThere = state.isPresent(); // A broker that has just started may not know the topic yet.
            if (state.isEmpty()) return;
            inSync = state.get().inSync();
            if (!state.get().id().equals(topicId)) {
                saveAndEnd(requireNonNull(replica), KafkaStart.another(kafka.topic()));
                return;
            }
            if (!state.get().leader()) return;
            last = topic.last();
            seenNs = System.nanoTime();
        } catch (IOException _) {
            // notReady() reports the topic as unreachable from the age of `seenNs`.
        }
    }

    @Override
    public @Nullable String notReady() {
        TopicReader now = reader;
        if (now == null) return "The node has not begun to take part in its cluster.";
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - seenNs);
        if (seconds >= WITHOUT_BROKER_SECONDS) {
            String missing =
                    isThere ? "No broker that leads the topic '%s' has answered" : "No broker has the topic '%s'";
            return String.format(Locale.ROOT, missing, kafka.topic()) + " for " + seconds
                    + " s: publishes wait, and events from other nodes do not arrive here.";
        }
        String problem = now.problem();
        if (problem != null) return problem;
        if (inSync > 0 && inSync < kafka.inSyncMin()) {
            return "The topic '" + kafka.topic() + "' has " + inSync
                    + " replicas in sync, and takes no publishes with less" + " than " + kafka.inSyncMin() + ".";
        }
        long behind = last - now.applied().index();
        return behind <= BEHIND_MAX ? null : "The node is " + behind + " proposals behind the topic, and catches up.";
    }

    private @Nullable String problem() {
        StateMachine end = replica;
        String failure = end == null ? null : end.failure();
        return failure == null ? notReady() : failure;
    }

    @Override
    public @Nullable ReplicationStatus status() {
        TopicReader now = reader;
        if (now == null) return null;
        Order.Position applied = now.applied();
        return new ReplicationStatus(
                isLeader() ? ReplicationStatus.Role.LEADER : ReplicationStatus.Role.FOLLOWER,
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - seenNs) < WITHOUT_BROKER_SECONDS,
                applied.term(),
                Math.max(last, applied.index()),
                applied.index(),
                leaderChanges.get(),
                0,
                0,
                peers.compared(),
                peers.clockAhead());
    }

    /// Saves the replica regularly, so that it never depends on entries that the topic has dropped.
    @Override
    public void maintain() {
        if (tls != null) tls.refresh();
        StateMachine end = replica;
        DiskCheck check = disk;
        TopicReader now = reader;
        if (end == null || check == null || now == null) return;
        check.look();
        if (System.nanoTime() - savedNs < SAVED_NS || end.failure() != null) return;
        savedNs = System.nanoTime();
        if (end.saved().index() < now.applied().index()) end.save();
    }

    @Override
    public long last() {
        TopicReader now = reader;
        return now == null ? 0 : now.applied().index();
    }

    /// False: the brokers' clocks stamp the entries.
    @Override
    public boolean keepsTime() {
        return false;
    }

    @Override
    public boolean isMember() {
        return reader != null;
    }

    @Override
    public List<Member> members() {
        return nodes.members();
    }

    @Override
    public Voters voters() {
        return nodes.voters();
    }

    @Override
    public void add(Member member) {
        nodes.introduce(member);
    }

    @Override
    public void remove(String node) throws ClusterRejectedException {
        throw new ClusterRejectedException(
                "With Kafka, a node belongs to the cluster while it runs, and no other node waits for it:"
                        + " stop it, and remove it from 'cluster.nodes' of the others.");
    }

    @Override
    public void lead(String node) throws ClusterRejectedException {
        throw new ClusterRejectedException(
                "With Kafka, no publish waits for the leader, so leadership can't be handed over.");
    }

    @Override
    public NodePeers peers() {
        return peers;
    }

    @Override
    public void close() {
        closed = true;
        watch.shutdownNow();
        nodes.close();
        TopicWriter writing = writer;
        if (writing != null) writing.close();
        TopicReader reading = reader;
        if (reading != null) reading.close();
        topic.close();
        onClose.run();
    }
}
