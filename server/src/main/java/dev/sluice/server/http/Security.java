package dev.sluice.server.http;

import dev.sluice.server.net.TrustedProxies;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/// From where requests are accepted, whatever they may do. `docs/protocol.md` §5.
///
/// @param insecure    whether the hub accepts clients of other machines, and requests to IP addresses and to this
///                    machine's name: everybody who reaches the hub may use it, as far as its access filter permits
/// @param behindProxy whether requests passed on by a proxy are accepted, and so everybody who reaches that proxy
/// @param hosts       accepted names besides `localhost`, `127.0.0.1` and `[::1]`, without port, or `*` for all
/// @param origins     accepted origins of pages besides its own, as `https://shop.example`, or `*` for all
/// @param proxies     proxies that are believed when they say where a client is
/// @param forwarded   the header in which they say it
public record Security(
        boolean insecure,
        boolean behindProxy,
        Set<String> hosts,
        Set<String> origins,
        TrustedProxies proxies,
        ForwardedHeader forwarded) {
    /// Accepts only clients on this machine, and only pages of the hub.
    public static final Security LOOPBACK = new Security(false, false, Set.of(), Set.of());

    /// Trusts no proxy.
    public Security(boolean insecure, boolean behindProxy, Set<String> hosts, Set<String> origins) {
        this(insecure, behindProxy, hosts, origins, TrustedProxies.NONE, ForwardedHeader.X_FORWARDED_FOR);
    }

    public Security {
        hosts = lowerCase(hosts);
        origins = lowerCase(origins);
        for (String origin : origins) {
            if (!origin.equals("*") && Origin.parse(origin).isEmpty()) {
                throw new IllegalArgumentException(
                        "'" + origin + "' is not an origin: write it as https://shop.example, without a path, or as *");
            }
        }
    }

    /// Returns a copy that accepts everybody who reaches the hub.
    public Security openToAll() {
        return new Security(true, behindProxy, hosts, origins, proxies, forwarded);
    }

    /// Returns a copy that accepts requests passed on by a proxy.
    public Security openToProxies() {
        return new Security(insecure, true, hosts, origins, proxies, forwarded);
    }

    /// Returns a copy that believes these proxies.
    public Security trusting(TrustedProxies others, ForwardedHeader header) {
        return new Security(insecure, behindProxy, hosts, origins, others, header);
    }

    private static Set<String> lowerCase(Set<String> names) {
        var all = new TreeSet<String>();
        for (String name : names) all.add(name.toLowerCase(Locale.ROOT));
        return Set.copyOf(all);
    }
}
