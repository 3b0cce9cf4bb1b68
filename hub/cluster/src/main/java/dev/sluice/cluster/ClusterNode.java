package dev.sluice.cluster;

import dev.sluice.cluster.folder.Folders;
import dev.sluice.cluster.folder.NodeFile;
import dev.sluice.cluster.kafka.KafkaStart;
import dev.sluice.cluster.order.DiskCheck;
import dev.sluice.cluster.order.NodeOrder;
import dev.sluice.cluster.order.OrderStart;
import dev.sluice.cluster.order.Retry;
import dev.sluice.cluster.peers.Member;
import dev.sluice.cluster.peers.NodeClient;
import dev.sluice.cluster.peers.NodeServer;
import dev.sluice.cluster.raft.RaftStart;
import dev.sluice.cluster.raft.SetAsideLog;
import dev.sluice.cluster.tls.NodeTls;
import dev.sluice.core.cluster.ClusterRejectedException;
import dev.sluice.core.cluster.ClusterSettings;
import dev.sluice.core.cluster.KafkaSettings;
import dev.sluice.core.cluster.NodeAddress;
import dev.sluice.core.replication.ReplicatedLog;
import dev.sluice.storage.ReplicaFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Brings a node into its cluster, or back into it.
public final class ClusterNode {
    /// Measures deadlines, as the wall clock may be set back.
    private static final InstantSource ELAPSED =
            () -> Instant.ofEpochMilli(TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));

    private final ClusterSettings settings;
    private final ReplicaFolder folder;
    private final @Nullable NodeTls tls;
    private final NodeClient client;
    private final OrderStart start;
    private final Membership membership;
    private final NodeService service;
    private final InstantSource clock;
    private @Nullable NodeServer server;
    private @Nullable DivergenceCheck divergence;
    private @Nullable RemovalCheck removal;
    private @Nullable ClockCheck clocks;

    /// @throws ClusterRejectedException if the node's certificate can't be used
    public ClusterNode(ClusterSettings settings, ReplicaFolder folder, InstantSource clock)
            throws ClusterRejectedException {
        this.settings = settings;
        this.folder = folder;
        tls = tls(settings);
        client = new NodeClient(settings.token(), tls);
        KafkaSettings kafka = settings.kafka();
        start = kafka == null
                ? new RaftStart(folder.path(), clock, tls)
                : new KafkaStart(settings, kafka, folder.path(), tls);
        membership = new Membership(folder.path(), clock);
        service = new NodeService(settings, folder, membership, start, clock);
        this.clock = clock;
    }

    private static @Nullable NodeTls tls(ClusterSettings settings) throws ClusterRejectedException {
        try {
            return NodeTls.of(settings);
        } catch (IOException unusable) {
            throw new ClusterRejectedException("The node can't be part of its cluster: " + unusable.getMessage());
        }
    }

    /// Opens the node's log, as [dev.sluice.storage.ClusterProvider#open] says.
    public ReplicatedLog open() throws IOException, InterruptedException {
        boolean isOpen = false;
        try {
            NodeFile found = membership.read();
            server = NodeServer.start(settings.address(), settings.token(), tls, service);
            NodeFile entered =
                    found == null ? enter() : found.stage() == NodeFile.Stage.REJOINING ? anew(found) : found;
            switch (entered.stage()) {
                case FOUNDING -> {
                    start.found();
                    folder.found();
                }
                case COPYING, REPLACING -> fetchCopy();
                case REJOINING -> throw new IllegalStateException("it is a new node by now");
                case MEMBER -> start.requireSame();
                case DETACHING ->
                    throw new ClusterRejectedException(
                            "A start or 'sluice cluster recover' that was turning this into the"
                                    + " folder of a single hub was interrupted: run it again.");
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
        return membership.keep(entered);
    }

    /// Draws a new id for a node whose former id must not vote any more. A majority of the other nodes admits
    /// it at the same address, in place of the former node ([dev.sluice.cluster.order.NodeOrder#add]).
    private NodeFile anew(NodeFile former) throws IOException {
        SetAsideLog.move(path(), clock.instant());
        return membership.keep(new NodeFile(ClusterEntry.drawId(), former.group(), NodeFile.Stage.COPYING));
    }

    /// Copies the cluster's log from its leader. Retries until this succeeds.
    ///
    /// @throws IOException if the disk of this node has no room for it
    private void fetchCopy() throws IOException, InterruptedException {
        Path copy = path().resolve("incoming");
        var retry = new Retry("waiting for a copy of the cluster's log");
        while (true) {
            Folders.remove(copy);
            String leader = awaitLeader(retry);
            try {
                client.copy(leader, copy);
                break;
            } catch (IOException failed) {
                requireRoom(copy, path().toFile().getUsableSpace(), failed);
                retry.pause(String.valueOf(failed.getMessage()));
            }
        }
        start.take(copy);
        folder.replaceBy(copy);
        Folders.remove(copy);
    }

    /// Fails if a copy may have failed because this node's disk is full: further attempts would fail as well.
    ///
    /// @param copy the incomplete copy, which is removed then
    static void requireRoom(Path copy, long freeBytes, IOException failed) throws IOException {
        if (freeBytes >= DiskCheck.FREE_BYTES_MIN) return;
        Folders.remove(copy);
        throw new IOException(
                "The disk of this node has no room for a copy of the cluster's log: free space, then start it again.",
                failed);
    }

    private String awaitLeader(Retry retry) throws InterruptedException {
        while (true) {
            String leader = leader();
            if (leader != null) return leader;
            retry.pause("no node that answers knows a leader");
        }
    }

    /// The request address of the leader as reported by the first node that knows one.
    private @Nullable String leader() throws InterruptedException {
        for (NodeAddress each : settings.others()) {
            try {
                String leader = client.status(Member.requestAddress(each)).leader();
                if (leader != null) return leader;
            } catch (IOException _) {
                // This node does not answer; the next one may know the leader.
            }
        }
        return null;
    }

    private ReplicatedLog begin(NodeFile entered) throws IOException, InterruptedException {
        Member self = new Member(entered.id(), settings.address(), settings.votes());
        NodeFile started = membership.keep(entered.started());
        NodeOrder made = start.order(self, started.group(), client, this::close);
        service.ordered(made);
        var identity = new ReplicatedLog.Identity(started.id(), started.incarnation());
        ReplicatedLog opened = folder.open(identity, made, ELAPSED, settings.publishTimeout());
        boolean hasBegun = false;
        try {
            service.opened(opened);
            opened.startExpiry();
            start.begin(entered.stage(), opened.saved(), new ReplicaStateMachine(opened, membership));
            membership.begun(started);
            join(opened, made, self);
            var comparison = new DivergenceCheck(opened, made, membership, client);
            divergence = comparison;
            service.onCompared(comparison::asked);
            comparison.start();
            clocks = new ClockCheck(new ComparedClock(self, made, clock), client);
            clocks.start();
            if (start.hasRemovals()) {
                removal = new RemovalCheck(opened, made, membership, settings, service, client);
                removal.start();
            }
            hasBegun = true;
        } finally {
            if (!hasBegun) opened.close();
        }
        return opened;
    }

    /// Asks for admission to the cluster until the node is admitted.
    ///
    /// @throws IOException if the order of this node has ended: Ratis closes a node for good if it asks for votes
    ///     and the leader does not know it, as may happen if the leader that was admitting it is replaced
    private void join(ReplicatedLog opened, NodeOrder joined, Member self) throws IOException, InterruptedException {
        var retry = new Retry("waiting to be let into the cluster");
        while (!joined.isMember()) {
            joined.maintain();
            String ended = opened.isReplacedWhenOpened() ? null : opened.failure();
            if (ended != null) throw new IOException(ended);
            String leader = awaitLeader(retry);
            try {
                client.join(leader, self);
            } catch (IOException failed) {
                retry.pause(String.valueOf(failed.getMessage()));
            }
        }
    }

    private void close() {
        if (divergence != null) divergence.close();
        if (clocks != null) clocks.close();
        if (removal != null) removal.close();
        if (server != null) server.close();
        client.close();
    }
}
