package dev.sluice.server.http.policy;

import dev.sluice.server.net.address.AddressLiteral;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One hop of a forwarded request: the address from which a proxy received it, and the protocol.
///
/// @param address with port 0 if the proxy does not report it
/// @param proto   in lower case; "" if the proxy does not report it
record ForwardedNode(InetSocketAddress address, String proto) {
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";

    /// Quoted text without the characters that separate elements and parameters: no address needs them, and a client
    /// that opens a quotation mark can't hide what a proxy appends.
    private static final String QUOTED = "\"[^\"\\\\,;]*\"";

    private static final Pattern PARAMETER = Pattern.compile("(" + TOKEN + ")=(" + TOKEN + "|" + QUOTED + ")");

    /// An address with or without a port, which may be obfuscated (RFC 7239 §6.2). IPv6 has brackets if it has a port.
    private static final Pattern NODE =
            Pattern.compile("(?:\\[([0-9A-Fa-f:.]+)]|([0-9.]+))(?::([0-9]{1,5}|_[A-Za-z0-9._-]+))?|([0-9A-Fa-f:.]+)");

    /// Parses an element of `X-Forwarded-For`; empty if it names no address.
    static Optional<ForwardedNode> ofList(String element) {
        return address(element.strip()).map(address -> new ForwardedNode(address, ""));
    }

    /// Parses an element of `Forwarded` (RFC 7239 §4); empty if it is malformed or names no address, such as
    /// `for=unknown`.
    static Optional<ForwardedNode> ofElement(String element) {
        String node = null;
        String proto = null;
        for (String pair : element.split(";", -1)) {
            Matcher parts = PARAMETER.matcher(pair.strip());
            if (!parts.matches()) return Optional.empty();
            String value = unquoted(parts.group(2));
            switch (parts.group(1).toLowerCase(Locale.ROOT)) {
                case "for" -> {
                    if (node != null) return Optional.empty(); // No parameter may occur twice.
                    node = value;
                }
                case "proto" -> {
                    if (proto != null) return Optional.empty();
                    proto = value.toLowerCase(Locale.ROOT);
                }
                default -> {} // `by`, `host` and extensions.
            }
        }
        String known = proto == null ? "" : proto;
        return node == null ? Optional.empty() : address(node).map(address -> new ForwardedNode(address, known));
    }

    private static String unquoted(String value) {
        return value.startsWith("\"") ? value.substring(1, value.length() - 1) : value;
    }

    private static Optional<InetSocketAddress> address(String text) {
        Matcher parts = NODE.matcher(text);
        if (!parts.matches()) return Optional.empty();
        String ipv6 = parts.group(1) == null ? parts.group(4) : parts.group(1);
        String host = ipv6 == null ? parts.group(2) : ipv6;
        if ((ipv6 != null) != host.contains(":")) return Optional.empty(); // `[10.0.0.1]`, or a malformed IPv4 address.
        int port = port(parts.group(3));
        if (port > 0xffff) return Optional.empty();
        return AddressLiteral.parse(host).map(address -> new InetSocketAddress(address, port));
    }

    @SuppressWarnings("NullAway") // Groups that did not match are null.
    private static int port(String text) {
        return text == null || text.startsWith("_") ? 0 : Integer.parseInt(text);
    }
}
