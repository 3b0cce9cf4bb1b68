package dev.sluice.core.replication;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The leader's part in the holds of nodes that are gone: it ends their leases, and releases their members after
/// these have lingered. All remaining work follows from the [MemberLeaseTable], so that another leader can
/// continue it.
///
/// The linger is measured by this machine's clock, because the log's time stands still for as long as a former
/// leader's clock was ahead.
final class EndedLeases {
    /// The maximum number of members that one command releases.
    private static final int RELEASED_MAX = 1_000;

    private final Order order;
    private final ProposingWriter writer;
    private final InstantSource clock;

    /// When this node saw that a lease had ended, for the thread that maintains.
    private Map<Long, Seen> seen = new HashMap<>();

    /// The nodes whose members this one is releasing.
    private final Set<Long> releasing = ConcurrentHashMap.newKeySet();

    private record Seen(Lease lease, long atMs) {}

    EndedLeases(Order order, ProposingWriter writer, InstantSource clock) {
        this.order = order;
        this.writer = writer;
        this.clock = clock;
    }

    /// @param lease the lease that the node has
    void end(long node, Lease lease) {
        // A failure needs no handling: the order repeats the report as long as the node is gone.
        if (lease.isInForce()) writer.submit(new MemberLeaseCommand.EndLease(node, lease.number()));
    }

    /// Releases the members that are due. Every node keeps the times, so that the next leader does not start from
    /// zero.
    ///
    /// @param ended the leases that have ended, of nodes that hold members
    void maintain(Map<Long, Lease> ended) {
        long nowMs = clock.millis();
        Map<Long, Seen> now = new HashMap<>();
        ended.forEach((node, lease) -> {
            Seen before = seen.get(node);
            now.put(node, before != null && before.lease.equals(lease) ? before : new Seen(lease, nowMs));
        });
        seen = now;
        if (!order.isLeader()) return;
        now.forEach((node, each) -> {
            boolean isDue = nowMs - each.atMs >= each.lease.lingerMs();
            if (isDue && releasing.add(node)) release(node, each.lease.number());
        });
    }

    private void release(long node, long lease) {
        writer.submit(new MemberLeaseCommand.ReleaseEnded(node, lease, RELEASED_MAX))
                .whenComplete((hasMore, failure) -> {
                    if (failure == null && hasMore && order.isLeader()) release(node, lease);
                    else releasing.remove(node);
                });
    }
}
