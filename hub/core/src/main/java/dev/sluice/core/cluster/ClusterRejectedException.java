package dev.sluice.core.cluster;

import java.io.IOException;

/// Signals that a cluster rejects an operation for the reason in the message: trying again would not help.
public final class ClusterRejectedException extends IOException {
    private static final long serialVersionUID = 1;

    public ClusterRejectedException(String message) {
        super(message);
    }
}
