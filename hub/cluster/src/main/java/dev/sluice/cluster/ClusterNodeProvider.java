package dev.sluice.cluster;

import dev.sluice.core.cluster.ClusterOperator;
import dev.sluice.core.cluster.ClusterSettings;
import dev.sluice.core.replication.ReplicatedLog;
import dev.sluice.storage.ClusterProvider;
import dev.sluice.storage.ReplicaFolder;
import java.io.IOException;
import java.time.InstantSource;

/// Provides nodes of clusters ordered by Raft or Kafka. Public for [java.util.ServiceLoader].
public final class ClusterNodeProvider implements ClusterProvider {
    @Override
    public ReplicatedLog open(ClusterSettings settings, ReplicaFolder folder, InstantSource clock)
            throws IOException, InterruptedException {
        return new ClusterNode(settings, folder, clock).open();
    }

    @Override
    public void detach(ReplicaFolder folder, InstantSource clock, boolean isForced) throws IOException {
        new Detachment(folder, clock).run(isForced);
    }

    @Override
    public ClusterOperator operator(ClusterSettings settings) throws IOException {
        return new AdminClient(settings);
    }
}
