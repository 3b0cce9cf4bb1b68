package dev.sluice.cluster;

import dev.sluice.core.peers.Peers;
import dev.sluice.core.peers.SessionMessages;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The other nodes of a cluster, by their ids.
final class NodePeers implements Peers {
    private final Member self;
    private final Supplier<List<Member>> members;
    private final NodeClient client;
    private volatile @Nullable Receiver receiver;

    NodePeers(Member self, Supplier<List<Member>> members, NodeClient client) {
        this.self = self;
        this.members = members;
        this.client = client;
    }

    @Override
    public String self() {
        return self.peerId().toString();
    }

    @Override
    public CompletionStage<Delivery> send(String node, SessionMessages messages) {
        for (Member each : members.get()) {
            if (each.peerId().toString().equals(node))
                return client.send(Member.requestAddress(each.address()), messages);
        }
        return CompletableFuture.completedStage(Delivery.GONE);
    }

    @Override
    public void receive(Receiver given) {
        receiver = given;
    }

    /// Takes what another node sends here.
    CompletionStage<Boolean> take(SessionMessages messages) {
        Receiver here = receiver;
        return here == null ? CompletableFuture.completedStage(false) : here.take(messages);
    }
}
