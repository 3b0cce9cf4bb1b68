package dev.sluice.cluster.raft;

import dev.sluice.cluster.order.Leader;
import dev.sluice.cluster.order.StateMachine;
import dev.sluice.cluster.peers.NodeClient;
import dev.sluice.cluster.peers.NodeStatus;
import java.io.IOException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Notices that this node gets no entries although the leader reaches it. Its Raft log has then lost entries at its end
/// that it had acknowledged, as by a disk that lost what was synced, and nothing on this node shows that. The leader
/// goes
/// on after what was acknowledged, which has no place here, for as long as it leads (Ratis 3.3,
/// `LogAppenderBase.getNextIndexForInconsistency`).
final class CatchUpCheck implements AutoCloseable {
    private static final long PERIOD_MS = 1_000;

    /// So often an entry is missing while the leader is known. The largest one has 16 MiB, which arrive in that time at
    /// 0.8 MB/s.
    static final int LOOKS = 20;

    /// A node that refuses what the leader sends asks for an election each second, and forgets the leader meanwhile.
    /// One
    /// that is cut off does so all the time.
    private static final int UNKNOWN_MAX = 5;

    private static final String REASON =
            "This node gets nothing from the leader, although that reaches it: its Raft log"
                    + " has lost entries that it had acknowledged. Check this machine's disk, and start the node with an empty"
                    + " folder (storage.data) at the same address.";

    private final Supplier<Leader> leader;
    private final LongSupplier next;
    private final NodeClient client;
    private final StateMachine replica;
    private @Nullable Thread thread;
    private long seen = -1;
    private int looks;
    private @Nullable String address;
    private int unknown;

    /// @param leader as Raft knows it; [Leader.None] while it does not reach this node
    /// @param next   the index of the next entry of this node's Raft log
    CatchUpCheck(Supplier<Leader> leader, LongSupplier next, NodeClient client, StateMachine replica) {
        this.leader = leader;
        this.next = next;
        this.client = client;
        this.replica = replica;
    }

    void start() {
        thread = Thread.ofVirtual().name("catch-up").start(() -> {
            try {
                while (!standsStill()) Thread.sleep(PERIOD_MS);
                replica.orderEnded(REASON);
            } catch (InterruptedException _) {
                // The node is closed.
            }
        });
    }

    /// Called once a second.
    private boolean standsStill() throws InterruptedException {
        long now = next.getAsLong();
        if (now != seen) {
            seen = now;
            looks = 0;
        }
        unknown++;
        if (leader.get() instanceof Leader.Other(String known)) {
            address = known;
            unknown = 0;
        }
        if (address != null && unknown < UNKNOWN_MAX && hasMore(address, now)) looks++;
        return looks >= LOOKS;
    }

    /// Whether a node leads the cluster, and a majority has an entry that is missing here.
    private boolean hasMore(String address, long index) throws InterruptedException {
        try {
            NodeStatus status = client.status(address);
            return "leader".equals(status.role()) && status.problem() == null && status.commit() >= index;
        } catch (IOException _) {
            return false; // It ends, or does not lead any more.
        }
    }

    @Override
    public void close() {
        if (thread != null) thread.interrupt();
    }
}
