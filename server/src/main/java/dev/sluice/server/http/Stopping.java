package dev.sluice.server.http;

/// Tells a connection, as a user event of its pipeline, that the server stops: it takes no further request.
public enum Stopping {
    NOW
}
