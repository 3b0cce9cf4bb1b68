package dev.sluice.embed;

import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Permission;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Verb;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.delivery.Hub;
import dev.sluice.server.http.AccessFilter;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.Router;
import dev.sluice.server.http.TokenGrants;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// Denies clients to write channels that the program owns, whatever else the inner filter permits.
record OwnedChannels(AccessFilter inner, Permissions denied) implements AccessFilter {
    private static final List<Verb> WRITES = List.of(Verb.PUBLISH, Verb.CLOSE, Verb.DELETE);

    /// @param patterns of the channels; if there are none, the inner filter is enough
    static AccessFilter of(AccessFilter inner, List<Pattern> patterns) {
        if (patterns.isEmpty()) return inner;
        List<Permission> channels = patterns.stream().map(Permission::on).toList();
        Map<Verb, List<Permission>> byVerb = new HashMap<>();
        for (Verb verb : WRITES) byVerb.put(verb, channels);
        return new OwnedChannels(inner, Permissions.of(byVerb));
    }

    private Grant limited(Grant grant) {
        return grant.except(grant.denied().and(denied));
    }

    @Override
    public void filter(Exchange exchange, Route route) {
        inner.filter(exchange, allowed -> {
            allowed.setGrant(limited(allowed.grant()));
            route.handle(allowed);
        });
    }

    @Override
    public TokenGrants tokens(Exchange exchange) {
        TokenGrants grants = inner.tokens(exchange);
        return new TokenGrants() {
            @Override
            public CompletableFuture<Grant> grantOf(String token) {
                return limited(grants.grantOf(token));
            }

            @Override
            public CompletableFuture<Grant> grantOf(Subscription subscription, Grant grant) {
                return limited(grants.grantOf(subscription, grant));
            }
        };
    }

    private CompletableFuture<Grant> limited(CompletableFuture<Grant> grant) {
        CompletableFuture<Grant> limited = grant.thenApply(this::limited);
        limited.whenComplete((_, _) -> {
            if (limited.isCancelled()) grant.cancel(false);
        });
        return limited;
    }

    @Override
    public void open(Router router, Hub hub, InFlightBytes inFlight) {
        inner.open(router, hub, inFlight);
    }

    @Override
    public void tick() {
        inner.tick();
    }

    @Override
    public void close() {
        inner.close();
    }
}
