package dev.sluice.server.http.policy;

import dev.sluice.server.http.head.Host;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// The origin of a page (RFC 6454 §6.2), in lower case and with the default port of its scheme filled in.
public record Origin(String scheme, String host, int port) {
    private static final Pattern FORM = Pattern.compile(
            "([a-z][a-z0-9+.-]{0,30})://(\\[[0-9a-f:.]{2,45}]|[^\\s/:?#@\\[\\]*]{1,255})(?::([0-9]{1,5}))?");

    /// Returns empty for text that is not the origin of a page: `null`, a URL with a path, or anything invalid.
    public static Optional<Origin> parse(String text) {
        var parts = FORM.matcher(text.toLowerCase(Locale.ROOT));
        if (!parts.matches()) return Optional.empty();
        String host = Host.withoutRootDot(parts.group(2));
        if (host.endsWith(".")) return Optional.empty();
        String port = parts.group(3);
        int number = port == null ? defaultPort(parts.group(1)) : Integer.parseInt(port);
        return Optional.of(new Origin(parts.group(1), host, number));
    }

    /// Returns true if this is the origin of pages served under this host. Without TLS the scheme is ignored,
    /// because a proxy that terminates TLS may pass on only the name.
    ///
    /// @param isSecure whether the client's connection is known to be encrypted
    boolean isOf(Host server, boolean isSecure) {
        if (isSecure && !scheme.equals("https")) return false;
        int serverPort = server.port() < 0 ? defaultPort(scheme) : server.port();
        return host.equals(server.name()) && port == serverPort && defaultPort(scheme) > 0;
    }

    private static int defaultPort(String scheme) {
        return switch (scheme) {
            case "http" -> 80;
            case "https" -> 443;
            default -> -1;
        };
    }
}
