package dev.sluice.server.net;

import dev.sluice.server.tls.TlsSettings;
import org.jspecify.annotations.Nullable;

/// An address to listen on.
///
/// @param host a name or an address of an interface of this machine
/// @param port 0 for a free port
/// @param tls  null if connections are not encrypted
/// @param readsProxyProtocol whether connections begin with a header of the PROXY protocol, from a trusted proxy
public record Listener(
        String host, int port, Role role, @Nullable TlsSettings tls, boolean readsProxyProtocol) {
    /// The clients that a listener serves.
    public enum Role {
        /// Publishers and subscribers: the hub, and the routes of a program.
        PUBLIC,
        /// Operators and their tools: the probes, and nothing of what the hub holds.
        ADMIN
    }

    /// A listener without TLS.
    public Listener(String host, int port, Role role) {
        this(host, port, role, null);
    }

    /// A listener without the PROXY protocol.
    public Listener(String host, int port, Role role, @Nullable TlsSettings tls) {
        this(host, port, role, tls, false);
    }

    /// The address as in a URL, such as `127.0.0.1:8420` or `[::1]:8420`.
    String at(int actualPort) {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + actualPort;
    }
}
