package dev.sluice.cluster.raft;

import dev.sluice.cluster.order.Leader;
import dev.sluice.cluster.order.StateMachine;
import dev.sluice.cluster.peers.FollowerProgress;
import dev.sluice.cluster.peers.NodeClient;
import java.io.IOException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Notices that this node gets no entries although the leader reaches it, and ends it with the reason.
///
/// If its Raft log has lost entries at its end that it had acknowledged, as by a disk that lost what was synced,
/// nothing on this node shows that. But the leader remembers what was acknowledged, and nearly always goes on after it
/// for as long as it leads (Ratis 3.3, `LogAppenderBase.getNextIndexForInconsistency`): what it sends has no place
/// here.
final class CatchUpCheck implements AutoCloseable {
    private static final long PERIOD_MS = 2_000;

    /// So often the leader remembers an entry that is missing. One answer may be older than a change of the leader,
    /// with which a node gives up entries that no majority has.
    private static final int LOSSES = 3;

    /// So often the leader has an entry that does not come. The largest one has 16 MiB, which arrive in that time at
    /// 0.5 MB/s.
    private static final int LOOKS = 15;

    /// A node that refuses what the leader sends asks for an election each second, and forgets the leader meanwhile.
    /// One that is cut off does so all the time.
    private static final int UNKNOWN_MAX = 3;

    private static final String LOST = "The Raft log of this node has lost entries that it had acknowledged: check this"
            + " machine's disk, and start the node with an empty folder (storage.data) at the same address.";

    private static final String STANDS_STILL =
            "This node gets nothing from the leader, although that reaches it: start it again.";

    private final String self;
    private final Supplier<Leader> leader;
    private final LongSupplier next;
    private final NodeClient client;
    private final StateMachine replica;
    private @Nullable Thread thread;
    private long seen = -1;
    private int losses;
    private int looks;
    private @Nullable String address;
    private int unknown;

    /// @param self   the id of this node
    /// @param leader as Raft knows it; [Leader.None] while it does not reach this node
    /// @param next   the index of the next entry of this node's Raft log
    CatchUpCheck(String self, Supplier<Leader> leader, LongSupplier next, NodeClient client, StateMachine replica) {
        this.self = self;
        this.leader = leader;
        this.next = next;
        this.client = client;
        this.replica = replica;
    }

    void start() {
        thread = Thread.ofVirtual().name("catch-up").start(() -> {
            try {
                String reason = look();
                while (reason == null) {
                    Thread.sleep(PERIOD_MS);
                    reason = look();
                }
                replica.orderEnded(reason);
            } catch (InterruptedException _) {
                // The node is closed.
            }
        });
    }

    /// @return why the node has to end; null: it need not
    private @Nullable String look() throws InterruptedException {
        long now = next.getAsLong();
        if (now != seen) {
            seen = now;
            losses = 0;
            looks = 0;
        }
        unknown++;
        if (leader.get() instanceof Leader.Other(String known)) {
            address = known;
            unknown = 0;
        }
        if (address == null || unknown >= UNKNOWN_MAX) return null;
        FollowerProgress known = ask(address);
        if (known == null || next.getAsLong() != now) return null; // It is about an older state of this node.
        if (known.acknowledged() >= now) losses++;
        if (known.committed() >= now) looks++;
        return losses >= LOSSES ? LOST : looks >= LOOKS ? STANDS_STILL : null;
    }

    private @Nullable FollowerProgress ask(String node) throws InterruptedException {
        try {
            return client.follower(node, self);
        } catch (IOException _) {
            return null; // It ends, or does not lead any more.
        }
    }

    @Override
    public void close() {
        if (thread != null) thread.interrupt();
    }
}
