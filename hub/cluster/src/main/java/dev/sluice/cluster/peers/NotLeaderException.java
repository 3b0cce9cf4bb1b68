package dev.sluice.cluster.peers;

import java.io.IOException;

/// Thrown when only the leader can do something, and this node does not lead, or no longer.
public final class NotLeaderException extends IOException {
    private static final long serialVersionUID = 1;

    public NotLeaderException() {
        super("another node leads");
    }
}
