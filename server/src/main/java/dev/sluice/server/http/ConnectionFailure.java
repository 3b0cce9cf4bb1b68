package dev.sluice.server.http;

import java.lang.System.Logger.Level;

/// What ended a connection from below, for the log.
public final class ConnectionFailure {
    private static final System.Logger LOG = System.getLogger(ConnectionFailure.class.getName());

    private ConnectionFailure() {}

    /// A reset by the client is everyday. An error of the machine, as a heap that is full, is not: somebody must act.
    public static void log(Throwable cause) {
        LOG.log(cause instanceof Error ? Level.ERROR : Level.DEBUG, "connection failed", cause);
    }
}
