package dev.sluice.server.net.address;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;

/// The address of a connection's client.
public final class ClientAddress {
    private ClientAddress() {}

    /// The client's address from the PROXY protocol, or else the connection's peer.
    public static InetSocketAddress of(Channel channel) {
        return ProxyHeader.client(channel);
    }
}
