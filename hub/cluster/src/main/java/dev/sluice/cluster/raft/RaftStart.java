package dev.sluice.cluster.raft;

import static java.util.Objects.requireNonNull;

import dev.sluice.cluster.folder.NodeFile;
import dev.sluice.cluster.folder.TopicFile;
import dev.sluice.cluster.order.NodeOrder;
import dev.sluice.cluster.order.OrderStart;
import dev.sluice.cluster.order.StateMachine;
import dev.sluice.cluster.peers.Member;
import dev.sluice.cluster.peers.NodeClient;
import dev.sluice.cluster.tls.NodeTls;
import dev.sluice.core.cluster.ClusterRejectedException;
import dev.sluice.core.cluster.DamagedNodeException;
import dev.sluice.core.replication.Order;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The start of a node whose order is kept by Raft.
public final class RaftStart implements OrderStart {
    private final Path folder;
    private final InstantSource clock;
    private final @Nullable NodeTls tls;
    private @Nullable Member self;
    private @Nullable RatisOrder order;

    /// @param clock stamps proposals while this node leads
    public RaftStart(Path folder, InstantSource clock, @Nullable NodeTls tls) {
        this.folder = folder;
        this.clock = clock;
        this.tls = tls;
    }

    @Override
    public void found() {
        // Its first member creates a group of one.
    }

    @Override
    public void requireSame() throws IOException {
        if (RatisOrder.hasBegun(folder)) return;
        throw new DamagedNodeException("'" + folder.resolve(RaftSettings.FOLDER)
                + "' is missing, with what this node has" + " promised to the others");
    }

    @Override
    public void describe(Path copy) {
        // A node learns of the others from the leader.
    }

    @Override
    public void take(Path copy) throws IOException {
        if (!TopicFile.isIn(copy)) return;
        throw new ClusterRejectedException(
                "The order of this cluster is in Kafka: set 'cluster.order', and 'cluster.kafka' as it is on"
                        + " the other nodes.");
    }

    @Override
    public NodeOrder order(Member node, UUID cluster, NodeClient client, Runnable onClose) {
        self = node;
        order = new RatisOrder(node, cluster, client, tls, onClose);
        return order;
    }

    @Override
    public void begin(NodeFile.Stage stage, Order.Position opened, StateMachine replica) throws IOException {
        if (stage == NodeFile.Stage.FOUNDING) RaftFiles.removeUnformatted(folder);
        if (stage == NodeFile.Stage.COPYING) removeOlderRaftLog(opened);
        if (RatisOrder.hasBegun(folder)) RaftFiles.of(folder).repair();
        requireNonNull(order).start(folder, beginners(stage, requireNonNull(self)), replica, clock);
    }

    /// The members that a node assumes before it has heard from the cluster. They must not be empty for a
    /// node that does not vote: Ratis treats a node without known members as a voting one, even after it was
    /// admitted as a non-voting one. When the leader is lost, such a node would ask for votes, find that it
    /// is not a voter, and end its Raft for good.
    private static List<Member> beginners(NodeFile.Stage stage, Member self) {
        return stage == NodeFile.Stage.FOUNDING || !self.votes() ? List.of(self) : List.of();
    }

    /// Removes the Raft log if the copy that the node received contains all of it and more, as the leader has
    /// purged the entries in between. Ratis 3.3 would append after the gap, and fail at each attempt
    /// (RATIS-2507).
    private void removeOlderRaftLog(Order.Position copied) throws IOException {
        if (!RatisOrder.hasBegun(folder)) return;
        RaftFiles raft = RaftFiles.of(folder);
        raft.repair();
        if (raft.last().index() < copied.index()) raft.clear();
    }

    @Override
    public boolean hasRemovals() {
        return true;
    }
}
