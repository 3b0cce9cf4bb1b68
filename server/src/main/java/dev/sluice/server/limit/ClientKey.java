package dev.sluice.server.limit;

import dev.sluice.server.http.Problems;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/// The client that a limit is for: an address or a name.
sealed interface ClientKey {
    /// An IPv4 address, or the network of an IPv6 address: its first 64 bits, as a client has all addresses of its /64.
    record Address(boolean isIpv6, long bits) implements ClientKey {
        @Override
        public String toString() {
            ByteBuffer bytes = isIpv6
                    ? ByteBuffer.allocate(16).putLong(bits)
                    : ByteBuffer.allocate(4).putInt((int) bits);
            try {
                return InetAddress.getByAddress(bytes.array()).getHostAddress() + (isIpv6 ? "/64" : "");
            } catch (UnknownHostException impossible) {
                throw new IllegalStateException("4 or 16 bytes are an address", impossible);
            }
        }
    }

    /// A caller that has proved its name.
    record Name(String name) implements ClientKey {
        @Override
        public String toString() {
            return Problems.quoted(name);
        }
    }

    static ClientKey of(InetAddress address) {
        ByteBuffer bits = ByteBuffer.wrap(address.getAddress());
        return bits.remaining() == 4 ? new Address(false, bits.getInt()) : new Address(true, bits.getLong());
    }
}
