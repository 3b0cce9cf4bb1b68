package dev.sluice.server.limit;

import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.net.address.AddressAdmission;
import dev.sluice.server.net.address.TrustedProxies;
import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/// Limits the number of connections of an address, and the rate at which it opens them. Trusted proxies are not
/// limited, because they carry the connections of all their clients. May be used from any thread.
public final class ConnectionLimits implements AddressAdmission {
    /// The answer to a connection that is refused.
    public static final Problem TOO_MANY = Problems.TOO_MANY
            .of("This address has the maximum number of connections (limits.connections_per_address), or opens them"
                    + " too fast (limits.connections_per_second). Try again in some seconds.")
            .withHeader("Retry-After", "5");

    private static final String SETTINGS = "limits.connections_per_address, limits.connections_per_second";

    private final TrustedProxies proxies;
    private final LongSupplier nowNs;
    private volatile Limits limits;

    /// Has an entry for each address with a connection, so `connections_max` bounds its size.
    private final ConcurrentHashMap<ClientKey, Integer> open = new ConcurrentHashMap<>();

    private final AtomicBoolean isLogged = new AtomicBoolean();

    /// @param nowNs a monotonic clock
    public ConnectionLimits(LimitSettings settings, TrustedProxies proxies, LongSupplier nowNs) {
        this.proxies = proxies;
        this.nowNs = nowNs;
        this.limits = limits(settings);
    }

    private record Limits(LimitSettings settings, ClientTable<TokenBucket> rates) {}

    private Limits limits(LimitSettings settings) {
        return new Limits(
                settings,
                new ClientTable<>(settings.clientsMax(), now -> new TokenBucket(settings.connections(), now), nowNs));
    }

    /// Applies other limits to connections from now on; open connections stay.
    public void replace(LimitSettings settings) {
        limits = limits(settings);
        isLogged.set(false);
    }

    @Override
    public boolean isLimited(InetAddress client) {
        LimitSettings settings = limits.settings;
        return (settings.connections().isSet() || settings.connectionsMax() > 0) && !proxies.contains(client);
    }

    @Override
    public boolean admits(InetAddress client) {
        boolean isAdmitted = isWithin(client);
        if (!isAdmitted && !isLogged.getAndSet(true)) RateRejection.log(SETTINGS, ClientKey.of(client));
        return isAdmitted;
    }

    private boolean isWithin(InetAddress client) {
        ClientKey key = ClientKey.of(client);
        Limits now = limits;
        LimitSettings settings = now.settings;
        if (settings.connections().isSet() && now.rates.of(key).take(1, nowNs.getAsLong()) > 0) return false;
        if (open.merge(key, 1, Integer::sum) <= settings.connectionsMax() || settings.connectionsMax() == 0)
            return true;
        closed(client);
        return false;
    }

    @Override
    public void closed(InetAddress client) {
        open.computeIfPresent(ClientKey.of(client), (_, count) -> count == 1 ? null : count - 1);
    }
}
