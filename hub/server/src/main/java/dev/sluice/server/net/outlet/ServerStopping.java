package dev.sluice.server.net.outlet;

/// The user event that is fired in each connection's pipeline when the server stops: it serves no further request.
public enum ServerStopping {
    NOW
}
