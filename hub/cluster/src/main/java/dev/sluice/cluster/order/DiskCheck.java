package dev.sluice.cluster.order;

import java.util.function.LongSupplier;

/// Ends a node before its disk is full. Ratis rewrites its vote file in each election; on a full disk it
/// leaves an empty file, with which the node could never start again.
public final class DiskCheck {
    /// The size of two segments of the Raft log, more than the log grows between two checks.
    public static final long FREE_BYTES_MIN = 64L << 20;

    private final LongSupplier freeBytes;
    private final StateMachine replica;

    /// @param freeBytes the free space on the disk of the node's folder
    public DiskCheck(LongSupplier freeBytes, StateMachine replica) {
        this.freeBytes = freeBytes;
        this.replica = replica;
    }

    /// Ends the node if the disk is nearly full. Called about once a second.
    public void look() {
        long free = freeBytes.getAsLong();
        if (free < FREE_BYTES_MIN)
            replica.orderEnded("The disk of this node has " + (free >> 20) + " MiB left: free " + (FREE_BYTES_MIN >> 20)
                    + " MiB or more, and start this node again.");
    }
}
