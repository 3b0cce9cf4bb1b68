package dev.sluice.server.http.policy;

import dev.sluice.server.http.head.Host;
import dev.sluice.server.net.address.TrustedProxies;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// The hosts, origins and proxies from which requests are accepted, regardless of their permissions.
/// `docs/protocol.md` §5. May be used from any thread.
///
/// Hosts, origins and proxies change together while the server runs ([#follow]), so code that needs several of them
/// for one decision takes them from one call of [#accepted].
public final class OriginSettings {
    /// Accepts only clients on this machine, and only pages of the hub.
    public static final OriginSettings LOOPBACK = new OriginSettings(false, false, Set.of(), Set.of());

    private final boolean insecure;
    private final boolean behindProxy;
    private volatile Accepted accepted;
    private volatile int changes;

    /// The accepted names, origins and proxies. Immutable.
    public static final class Accepted {
        private final Set<String> hosts;
        private final Set<String> origins;
        private final List<OriginPattern> patterns;
        private final TrustedProxies proxies;
        private final ForwardedHeader forwarded;

        /// @param hosts     accepted names in addition to `localhost`, `127.0.0.1` and `[::1]`, without port, or
        ///                  `*` for all
        /// @param origins   accepted origins of pages in addition to its own, such as `https://shop.example`
        ///                  or `https://*.shop.example`, or `*` for all
        /// @param proxies   proxies whose reports about clients are trusted
        /// @param forwarded the header with these reports
        public Accepted(Set<String> hosts, Set<String> origins, TrustedProxies proxies, ForwardedHeader forwarded) {
            this.hosts = lowerCase(hosts).stream().map(Host::withoutRootDot).collect(Collectors.toUnmodifiableSet());
            this.origins = lowerCase(origins);
            this.patterns = this.origins.stream()
                    .filter(each -> !each.equals("*"))
                    .map(Accepted::pattern)
                    .toList();
            this.proxies = proxies;
            this.forwarded = forwarded;
        }

        private static OriginPattern pattern(String origin) {
            OriginPattern pattern = OriginPattern.parse(origin);
            if (pattern != null) return pattern;
            throw new IllegalArgumentException("'" + origin
                    + "' is not an origin: write it as https://shop.example, without a path, as"
                    + " https://*.shop.example for all below a domain, or as *");
        }

        private static Set<String> lowerCase(Set<String> names) {
            var all = new TreeSet<String>();
            for (String name : names) all.add(name.toLowerCase(Locale.ROOT));
            return Set.copyOf(all);
        }

        public Set<String> hosts() {
            return hosts;
        }

        public Set<String> origins() {
            return origins;
        }

        public TrustedProxies proxies() {
            return proxies;
        }

        public ForwardedHeader forwarded() {
            return forwarded;
        }

        /// Returns true if pages of this origin are named, and not only allowed by `*`.
        boolean names(Origin origin) {
            for (OriginPattern each : patterns) if (each.matches(origin)) return true;
            return false;
        }
    }

    /// @param insecure    whether the hub accepts clients of other machines, and requests to IP addresses and to
    ///                    this machine's name: every client that reaches the hub may use it as far as its access
    ///                    filter permits
    /// @param behindProxy whether requests forwarded by a proxy are accepted, and with them every client
    ///                    of the proxy
    /// @param accepted    the rest
    public OriginSettings(boolean insecure, boolean behindProxy, Accepted accepted) {
        this.insecure = insecure;
        this.behindProxy = behindProxy;
        this.accepted = accepted;
    }

    /// Trusts no proxy.
    public OriginSettings(boolean insecure, boolean behindProxy, Set<String> hosts, Set<String> origins) {
        this(insecure, behindProxy, new Accepted(hosts, origins, TrustedProxies.NONE, ForwardedHeader.X_FORWARDED_FOR));
    }

    public boolean insecure() {
        return insecure;
    }

    public boolean behindProxy() {
        return behindProxy;
    }

    /// The hosts, origins and proxies accepted now.
    public Accepted accepted() {
        return accepted;
    }

    /// The number of changes so far. A caller that reads it before [#accepted] can later check whether the
    /// result is still current.
    int changes() {
        return changes;
    }

    /// A view of the trusted proxies that follows changes.
    public TrustedProxies proxies() {
        return address -> accepted.proxies.contains(address);
    }

    /// Returns a copy, for which [#follow] is called separately.
    public OriginSettings copy() {
        return new OriginSettings(insecure, behindProxy, accepted);
    }

    /// Takes the hosts, origins and proxies of other settings, for all later requests. Open connections and
    /// streams stay.
    public synchronized void follow(OriginSettings other) {
        accepted = other.accepted;
        changes++;
    }

    /// Returns a copy that accepts requests forwarded by a proxy.
    public OriginSettings openToProxies() {
        return new OriginSettings(insecure, true, accepted);
    }

    /// Returns a copy that trusts these proxies.
    public OriginSettings trusting(TrustedProxies others, ForwardedHeader header) {
        return new OriginSettings(
                insecure, behindProxy, new Accepted(accepted.hosts, accepted.origins, others, header));
    }
}
