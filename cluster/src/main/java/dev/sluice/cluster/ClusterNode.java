package dev.sluice.cluster;

import dev.sluice.cluster.folder.Folders;
import dev.sluice.cluster.folder.NodeFile;
import dev.sluice.cluster.kafka.KafkaStart;
import dev.sluice.cluster.order.Leader;
import dev.sluice.cluster.order.NodeOrder;
import dev.sluice.cluster.order.OrderStart;
import dev.sluice.cluster.order.Retry;
import dev.sluice.cluster.order.StateMachine;
import dev.sluice.cluster.order.Voters;
import dev.sluice.cluster.peers.Checkpoint;
import dev.sluice.cluster.peers.Member;
import dev.sluice.cluster.peers.NodeClient;
import dev.sluice.cluster.peers.NodeServer;
import dev.sluice.cluster.peers.NodeStatus;
import dev.sluice.cluster.peers.NotLeader;
import dev.sluice.cluster.raft.RaftStart;
import dev.sluice.cluster.tls.NodeTls;
import dev.sluice.core.peers.ReplicationStatus;
import dev.sluice.core.peers.SessionMessages;
import dev.sluice.core.replication.Order;
import dev.sluice.core.replication.ReplicatedLog;
import dev.sluice.storage.ClusterRefusal;
import dev.sluice.storage.ClusterSettings;
import dev.sluice.storage.KafkaSettings;
import dev.sluice.storage.NodeAddress;
import dev.sluice.storage.ReplicaFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A node: on its way into a cluster, and in it.
public final class ClusterNode implements NodeServer.Node {
    private static final System.Logger LOG = System.getLogger(ClusterNode.class.getName());

