package dev.sluice.server.http;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/// Who may reach the hub while no key guards it. `docs/protocol.md` §5.
///
/// @param insecure    whether everybody who reaches the hub may use it, also from other machines: under addresses and
///                    this machine's own name too
/// @param behindProxy whether what a proxy passes on may come in, and so everybody who reaches that proxy
/// @param hosts       names besides `localhost`, `127.0.0.1` and `[::1]` under which the hub is reached, without port,
///                    or `*` for all
/// @param origins     origins besides its own whose pages may use it, as `https://shop.example`, or `*` for all
public record Security(boolean insecure, boolean behindProxy, Set<String> hosts, Set<String> origins) {
    /// From this machine, and pages of the hub alone.
    public static final Security LOOPBACK = new Security(false, false, Set.of(), Set.of());

    public Security {
        hosts = lowered(hosts);
        origins = lowered(origins);
        for (String origin : origins) {
            if (!origin.equals("*") && Origin.parse(origin).isEmpty()) {
                throw new IllegalArgumentException(
                        "'" + origin + "' is no origin: write it as https://shop.example, without a path, or as *");
            }
        }
    }

    /// The same open to everybody who reaches it.
    public Security openToAll() {
        return new Security(true, behindProxy, hosts, origins);
    }

    /// The same for what a proxy passes on.
    public Security openToProxies() {
        return new Security(insecure, true, hosts, origins);
    }

    /// The same under other names.
    public Security under(Set<String> names) {
        return new Security(insecure, behindProxy, names, origins);
    }

    /// The same for pages of other origins.
    public Security forPagesOf(Set<String> others) {
        return new Security(insecure, behindProxy, hosts, others);
    }

    private static Set<String> lowered(Set<String> names) {
        var all = new TreeSet<String>();
        for (String name : names) all.add(name.toLowerCase(Locale.ROOT));
        return Set.copyOf(all);
    }
}
