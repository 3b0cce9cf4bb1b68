package dev.sluice.server.limit;

import dev.sluice.core.access.Principal;
import dev.sluice.server.net.address.AddressLiteral;
import dev.sluice.server.net.address.TrustedProxies;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;

/// The client to which a limit applies: an address, or a name that the hub or a program on it has verified.
public sealed interface ClientKey {
    /// An IPv4 address, or the network of an IPv6 address: its first 64 bits, because a client has all addresses
    /// of its /64.
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
            return name;
        }
    }

    /// A caller whose name a program has verified, by credentials that the hub does not know.
    record OfProgram(String name) implements ClientKey {
        @Override
        public String toString() {
            return name;
        }
    }

    /// The key of a caller: its name if it has proved one, otherwise its address. Empty for the embedding
    /// program, and for a trusted proxy that does not report its client.
    static Optional<ClientKey> of(Principal principal, TrustedProxies proxies) {
        if (!principal.isAnonymous()) return Optional.of(new Name(principal.name()));
        String address = principal.address();
        int zone = address.indexOf('%');
        return AddressLiteral.parse(zone < 0 ? address : address.substring(0, zone))
                .filter(each -> !proxies.contains(each))
                .map(ClientKey::of);
    }

    static ClientKey of(InetAddress address) {
        ByteBuffer bits = ByteBuffer.wrap(address.getAddress());
        return bits.remaining() == 4 ? new Address(false, bits.getInt()) : new Address(true, bits.getLong());
    }
}
