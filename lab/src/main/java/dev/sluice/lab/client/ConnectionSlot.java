package dev.sluice.lab.client;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The connection of a client that reads and publishes on the same one, while it is open. Set by the thread that reads,
/// used by the one that publishes.
final class ConnectionSlot<C> {
    private volatile @Nullable C open;

    void opened(C connection) {
        open = connection;
    }

    void closed() {
        open = null;
    }

    /// @throws IOException if there is none
    C get() throws IOException {
        C connection = open;
        if (connection == null) throw new IOException("the connection is not open");
        return connection;
    }
}
