package dev.sluice.load.http;

import java.net.InetSocketAddress;
import java.net.URI;

/// The server under load.
///
/// @param address   the resolved address
/// @param host      its name or address, without the brackets of IPv6
/// @param authority host and port as in requests
/// @param base      prefix of all paths: empty, or for example `/hub`
public record Target(InetSocketAddress address, String host, String authority, String base, boolean isTls) {
    /// The server at an address.
    public static Target of(InetSocketAddress address, boolean isTls) {
        var host = address.getHostString();
        return new Target(address, host, host + ":" + address.getPort(), "", isTls);
    }

    /// @throws IllegalArgumentException if load cannot be sent to this URL
    public static Target of(URI url) {
        boolean isTls = "https".equals(url.getScheme());
        if ((!isTls && !"http".equals(url.getScheme())) || url.getHost() == null) {
            throw new IllegalArgumentException(
                    "The address to measure is like http://127.0.0.1:8420 or https://hub.example, not " + url);
        }
        int port = url.getPort() >= 0 ? url.getPort() : isTls ? 443 : 80;
        var host = url.getHost().replaceAll("[\\[\\]]", "");
        var address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) throw new IllegalArgumentException("The host " + host + " is not known.");
        var path = url.getRawPath();
        var base = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return new Target(address, host, url.getHost() + ":" + port, base, isTls);
    }

    public boolean isLocal() {
        return address.getAddress().isLoopbackAddress();
    }
}
