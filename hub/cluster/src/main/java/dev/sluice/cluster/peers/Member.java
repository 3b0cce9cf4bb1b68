package dev.sluice.cluster.peers;

import dev.sluice.core.cluster.NodeAddress;
import java.util.Locale;

/// A node of a cluster, as the other nodes know it.
///
/// @param id    drawn at random with the node's folder, and never used again for another folder
/// @param votes whether it takes part in elections and majorities; if not, it only follows (a Raft learner)
public record Member(long id, NodeAddress address, boolean votes) {
    /// The id as 16 hexadecimal digits, the form in which it is shown and given to Raft.
    public String hexId() {
        return hexId(id);
    }

    public static String hexId(long id) {
        return String.format(Locale.ROOT, "%016x", id);
    }

    /// The address for requests to the node besides Raft.
    public static String requestAddress(NodeAddress address) {
        return address.host() + ":" + address.requestPort();
    }
}
