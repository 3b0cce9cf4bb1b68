package dev.sluice.embed;

import dev.sluice.config.Configuration;
import dev.sluice.config.KeyFiles;
import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Principal;
import dev.sluice.server.ServerClock;
import dev.sluice.server.http.AccessFilter;

/// The keys and grants of a configuration, as the filter of a server's requests.
public final class ConfiguredAccess {
    private ConfiguredAccess() {}

    /// Everybody may do everything if nothing is configured, else nobody anything.
    public static AccessFilter filter(Configuration configuration, KeyFiles files, ServerClock clock) {
        if (!configuration.access().isConfigured()) return AccessFilter.OPEN;
        return (exchange, route) -> {
            exchange.setGrant(Grant.of(Principal.ANONYMOUS, Permissions.NONE));
            route.handle(exchange);
        };
    }
}
