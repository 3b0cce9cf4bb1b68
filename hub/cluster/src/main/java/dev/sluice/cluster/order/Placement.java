package dev.sluice.cluster.order;

import dev.sluice.core.encoding.LogField;
import dev.sluice.core.replication.Order;
import dev.sluice.core.replication.ReplicatedLog;

/// Passes the entries of an order to a node's log.
public final class Placement {
    private static final System.Logger LOG = System.getLogger(Placement.class.getName());

    private Placement() {}

    /// Passes the next entry to the log. Logs an error if it can't be applied.
    public static void hand(ReplicatedLog log, Order.Position at, long stampMs, byte[] proposal) {
        log.placed(at, stampMs, proposal);
        ReplicatedLog.Unreadable latest = log.unreadable();
        if (latest == null || latest.index() != at.index()) return;
        LOG.log(
                System.Logger.Level.ERROR,
                "an entry of the cluster's order is not a proposal, and all nodes skip it: find out who wrote it. index="
                        + at.index() + " term=" + at.term() + " bytes=" + proposal.length + " reason="
                        + LogField.quoted(latest.reason()));
    }
}
