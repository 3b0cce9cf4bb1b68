package dev.sluice.core.cluster;

import java.io.IOException;

/// A cluster does not do what its operator asks, as its message says: asking again would not help.
public final class ClusterRejectedException extends IOException {
    private static final long serialVersionUID = 1;

    public ClusterRejectedException(String message) {
        super(message);
    }
}
