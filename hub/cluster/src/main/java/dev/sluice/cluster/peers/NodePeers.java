package dev.sluice.cluster.peers;

import dev.sluice.core.peers.NodeFigures;
import dev.sluice.core.peers.PeerReport;
import dev.sluice.core.peers.Peers;
import dev.sluice.core.peers.SessionMessages;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The other nodes of a cluster, by their ids.
public final class NodePeers implements Peers {
    private final Member self;
    private final Supplier<List<Member>> members;
    private final BooleanSupplier knowsAll;
    private final NodeClient client;
    private volatile @Nullable Receiver receiver;
    private volatile @Nullable Supplier<NodeFigures> figures;
    private volatile @Nullable Duration clockAhead;
    private volatile long compared;

    /// @param knowsAll whether all nodes are among the members
    public NodePeers(Member self, Supplier<List<Member>> members, BooleanSupplier knowsAll, NodeClient client) {
        this.self = self;
        this.members = members;
        this.knowsAll = knowsAll;
        this.client = client;
    }

    @Override
    public String self() {
        return self.hexId();
    }

    @Override
    public CompletionStage<Delivery> send(String node, SessionMessages messages) {
        for (Member each : members.get()) {
            if (each.hexId().equals(node)) return client.send(Member.requestAddress(each.address()), messages);
        }
        return CompletableFuture.completedStage(knowsAll.getAsBoolean() ? Delivery.GONE : Delivery.UNKNOWN);
    }

    @Override
    public void receive(Receiver given) {
        receiver = given;
    }

    @Override
    public void describe(Supplier<NodeFigures> given) {
        figures = given;
    }

    /// The figures that this node reports to the others, or null if it has none yet.
    @Nullable
    public NodeFigures figures() {
        Supplier<NodeFigures> here = figures;
        return here == null ? null : here.get();
    }

    /// The amount by which this node's clock is ahead of the median of all nodes, or null if it is not known
    /// yet.
    @Nullable
    public Duration clockAhead() {
        return clockAhead;
    }

    public void clockAhead(Duration measured) {
        clockAhead = measured;
    }

    /// The index at which this node was last found equal to the others; 0 if it was not compared yet.
    public long compared() {
        return compared;
    }

    public void compared(long index) {
        compared = index;
    }

    @Override
    public CompletionStage<List<PeerReport>> reports() {
        return PeerQuestion.ask(members.get(), client);
    }

    /// Takes messages that another node sends to a session of this node.
    public CompletionStage<Boolean> take(SessionMessages messages) {
        Receiver here = receiver;
        return here == null ? CompletableFuture.completedStage(false) : here.take(messages);
    }
}
