package dev.sluice.cluster.peers;

import dev.sluice.core.cluster.NodeAddress;
import java.util.Locale;

/// A node of a cluster, as the others know it.
///
/// @param id    drawn at random with the node's folder, and never used again for another folder
/// @param votes whether it takes part in elections and majorities; if not, it only follows (a Raft learner)
public record Member(long id, NodeAddress address, boolean votes) {
    /// The id as it is shown, and as Raft has it: 16 hexadecimal digits.
    public String hexId() {
        return hexId(id);
    }

    public static String hexId(long id) {
        return String.format(Locale.ROOT, "%016x", id);
    }

    /// Where the node is asked besides Raft.
    public static String requestAddress(NodeAddress address) {
        return address.host() + ":" + address.requestPort();
    }
}
