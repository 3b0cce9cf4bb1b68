package dev.sluice.server.http;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Where a page comes from (RFC 6454 §6.2), in lower case and with the port that its scheme stands for.
record Origin(String scheme, String host, int port) {
    private static final Pattern FORM = Pattern.compile(
            "([a-z][a-z0-9+.-]{0,30})://(\\[[0-9a-f:.]{2,45}]|[^\\s/:?#@\\[\\]*]{1,255})(?::([0-9]{1,5}))?");

    /// Empty for what is no origin of a page: `null`, something with a path, nonsense.
    static Optional<Origin> parse(String text) {
        var parts = FORM.matcher(text.toLowerCase(Locale.ROOT));
        if (!parts.matches()) return Optional.empty();
        String port = parts.group(3);
        int number = port == null ? defaultPort(parts.group(1)) : Integer.parseInt(port);
        return Optional.of(new Origin(parts.group(1), parts.group(2), number));
    }

    /// Whether this is the origin of pages that come from a server called this. Its scheme is not looked at, as whoever
    /// ends TLS before us passes on the name alone.
    boolean isOf(Host server) {
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
