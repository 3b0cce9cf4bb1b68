package dev.sluice.server.net.address;

import java.net.InetAddress;
import java.util.Optional;

/// A block of IP addresses in CIDR notation (RFC 4632 §3.1, RFC 4291 §2.3), such as `10.0.0.0/8`.
///
/// @param first the first address, whose bits behind the prefix are 0
public record AddressRange(InetAddress first, int prefixBits) {
    public AddressRange {
        byte[] bits = first.getAddress();
        if (prefixBits < 0 || prefixBits > 8 * bits.length || !isEmptyFrom(bits, prefixBits)) {
            throw new IllegalArgumentException("no block begins at " + first.getHostAddress() + "/" + prefixBits);
        }
    }

    /// Parses a block, or a single address. Empty if it is malformed, or has bits behind its prefix: `10.0.0.1/8` may
    /// be meant as the address or as the block.
    public static Optional<AddressRange> parse(String text) {
        int slash = text.indexOf('/');
        String prefix = slash < 0 ? "" : text.substring(slash + 1);
        if (slash >= 0 && !prefix.matches("0|[1-9][0-9]{0,2}")) return Optional.empty();
        return AddressLiteral.parse(slash < 0 ? text : text.substring(0, slash)).flatMap(first -> {
            int bits = slash < 0 ? 8 * first.getAddress().length : Integer.parseInt(prefix);
            try {
                return Optional.of(new AddressRange(first, bits));
            } catch (IllegalArgumentException noBlock) {
                return Optional.empty();
            }
        });
    }

    public boolean contains(InetAddress address) {
        byte[] bits = address.getAddress();
        byte[] block = first.getAddress();
        if (bits.length != block.length) return false;
        for (int i = 0; i < bits.length; i++) bits[i] ^= block[i];
        return isEmptyUpTo(bits, prefixBits);
    }

    private static boolean isEmptyUpTo(byte[] bits, int end) {
        for (int i = 0; i < end; i++) if (isSet(bits, i)) return false;
        return true;
    }

    private static boolean isEmptyFrom(byte[] bits, int begin) {
        for (int i = begin; i < 8 * bits.length; i++) if (isSet(bits, i)) return false;
        return true;
    }

    private static boolean isSet(byte[] bits, int index) {
        return (bits[index / 8] >> (7 - index % 8) & 1) != 0;
    }
}
