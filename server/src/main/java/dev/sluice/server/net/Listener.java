package dev.sluice.server.net;

/// An address to listen on, without TLS: what TLS needs becomes a part of it.
///
/// @param host a name or number of an interface of this machine
/// @param port 0: a free one
public record Listener(String host, int port, Role role) {
    /// The clients that a listener serves.
    public enum Role {
        /// Publishers and subscribers: the hub, and the routes of a program.
        PUBLIC,
        /// Operators and their tools: the probes, and nothing of what the hub holds.
        ADMIN
    }

    /// The address as in a URL, such as `127.0.0.1:8420` or `[::1]:8420`.
    String at(int actualPort) {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + actualPort;
    }
}
