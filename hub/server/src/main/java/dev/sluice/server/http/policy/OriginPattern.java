package dev.sluice.server.http.policy;

import dev.sluice.server.http.head.Host;
import org.jspecify.annotations.Nullable;

/// An origin, or all origins below a domain, such as `https://*.shop.example`. Scheme and port must be equal, the
/// asterisk stands for one or more labels, and the domain itself does not match (as in CSP 3 §6.7.2.8).
///
/// @param origin      the origin, or that of the domain
/// @param isSubdomain whether the pattern stands for the subdomains of the domain
record OriginPattern(Origin origin, boolean isSubdomain) {
    private static final String WILDCARD = "://*.";

    /// Returns null for text that is neither. The domain needs at least two labels: below a single label, such
    /// as `com`, anyone can have pages.
    static @Nullable OriginPattern parse(String text) {
        int wildcard = text.indexOf(WILDCARD);
        if (wildcard < 0)
            return Origin.parse(text)
                    .map(exact -> new OriginPattern(exact, false))
                    .orElse(null);
        String domain = text.substring(0, wildcard) + "://" + text.substring(wildcard + WILDCARD.length());
        return Origin.parse(domain)
                .filter(parent -> isDomain(parent.host()))
                .map(parent -> new OriginPattern(parent, true))
                .orElse(null);
    }

    private static boolean isDomain(String host) {
        boolean hasEmptyLabel = host.startsWith(".") || host.endsWith(".") || host.contains("..");
        return host.contains(".") && !hasEmptyLabel && !new Host(host, -1).isAddress();
    }

    boolean matches(Origin other) {
        if (!isSubdomain) return origin.equals(other);
        String suffix = "." + origin.host();
        return other.scheme().equals(origin.scheme())
                && other.port() == origin.port()
                && other.host().length() > suffix.length()
                && other.host().endsWith(suffix);
    }
}
