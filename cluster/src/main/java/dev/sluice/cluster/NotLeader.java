package dev.sluice.cluster;

import java.io.IOException;

/// Only the leader can do this, and this node is not it, or no longer.
final class NotLeader extends IOException {
    private static final long serialVersionUID = 1;

    NotLeader() {
        super("another node leads");
    }
}
