package dev.sluice.server.net.address;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/// Parses IP addresses as they are written in headers and settings: strictly, and without a resolver. The JDK's
/// own parsers also take `10.1` and `2130706433`, which other parsers read differently, and zones, which have a
/// meaning on one machine only.
public final class AddressLiteral {
    private static final Pattern IPV4 =
            Pattern.compile("(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\\.(?!$)|$)){4}");
    private static final Pattern IPV6 = Pattern.compile("(?=.*:.*:)[0-9A-Fa-f:.]{2,45}");

    private AddressLiteral() {}

    /// @return empty if it is not the address of one host. An IPv4 address within IPv6 (`::ffff:10.0.0.1`) is
    ///         returned as IPv4: both are the same host.
    public static Optional<InetAddress> parse(String text) {
        try {
            if (IPV4.matcher(text).matches()) return Optional.of(InetAddress.ofLiteral(text));
            return IPV6.matcher(text).matches() ? Optional.of(Inet6Address.ofLiteral(text)) : Optional.empty();
        } catch (IllegalArgumentException invalid) {
            return Optional.empty();
        }
    }
}
