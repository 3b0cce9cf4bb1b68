package dev.sluice.server.limit;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/// Whom a limit is for.
sealed interface ClientKey {
    /// An IPv4 address, or the network of an IPv6 address: its first 64 bits, as a client has all addresses of its /64.
    record Address(boolean isIpv6, long bits) implements ClientKey {}

    /// A caller that has proved its name.
    record Name(String name) implements ClientKey {}

    static ClientKey of(InetAddress address) {
        ByteBuffer bits = ByteBuffer.wrap(address.getAddress());
        return bits.remaining() == 4 ? new Address(false, bits.getInt()) : new Address(true, bits.getLong());
    }
}
