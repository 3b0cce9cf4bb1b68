package dev.sluice.core.cluster;

/// The address of a node, for other nodes. The port is that of Raft; the next port serves the other requests
/// between nodes.
public record NodeAddress(String host, int port) {
    public NodeAddress {
        if (host.isBlank() || port < 1 || port > 65_534) {
            throw new IllegalArgumentException(
                    "a node's address is a host and a port from 1 to 65534, was '" + host + ":" + port + "'");
        }
    }

    /// @throws IllegalArgumentException unless it is `host:port`
    public static NodeAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        try {
            if (colon > 0)
                return new NodeAddress(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException _) {
            // Rejected below.
        }
        throw new IllegalArgumentException(
                "a node's address is a host and a port, as 10.0.0.1:9420, was '" + text + "'");
    }

    /// The port for requests between nodes other than Raft's.
    public int requestPort() {
        return port + 1;
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