    /// For deadlines: the wall clock may be set back.
    private static final InstantSource ELAPSED =
            () -> Instant.ofEpochMilli(TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));

    private static final String REMOVED =
            "This node was removed from its cluster. To have it there again, start it with an"
                    + " empty folder (storage.data): it gets a copy of the log.";

    private final ClusterSettings settings;
    private final ReplicaFolder folder;
    private final @Nullable NodeTls tls;
    private final NodeClient client;
    private final OrderStart start;
    private final Semaphore copying = new Semaphore(1);
    private volatile @Nullable NodeFile file;
    private volatile @Nullable NodeOrder order;
    private volatile @Nullable ReplicatedLog log;
    private @Nullable NodeServer server;
    private @Nullable DivergenceCheck divergence;
    private NodeFile.Stage next = NodeFile.Stage.MEMBER;
    private @Nullable RemovalCheck removal;

    /// @throws ClusterRefusal if the node's certificate can't be used
    public ClusterNode(ClusterSettings settings, ReplicaFolder folder, InstantSource clock) throws ClusterRefusal {
        this.settings = settings;
        this.folder = folder;
        tls = tls(settings);
        client = new NodeClient(settings.token(), tls);
        KafkaSettings kafka = settings.kafka();
        start = kafka == null
                ? new RaftStart(folder.path(), clock, tls)
                : new KafkaStart(settings, kafka, folder.path(), tls);
    }

    private static @Nullable NodeTls tls(ClusterSettings settings) throws ClusterRefusal {
        try {
            return NodeTls.of(settings);
        } catch (IOException unusable) {
            throw new ClusterRefusal("The node can't be part of its cluster: " + unusable.getMessage());
        }
    }

    /// Opens the node's log, as [dev.sluice.storage.ClusterProvider#open] says.
    public ReplicatedLog open() throws IOException, InterruptedException {
        boolean isOpen = false;
        try {
            NodeFile found = NodeFile.read(path());
            if (found != null && found.isRemoved()) throw new ClusterRefusal(REMOVED);
            file = found;
            server = NodeServer.start(settings.address(), settings.token(), tls, this);
            NodeFile entered = found == null ? enter() : found;
            switch (entered.stage()) {
                case FOUNDING -> {
                    start.found();
                    folder.found();
                }
                case COPYING, REPLACING -> fetchCopy();
                case MEMBER -> start.requireSame();
                case DETACHING ->
                    throw new ClusterRefusal("A start or 'sluice cluster recover' that was to make this the"
                            + " folder of a single hub did not come to its end: do it again.");
            }
            ReplicatedLog opened = begin(entered);
            isOpen = true;
            return opened;
        } finally {
            if (!isOpen) close();
        }
    }

    private Path path() {
        return folder.path();
    }

    private NodeFile enter() throws IOException, InterruptedException {
        var entry = new ClusterEntry(settings, folder.hasLog(), client).decide();
        NodeFile entered = new NodeFile(
                ClusterEntry.drawId(),
                entry.cluster(),
                entry.founds() ? NodeFile.Stage.FOUNDING : NodeFile.Stage.COPYING);
        return keep(entered);
    }

    private synchronized NodeFile keep(NodeFile next) throws IOException {
        next.write(path());
        file = next;
        return next;
    }

    /// Gets the cluster's log from its leader, as often as it takes.
    private void fetchCopy() throws IOException, InterruptedException {
        Path copy = path().resolve("incoming");
        var retry = new Retry("waiting for a copy of the cluster's log");
        while (true) {
            Folders.remove(copy);
            String leader = leader();
            if (leader == null) {
                retry.pause("no node that answers knows a leader");
                continue;
            }
            try {
                client.copy(leader, copy);
                break;
            } catch (IOException failed) {
                retry.pause(String.valueOf(failed.getMessage()));
            }
        }
        start.take(copy);
        folder.replaceBy(copy);
        Folders.remove(copy);
    }

    /// The request address of the leader, as any other node knows it.
    private @Nullable String leader() throws InterruptedException {
        for (NodeAddress each : settings.others()) {
            try {
                String leader = client.status(Member.requestAddress(each)).leader();
                if (leader != null) return leader;
            } catch (IOException _) {
                // Not up: the next one may know.
            }
        }
        return null;
    }

    private ReplicatedLog begin(NodeFile entered) throws IOException, InterruptedException {
        Member self = new Member(entered.id(), settings.address(), settings.votes());
        NodeFile started = keep(entered.started());
        NodeOrder made = start.order(self, started.group(), client, this::close);
        order = made;
        var identity = new ReplicatedLog.Identity(started.id(), started.incarnation());
        ReplicatedLog opened = folder.open(identity, made, ELAPSED, settings.publishTimeout());
        log = opened;
        boolean hasBegun = false;
        try {
            start.begin(entered.stage(), opened.saved(), new End(opened));
            keepBegun(started);
            join(made, self);
            divergence = new DivergenceCheck(new Compared(opened, made), client);
            divergence.start();
            if (start.hasRemovals()) {
                removal = new RemovalCheck(new Removable(opened, made), client);
                removal.start();
            }
            hasBegun = true;
        } finally {
            if (!hasBegun) opened.close();
        }
        return opened;
    }

    /// The order may have said meanwhile that this node needs a copy.
    private synchronized void keepBegun(NodeFile started) throws IOException {
        keep(started.at(next));
    }

    /// Stops the log; opened again, it begins with a copy.
    private synchronized void stopForCopy(ReplicatedLog replica, NodeFile.Stage stage, String reason) {
        next = stage;
        try {
            NodeFile now = file;
            if (now != null) keep(now.at(stage));
        } catch (IOException failed) {
            LOG.log(System.Logger.Level.ERROR, "the node's file can't be written", failed);
        }
        replica.stopForCopy(reason);
    }

    /// Stops the log for good: whatever the node was about to do, it does not come back with this folder.
    private synchronized void stopRemoved(ReplicatedLog replica) {
        try {
            NodeFile now = file;
            if (now != null) keep(now.removed());
        } catch (IOException failed) {
            LOG.log(System.Logger.Level.ERROR, "the node's file can't be written", failed);
        }
        replica.stop(REMOVED);
    }

    /// Asks to be let into the cluster until it is.
    private void join(NodeOrder joined, Member self) throws InterruptedException {
        var retry = new Retry("waiting to be let into the cluster");
        while (!joined.isMember()) {
            String leader = leader();
            if (leader == null) {
                retry.pause("no node that answers knows a leader");
                continue;
            }
            try {
                client.join(leader, self);
            } catch (IOException failed) {
                retry.pause(String.valueOf(failed.getMessage()));
            }
        }
    }

    /// This node's replica, as its order needs it.
    private final class End implements StateMachine {
        private final ReplicatedLog replica;

        End(ReplicatedLog replica) {
            this.replica = replica;
        }

        @Override
        public void placed(Order.Position at, long stampMs, byte[] proposal) {
            replica.placed(at, stampMs, proposal);
        }

        @Override
        public void leaderChanged() {
            replica.leaderChanged();
        }

        @Override
        public void nodeLost(long node) {
            replica.nodeLost(node);
        }

        @Override
        public Order.Position saved() {
            return replica.saved();
        }

        @Override
        public @Nullable String failure() {
            return replica.failure();
        }

        @Override
        public void save() {
            replica.save(() -> {});
        }

        @Override
        public Set<Long> nodesWithLease() {
            return replica.nodesWithLease();
        }

        @Override
        public void needsCopy() {
            stopForCopy(
                    replica,
                    NodeFile.Stage.COPYING,
                    "This node was away for longer than the others keep the order: it gets a copy of the log when it"
                            + " is opened again.");
        }

        @Override
        public void orderEnded(String reason) {
            replica.stop(reason);
        }
    }

    /// This node, as it is compared with the others.
    private final class Compared implements DivergenceCheck.Self {
        private final ReplicatedLog replica;
        private final NodeOrder joined;

        Compared(ReplicatedLog replica, NodeOrder joined) {
            this.replica = replica;
            this.joined = joined;
        }

        @Override
        public long newest() {
            return replica.progress().index();
        }

        @Override
        public @Nullable Long digestAt(long index) {
            return replica.digestAt(index);
        }

        @Override
        public Voters voters() {
            return joined.voters();
        }

        @Override
        public void outvoted(String reason) {
            stopForCopy(replica, NodeFile.Stage.REPLACING, reason);
        }

        @Override
        public void undecidable(String reason) {
            replica.stop(reason);
        }
    }

    /// This node, as one that an operator can remove.
    private final class Removable implements RemovalCheck.Self {
        private final ReplicatedLog replica;
        private final NodeOrder joined;

        Removable(ReplicatedLog replica, NodeOrder joined) {
            this.replica = replica;
            this.joined = joined;
        }

        @Override
        public NodeStatus status() {
            return ClusterNode.this.status();
        }

        @Override
        public Set<String> others() {
            return Stream.concat(
                            settings.others().stream(),
                            joined.members().stream().map(Member::address))
                    .filter(each -> !each.equals(settings.address()))
                    .map(Member::requestAddress)
                    .collect(Collectors.toSet());
        }

        @Override
        public void removed() {
            stopRemoved(replica);
        }
    }

    @Override
    public boolean place(List<byte[]> proposals) {
        NodeOrder joined = order;
        return joined != null && joined.take(proposals);
    }

    @Override
    public @Nullable Long digestAt(long index) {
        ReplicatedLog replica = log;
        return replica == null ? null : replica.digestAt(index);
    }

    @Override
    public CompletionStage<Boolean> take(SessionMessages messages) {
        NodeOrder joined = order;
        return joined == null
                ? CompletableFuture.completedStage(false)
                : joined.peers().take(messages);
    }

    @Override
    public Checkpoint copy() throws IOException {
        ReplicatedLog replica = log;
        if (replica == null) throw new IOException("this node has no log yet");
        if (!copying.tryAcquire()) throw new IOException("this node is being copied already");
        Path copy = path().resolve("outgoing");
        try {
            Folders.remove(copy);
            folder.copy(replica, copy);
            start.describe(copy);
            return new Checkpoint(copy, copying::release);
        } catch (IOException | RuntimeException failed) {
            copying.release();
            throw failed;
        }
    }

    @Override
    public void add(Member member) throws IOException {
        NodeOrder joined = order;
        if (joined == null) throw new IOException("this node has not begun");
        joined.add(member);
    }

    @Override
    public void remove(String node) throws IOException {
        NodeOrder joined = order;
        if (joined == null) throw new NotLeader();
        joined.remove(node);
    }

    @Override
    public void lead(String node) throws IOException {
        NodeOrder joined = order;
        if (joined == null) throw new NotLeader();
        joined.lead(node);
    }

    @Override
    public NodeStatus status() {
        NodeFile now = file;
        NodeOrder joined = order;
        ReplicationStatus part = joined == null ? null : joined.status();
        NodeStatus.State state =
                now == null ? NodeStatus.State.NEW : part == null ? NodeStatus.State.JOINING : NodeStatus.State.MEMBER;
        return new NodeStatus(
                settings.address().toString(),
                state,
                folder.hasLog(),
                now == null ? null : "%016x".formatted(now.id()),
                now == null ? null : now.group().toString(),
                joined == null ? null : leader(joined),
                part == null ? null : part.role().name().toLowerCase(Locale.ROOT),
                part == null ? 0 : part.term(),
                part == null ? 0 : part.commit(),
                part == null ? 0 : part.applied(),
                joined == null ? List.of() : joined.members(),
                problem(joined),
                joined == null ? null : joined.peers().figures());
    }

    private @Nullable String problem(@Nullable NodeOrder joined) {
        ReplicatedLog replica = log;
        String failure = replica == null ? null : replica.failure();
        return failure != null || joined == null ? failure : joined.notReady();
    }

    private @Nullable String leader(NodeOrder joined) {
        return switch (joined.leader()) {
            case Leader.Self() -> Member.requestAddress(settings.address());
            case Leader.Other(String address) -> address;
            case Leader.None() -> null;
        };
    }

    private void close() {
        if (divergence != null) divergence.close();
        if (removal != null) removal.close();
        if (server != null) server.close();
        client.close();
    }
}
