package dev.sluice.load;

import java.net.InetSocketAddress;
import java.net.URI;

/// The server under load.
///
/// @param address   resolved
/// @param authority host and port as in requests
/// @param base      prefix of all paths: empty, or for example `/hub`
record Target(InetSocketAddress address, String authority, String base) {
    /// @throws IllegalArgumentException if load cannot be sent to this URL
    static Target of(URI url) {
        if (!"http".equals(url.getScheme()) || url.getHost() == null) {
            throw new IllegalArgumentException(
                    "The address to measure is like http://127.0.0.1:8420, without TLS, not " + url);
        }
        int port = url.getPort() < 0 ? 80 : url.getPort();
        var host = url.getHost();
        var address = new InetSocketAddress(host.replaceAll("[\\[\\]]", ""), port);
        if (address.isUnresolved()) throw new IllegalArgumentException("The host " + host + " is not known.");
        var path = url.getRawPath();
        return new Target(address, host + ":" + port, path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
    }

    boolean isLocal() {
        return address.getAddress().isLoopbackAddress();
    }
}
