package dev.sluice.server.net.address;

import io.netty.channel.Channel;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/// Decides which peers may begin a connection with a header of the PROXY protocol: trusted proxies only, because
/// any client can write one. May be used from any thread.
public final class ProxyGate {
    private static final System.Logger LOG = System.getLogger(ProxyGate.class.getName());

    private final TrustedProxies trusted;
    private final Duration headerTime;
    private final AtomicBoolean isLogged = new AtomicBoolean();

    /// @param headerTime the time for the header to arrive
    public ProxyGate(TrustedProxies trusted, Duration headerTime) {
        this.trusted = trusted;
        this.headerTime = headerTime;
    }

    public Duration headerTime() {
        return headerTime;
    }

    /// Returns true if the peer of a connection is a trusted proxy.
    public boolean admits(Channel channel) {
        if (!(channel.remoteAddress() instanceof InetSocketAddress peer)) return false; // Closed already.
        InetAddress address = peer.getAddress();
        if (trusted.contains(address)) return true;
        if (!isLogged.getAndSet(true)) {
            LOG.log(
                    Level.WARNING,
                    "connection closed: with proxy_protocol, connections come from trusted_proxies only address="
                            + address.getHostAddress() + " advice=\"add it to trusted_proxies if it is a proxy\"");
        }
        return false;
    }
}
