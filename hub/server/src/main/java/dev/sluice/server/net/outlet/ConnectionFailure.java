package dev.sluice.server.net.outlet;

import java.lang.System.Logger.Level;

/// Logs I/O failures that end a connection.
public final class ConnectionFailure {
    private static final System.Logger LOG = System.getLogger(ConnectionFailure.class.getName());

    private ConnectionFailure() {}

    /// Logs exceptions at DEBUG, because resets by clients are normal, and an [Error] such as a full heap at ERROR.
    public static void log(Throwable cause) {
        LOG.log(cause instanceof Error ? Level.ERROR : Level.DEBUG, "connection failed", cause);
    }
}
