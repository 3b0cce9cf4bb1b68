package dev.sluice.server.net.address;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;

/// The address of a connection's client.
public final class ClientAddress {
    private ClientAddress() {}

    /// Where the PROXY protocol says that the client is, or else the connection's other end.
    public static InetSocketAddress of(Channel channel) {
        return ProxyHeader.client(channel);
    }
}
