package dev.sluice.cluster.peers;

import java.io.IOException;

/// Only the leader can do this, and this node is not it, or no longer.
public final class NotLeaderException extends IOException {
    private static final long serialVersionUID = 1;

    public NotLeaderException() {
        super("another node leads");
    }
}
