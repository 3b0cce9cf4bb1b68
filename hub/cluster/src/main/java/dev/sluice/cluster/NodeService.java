package dev.sluice.cluster;

import dev.sluice.cluster.folder.Folders;
import dev.sluice.cluster.folder.NodeFile;
import dev.sluice.cluster.order.Leader;
import dev.sluice.cluster.order.NodeOrder;
import dev.sluice.cluster.order.OrderStart;
import dev.sluice.cluster.peers.Checkpoint;
import dev.sluice.cluster.peers.FollowerProgress;
import dev.sluice.cluster.peers.MalformedProposalException;
import dev.sluice.cluster.peers.Member;
import dev.sluice.cluster.peers.NodeServer;
import dev.sluice.cluster.peers.NodeStatus;
import dev.sluice.cluster.peers.NotLeaderException;
import dev.sluice.core.cluster.ClusterSettings;
import dev.sluice.core.peers.ReplicationStatus;
import dev.sluice.core.peers.SessionMessages;
import dev.sluice.core.replication.ReplicatedLog;
import dev.sluice.storage.ReplicaFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// The services of a node for the other nodes and for operators, available from the time when it looks for
/// its cluster. Methods may be called from any thread.
final class NodeService implements NodeServer.Node {
    private final ClusterSettings settings;
    private final ReplicaFolder folder;
    private final Membership membership;
    private final OrderStart start;
    private final InstantSource clock;
    private final Semaphore copying = new Semaphore(1);
    private volatile @Nullable NodeOrder order;
    private volatile @Nullable ReplicatedLog log;
    private volatile LongConsumer comparing = _ -> {};

    NodeService(
            ClusterSettings settings,
            ReplicaFolder folder,
            Membership membership,
            OrderStart start,
            InstantSource clock) {
        this.settings = settings;
        this.folder = folder;
        this.membership = membership;
        this.start = start;
        this.clock = clock;
    }

    /// Called when the node has its order, before the order begins.
    void ordered(NodeOrder made) {
        order = made;
    }

    /// Called when the node has its log. Other nodes may copy it from then on.
    ///
    /// @throws IOException if the rest of a copy that an earlier process left behind can't be removed
    void opened(ReplicatedLog made) throws IOException {
        Folders.remove(outgoing()); // Links in the copy would keep tables on disk that the log no longer has.
        log = made;
    }

    /// @param listener called when another node compares itself with this one at an index
    void onCompared(LongConsumer listener) {
        comparing = listener;
    }

    private Path outgoing() {
        return folder.path().resolve("outgoing");
    }

    @Override
    public boolean place(List<byte[]> proposals) throws MalformedProposalException {
        for (byte[] each : proposals) {
            String problem = ReplicatedLog.problemOf(each);
            if (problem != null) throw new MalformedProposalException(problem);
        }
        NodeOrder joined = order;
        return joined != null && joined.take(proposals);
    }

    @Override
    public long last() {
        NodeOrder joined = order;
        return joined == null ? 0 : joined.last();
    }

    @Override
    public long timeMs() {
        return clock.millis();
    }

    @Override
    public @Nullable Long digestAt(long index) {
        comparing.accept(index);
        ReplicatedLog replica = log;
        return replica == null ? null : replica.digestAt(index);
    }

    @Override
    public @Nullable FollowerProgress follower(String node) {
        NodeOrder joined = order;
        return joined == null ? null : joined.follower(node);
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
        Path copy = outgoing();
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
        if (joined == null) throw new NotLeaderException();
        joined.remove(node);
    }

    @Override
    public void lead(String node) throws IOException {
        NodeOrder joined = order;
        if (joined == null) throw new NotLeaderException();
        joined.lead(node);
    }

    @Override
    public NodeStatus status() {
        NodeFile now = membership.file();
        NodeOrder joined = order;
        ReplicationStatus part = joined == null ? null : joined.status();
        NodeStatus.State state =
                now == null ? NodeStatus.State.NEW : part == null ? NodeStatus.State.JOINING : NodeStatus.State.MEMBER;
        return new NodeStatus(
                settings.address().toString(),
                state,
                folder.hasLog(),
                now == null ? null : String.format(Locale.ROOT, "%016x", now.id()),
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
}
