package dev.sluice.core.cluster;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A node's part in a cluster, as configured.
///
/// @param address the address of this node for other nodes: one of the addresses
/// @param addresses      the addresses of all nodes that form the cluster, or of some that a new node asks for
///                       admission
/// @param votes          whether the node takes part in majorities; if not, it only follows
/// @param token          a secret shared by all nodes
/// @param certificate    the certificate for TLS between nodes; null if they use plain text
/// @param publishTimeout the time after which a publish that has no outcome fails
/// @param kafka          the topic that keeps the order; null if the nodes keep it themselves, by Raft
public record ClusterSettings(
        NodeAddress address,
        List<NodeAddress> addresses,
        boolean votes,
        String token,
        @Nullable NodeCertificates certificate,
        Duration publishTimeout,
        @Nullable KafkaSettings kafka) {
    public ClusterSettings {
        addresses = List.copyOf(addresses);
        if (!addresses.contains(address)) {
            throw new IllegalArgumentException("the node's own address '" + address + "' is not among " + addresses);
        }
    }

    /// The others among the addresses.
    public List<NodeAddress> others() {
        return addresses.stream().filter(each -> !each.equals(address)).toList();
    }
}
