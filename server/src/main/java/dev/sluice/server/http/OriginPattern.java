package dev.sluice.server.http;

import org.jspecify.annotations.Nullable;

/// An origin, or all origins below a domain, as `https://*.shop.example`: of one scheme and port, with any number of
/// labels in place of the asterisk, as the Content Security Policy has it (CSP 3 §6.7.2.8), and not the domain itself.
///
/// @param origin      that of the domain, if subdomains are meant
/// @param isSubdomain whether the pages of its subdomains are meant, and not its own
record OriginPattern(Origin origin, boolean isSubdomain) {
    private static final String WILDCARD = "://*.";

    /// Returns null for text that is neither. A domain has two labels or more: below a single one, such as `com`,
    /// everybody has pages.
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
