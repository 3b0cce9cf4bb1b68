package dev.sluice.cluster;

import dev.sluice.cluster.folder.NodeFile;
import dev.sluice.cluster.order.NodeOrder;
import dev.sluice.cluster.order.Voters;
import dev.sluice.core.replication.ReplicatedLog;
import org.jspecify.annotations.Nullable;

/// This node, for the comparison of its log with the logs of the others.
record ComparedNode(ReplicatedLog log, NodeOrder order, Membership membership) implements DivergenceCheck.Self {
    @Override
    public long newest() {
        return log.progress().index();
    }

    @Override
    public @Nullable Long digestAt(long index) {
        return log.digestAt(index);
    }

    @Override
    public Voters voters() {
        return order.voters();
    }

    @Override
    public void equal(long index) {
        order.peers().compared(index);
    }

    @Override
    public void outvoted(String reason) {
        membership.stopForCopy(log, NodeFile.Stage.REPLACING, reason);
    }

    @Override
    public void undecidable(String reason) {
        log.stop(reason);
    }
}
