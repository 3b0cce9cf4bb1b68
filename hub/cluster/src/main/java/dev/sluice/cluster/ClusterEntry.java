package dev.sluice.cluster;

import dev.sluice.cluster.order.Retry;
import dev.sluice.cluster.peers.Member;
import dev.sluice.cluster.peers.NodeClient;
import dev.sluice.cluster.peers.NodeStatus;
import dev.sluice.cluster.tls.RefusalLog;
import dev.sluice.core.cluster.ClusterRejectedException;
import dev.sluice.core.cluster.ClusterSettings;
import dev.sluice.core.cluster.NodeAddress;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.net.ssl.SSLException;

/// Decides for a node whose folder belongs to no cluster which cluster it joins, or whether it founds one.
///
/// A node that finds a member of a cluster at one of its addresses joins that cluster. Otherwise one node
/// founds the cluster after all nodes have answered that they belong to none; so at most one cluster is
/// founded, in whatever order the nodes start. The founder is the node that has a log, or else the first of
/// the addresses.
final class ClusterEntry {
    private final ClusterSettings settings;
    private final boolean hasLog;
    private final NodeClient client;

    ClusterEntry(ClusterSettings settings, boolean hasLog, NodeClient client) {
        this.settings = settings;
        this.hasLog = hasLog;
        this.client = client;
    }

    /// @param cluster the id of the cluster
    record Decision(UUID cluster, boolean founds) {}

    /// Blocks until the other nodes have answered.
    ///
    /// @throws ClusterRejectedException if the nodes contradict each other
    Decision decide() throws ClusterRejectedException, InterruptedException {
        var retry = new Retry("waiting for the cluster");
        while (true) {
            List<String> missing = new ArrayList<>();
            Map<NodeAddress, NodeStatus> others = ask(missing);
            for (NodeStatus each : others.values()) {
                if (each.state() == NodeStatus.State.MEMBER && each.cluster() != null) return join(each.cluster());
            }
            if (missing.isEmpty() && founds(others)) return new Decision(UUID.randomUUID(), true);
            retry.pause(
                    missing.isEmpty() ? "another node founds the cluster" : "these nodes do not answer: " + missing);
        }
    }

    /// @param missing receives the nodes that do not answer, with the reason
    private Map<NodeAddress, NodeStatus> ask(List<String> missing) throws InterruptedException {
        Map<NodeAddress, NodeStatus> answers = new LinkedHashMap<>();
        for (NodeAddress each : settings.others()) {
            try {
                answers.put(each, client.status(Member.requestAddress(each)));
            } catch (IOException failed) {
                missing.add(each + reason(failed));
            }
        }
        return answers;
    }

    private static String reason(IOException failed) {
        if (failed instanceof SSLException) return " (" + RefusalLog.sentence(failed) + ")";
        return failed.getMessage() == null ? "" : " (" + failed.getMessage() + ")";
    }

    private Decision join(String cluster) throws ClusterRejectedException {
        if (hasLog) {
            throw new ClusterRejectedException(
                    "This node has its own log, and can't join a cluster with a different one:"
                            + " name an empty folder (storage.data).");
        }
        return new Decision(UUID.fromString(cluster), false);
    }

    private boolean founds(Map<NodeAddress, NodeStatus> others) throws ClusterRejectedException {
        List<NodeAddress> withLog = new ArrayList<>();
        for (NodeAddress each : settings.addresses()) {
            NodeStatus other = others.get(each);
            if (other == null ? hasLog : other.hasLog()) withLog.add(each);
        }
        if (withLog.size() > 1) {
            throw new ClusterRejectedException(
                    "Each of these nodes has a log, and only one of the logs can begin a cluster: " + withLog
                            + ". Name empty folders for the others (storage.data).");
        }
        NodeAddress founder = withLog.isEmpty() ? settings.addresses().getFirst() : withLog.getFirst();
        return founder.equals(settings.address());
    }

    /// Draws an id that no other folder has.
    static long drawId() {
        return new SecureRandom().nextLong();
    }
}
