package dev.sluice.server.http;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/// Who may reach the hub while no key guards it. `docs/protocol.md` §5.
///
/// @param insecure whether any `Host` will do: somebody decided to expose the hub as it is
/// @param hosts    names besides `localhost`, `127.0.0.1` and `[::1]` under which the hub is reached, without port
/// @param origins  origins besides its own whose pages may use it, as `https://shop.example`, or `*` for all
public record Security(boolean insecure, Set<String> hosts, Set<String> origins) {
    /// From this machine, and pages of the hub alone.
    public static final Security LOOPBACK = new Security(false, Set.of(), Set.of());

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

    private static Set<String> lowered(Set<String> names) {
        var all = new TreeSet<String>();
        for (String name : names) all.add(name.toLowerCase(Locale.ROOT));
        return Set.copyOf(all);
    }
}
